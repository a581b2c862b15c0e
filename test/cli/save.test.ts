import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { writeZip } from "../../src/store/zip-write.ts";
import { makeTestSave } from "../../src/testing/index.ts";
import { createTestServer, runCli, type TestServer } from "./harness.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const SAVES = join(DATA, "saves");

const BUILT_INS = { base: "2.0.60", "elevated-rails": "2.0.60", quality: "2.0.60", "space-age": "2.0.60" };
const zip = (name: string, version: string) => {
  const info = { name, version, title: "", author: "", factorio_version: "2.0" };
  return writeZip([{ path: `${name}/info.json`, bytes: Buffer.from(JSON.stringify(info)) }]);
};

async function writeSave({ root }: TestServer, name: string, save: Parameters<typeof makeTestSave>[0]): Promise<void> {
  await writeFile(join(root, name), makeTestSave(save));
}

const json = async (server: TestServer, ...argv: readonly string[]) =>
  JSON.parse((await server.run([...argv, "--json"])).stdout);

describe("save info", () => {
  it("[SAVE-4] shows what a map was saved with", async () => {
    await using server = await createTestServer();
    const settings = { on: true, colour: { r: 1, g: 0, b: 0.5, a: 1 } };
    await writeSave(server, "w.zip", { mods: { base: "2.0.60", "my mod": "1.2.3" }, settings });
    expect(await json(server, "save", "info", "w.zip")).toMatchObject({
      version: "2.0.60",
      mapVersion: "2.0.60-0",
      entry: "level.dat0",
      mods: [
        { name: "base", version: "2.0.60", crc: 0 },
        { name: "my mod", version: "1.2.3", crc: 0 },
      ],
      settings,
    });
    const { stdout } = await server.run(["save", "info", "w.zip"]);
    expect(stdout).toMatch(
      /Factorio 2\.0\.60 .*\n2 mods:\n {2}base {4}2\.0\.60\n {2}my mod {2}1\.2\.3\n2 startup settings:/,
    );
  });

  it("refuses options of diff, and diff refuses two sides", async () => {
    await using server = await createTestServer();
    await writeSave(server, "w.zip", {});
    expect((await server.run(["save", "info", "w.zip", "--lockfile"])).exitCode).toBe(2);
    expect((await server.run(["save", "diff", "w.zip", "--lockfile", "--with", "w.zip"])).exitCode).toBe(2);
  });
});

describe("save diff", () => {
  it("[SAVE-10] [SAVE-11] compares with the mods folder", async () => {
    await using server = await createTestServer({
      mods: { "extra_1.0.0.zip": zip("extra", "1.0.0"), "moved_2.0.0.zip": zip("moved", "2.0.0") },
    });
    const mods = { ...BUILT_INS, moved: "1.0.0", gone: "3.0.0" };
    await writeSave(server, "w.zip", { mods, settings: { speed: 2 } });
    expect(await json(server, "save", "diff", "w.zip")).toEqual({
      same: false,
      factorio: { saved: "2.0.60", there: "2.0.60" },
      missing: [{ name: "gone", version: "3.0.0" }],
      extra: [{ name: "extra", version: "1.0.0" }],
      changed: [{ name: "moved", saved: "1.0.0", there: "2.0.0" }],
      altered: [],
      settings: [{ name: "speed", saved: 2, there: null }],
    });
    expect((await server.run(["save", "diff", "w.zip"])).stdout).toMatch(
      /1 other startup setting:\n {2}~ speed 2 -> its default/,
    );
  });

  it("[SAVE-10] compares with another save, and with the lockfile", async () => {
    await using server = await createTestServer({ mods: { "a_1.0.0.zip": zip("a", "1.0.0") } });
    await writeSave(server, "w.zip", { mods: { ...BUILT_INS, a: "1.0.0" } });
    await writeSave(server, "v.zip", { mods: { ...BUILT_INS, b: "1.0.0" } });
    await server.run(["init"]);
    expect(await json(server, "save", "diff", "w.zip", "--lockfile")).toMatchObject({ same: true });
    expect(await json(server, "save", "diff", "w.zip", "--with", "v.zip")).toMatchObject({
      missing: [{ name: "a" }],
      extra: [{ name: "b" }],
    });
    expect((await server.run(["save", "diff", "w.zip"])).stdout).toBe("No difference\n");
  });
});

describe("audit --save", () => {
  const rulesOf = async (server: TestServer, ...argv: readonly string[]) => {
    const { ok, findings } = await json(server, "audit", "--save", "w.zip", ...argv);
    const ours = findings.filter(({ rule }: { rule: string }) => rule.startsWith("SAVE"));
    return { ok, rules: ours.map((each: { rule: string; severity: string }) => `${each.rule} ${each.severity}`) };
  };

  it("[SAVE-14] [SAVE-15] [SAVE-16] [SAVE-17] tells what the map would lose", async () => {
    await using server = await createTestServer({
      mods: {
        "off_1.0.0.zip": zip("off", "1.0.0"),
        "old_1.0.0.zip": zip("old", "1.0.0"),
        "new_2.0.0.zip": zip("new", "2.0.0"),
        "extra_1.0.0.zip": zip("extra", "1.0.0"),
        "same_1.0.0.zip": zip("same", "1.0.0"),
        "mod-list.json": JSON.stringify({ mods: [{ name: "off", enabled: false }] }),
      },
    });
    const mods = { ...BUILT_INS, off: "1.0.0", old: "1.1.0", new: "1.0.0", gone: "1.0.0", same: "1.0.0" };
    await writeSave(server, "w.zip", { mods, settings: { speed: 2 } });
    const log =
      "   0.000 2026-01-01 12:00:00; Factorio 2.0.60 (build 1)\n   0.1 \n   0.100 Loading mod same 1.0.0 (data.lua)\n   0.200 Checksum of same: 9\n";
    await writeFile(join(server.root, "factorio-current.log"), log);
    const { ok, rules } = await rulesOf(server);
    expect(ok).toBe(false);
    expect(rules.toSorted()).toEqual([
      "SAVE-14 error",
      "SAVE-14 error",
      "SAVE-15 note",
      "SAVE-15 warning",
      "SAVE-16 note",
      "SAVE-16 note",
      "SAVE-17 warning",
    ]);
    expect((await server.run(["audit", "--save", "w.zip"])).exitCode).toBe(3);
  });

  it.each<[string, readonly [number, number, number, number], readonly string[]]>([
    ["as old as the game", [2, 0, 60, 0], []],
    ["older", [2, 0, 7, 0], ["SAVE-13 note"]],
    ["newer", [2, 1, 0, 0], ["SAVE-13 error"]],
    ["from before 1.0", [0, 18, 15, 0], ["SAVE-13 error"]],
  ])("[SAVE-13] judges a save that is %s", async (_, version, wanted) => {
    await using server = await createTestServer();
    await writeSave(server, "w.zip", { version, mods: BUILT_INS });
    expect((await rulesOf(server)).rules).toEqual(wanted);
  });

  it("[SAVE-14] judges the lockfile when it is asked for", async () => {
    await using server = await createTestServer({ mods: { "a_1.0.0.zip": zip("a", "1.0.0") } });
    await server.run(["init"]);
    await writeSave(server, "w.zip", { mods: { ...BUILT_INS, a: "1.0.0" } });
    expect(await rulesOf(server, "--lockfile")).toEqual({ ok: true, rules: [] });
  });
});

describe("solve --exact", () => {
  it("[SAVE-18] wants exactly the save's mods, for its game", async () => {
    await using server = await createTestServer();
    const release = (version: string) => ({ version, factorio_version: "2.0", dependencies: ["base"] });
    const universe = { mods: { a: { releases: [release("1.0.0"), release("2.0.0")] } } };
    await writeFile(join(server.root, "u.json"), JSON.stringify(universe));
    await writeSave(server, "w.zip", { mods: { base: "2.0.60", a: "1.0.0" } });
    const { picks, loadOrder } = await json(server, "solve", "--universe", "u.json", "--exact", "w.zip");
    expect(picks).toEqual({ a: "1.0.0" });
    expect(loadOrder.toSorted()).toEqual(["a", "base"]);
    await writeSave(server, "w.zip", { mods: { base: "2.0.60", a: "1.5.0" } });
    expect((await server.run(["solve", "--universe", "u.json", "--exact", "w.zip"])).exitCode).toBe(3);
  });
});

describe("changelog", () => {
  it("[CHANGES-10] shows the game's own for base", async () => {
    await using server = await createTestServer();
    await mkdir(join(server.root, "data"), { recursive: true });
    const line = "-".repeat(99);
    const text = `${line}\nVersion: 2.0.60\n  Bugfixes:\n    - Fixed.\n${line}\nVersion: 2.0.59\n  Changes:\n    - Changed.\n`;
    await writeFile(join(server.root, "data/changelog.txt"), text);
    expect(await json(server, "changelog", "base", "2.0.59..")).toMatchObject({
      name: "base",
      sections: [{ version: "2.0.60" }],
    });
    expect((await server.run(["changelog", "base", "..2.0.59"])).stdout.trim()).toBe(
      "2.0.59\n  Changes:\n    - Changed.",
    );
    expect((await server.run(["changelog", "base", "new"])).exitCode).toBe(2);
  });
});

describe.skipIf(!existsSync(SAVES))("save info on real saves", () => {
  const expectedOf = (name: string) => JSON.parse(readFileSync(join(SAVES, "expected", name), "utf8"));
  const saves = existsSync(SAVES) ? readdirSync(SAVES).filter((name) => name.endsWith(".zip")) : [];

  it.each(saves)("[SAVE-1] [SAVE-12] %s", async (name) => {
    const ran = await runCli(["save", "info", join(SAVES, name), "--json"]);
    const document = JSON.parse(ran.stdout);
    const expected = expectedOf(name.replace(/zip$/, "json"));
    if (name.startsWith("broken")) {
      expect([ran.exitCode, document.error.code]).toEqual([2, "SAVE_SHAPE"]);
      return;
    }
    const map = expected["level.dat0"] ?? expected["level.dat"] ?? expected["level-init.dat"];
    for (const field of ["zipMethod", "zlib", "skippedStats", "unknownU32", "ptreeTypes", "headerBytes"])
      delete map[field];
    const { startupSettings = {}, ...rest } = map;
    const { version, entry, settings, ...read } = document;
    expect(version).toBe(map.mapVersion.replace(/-.*/, ""));
    expect(expected[entry]).toBe(map);
    expect(read).toEqual(rest);
    expect(settings).toEqual(startupSettings);
  });
});
