import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLogErrors, readLogMods, readLogRequests } from "./log.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const LOGS = join(DATA, "logs");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "roboport-log-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function logOf(...lines: readonly string[]): Promise<string> {
  const path = join(folder, "factorio-current.log");
  await writeFile(path, lines.join("\n"));
  return path;
}

const START = "   0.000 2026-01-01 12:00:00; Factorio 2.0.60 (build 83000, linux64, headless)";

describe("logs", () => {
  it("[LOG-2] tell the mods of the last start, and whether they are all", async () => {
    const path = await logOf(
      START,
      "   0.100 Loading mod gone 1.0.0 (data.lua)",
      START.replace("2.0.60", "2.0.61"),
      "   0.100 Loading mod here 1.0.0 (data.lua)",
      "   0.200 Checksum of here: 7",
      "   0.200 Checksum of assets: 0",
    );
    expect(await readLogMods(path)).toMatchObject({
      factorio: { text: "2.0.61" },
      isComplete: true,
      mods: [
        { name: "here", version: { text: "1.0.0" }, crc: 7 },
        { name: "assets", crc: 0 },
      ],
    });
  });

  it("[LOG-3] [LOG-4] tell requests, matched with the contract and without secrets", async () => {
    const path = await logOf(
      START,
      "   1.000 Info HttpSharedState.cpp:55: Downloading https://mods.factorio.com/api/mods/flib/full?version=2.0.60&lang=en&new=secret",
      "   1.100 Info HttpSharedState.cpp:145: Status code: 404",
      "   1.200 Info H.cpp:1: Downloading https://updater.factorio.com/get-available-versions?username=me&token=t0ken&apiVersion=2",
      "   1.300 Info H.cpp:1: Downloading https://tracker.example.org/hit?id=t0ken",
    );
    const requests = await readLogRequests(path);
    expect(JSON.stringify(requests)).not.toMatch(/t0ken|=me|=secret/);
    expect(requests).toMatchObject([
      { line: 2, method: "GET", status: 404, endpoint: { id: "getModFull" }, unknown: ["new"] },
      { line: 4, status: undefined, endpoint: { summary: expect.any(String) }, unknown: [] },
      { line: 5, endpoint: undefined, unknown: ["id"] },
    ]);
    expect(requests[0]?.url).toBe("https://mods.factorio.com/api/mods/flib/full?version=2.0.60&lang=en&new=[redacted]");
  });

  it("[LOG-5] tell errors with what belongs to them", async () => {
    const path = await logOf(
      START,
      '   0.015 Error Util.cpp:81: Failed to load mod "flib": ',
      "• flib",
      "    • Dependency base >= 2.1.0 is not satisfied",
      "   0.016 Error A.cpp:1: asking https://x.org/?token=t0ken failed",
    );
    expect(await readLogErrors(path)).toMatchObject([
      { line: 2, mod: "flib", more: ["• flib", "    • Dependency base >= 2.1.0 is not satisfied"], isHarmless: false },
      { line: 5, text: "asking https://x.org/?token=[redacted] failed" },
    ]);
  });

  it("[LOG-6] are read whatever their size, and refused when they are none", async () => {
    const long = await logOf(
      START,
      "x".repeat(5_000_000),
      ...Array<string>(500).fill("• more"),
      "   1.000 Error A.cpp:1: b",
    );
    expect(await readLogErrors(long)).toMatchObject([{ line: 503, text: "b" }]);
    await expect(readLogErrors(await logOf("no", "log"))).rejects.toMatchObject({ code: "LOG_SHAPE" });
    await expect(readLogErrors(join(folder, "absent.log"))).rejects.toMatchObject({ code: "USAGE" });
    await expect(readLogErrors(folder)).rejects.toMatchObject({ code: "USAGE" });
  });
});

describe.skipIf(!existsSync(LOGS))("real logs", () => {
  it.each(existsSync(LOGS) ? readdirSync(LOGS) : [])("[LOG-1] [LOG-2] [LOG-3] %s", async (name) => {
    const path = join(LOGS, name);
    const { factorio, mods } = await readLogMods(path);
    const version = /^\d+\.\d+\.\d+/.exec(name)?.[0];
    if (!name.includes("tail")) expect(factorio?.text).toBe(version);
    for (const mod of mods.filter((each) => each.name === "base" && each.version))
      expect(mod.version?.text).toBe(version);
    const requests = await readLogRequests(path);
    expect(requests.filter(({ endpoint, unknown }) => !endpoint || unknown.length > 0)).toEqual([]);
    expect(JSON.stringify([requests, await readLogErrors(path)])).not.toMatch(/token=(?!\[redacted\])/);
  });
});
