import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeZip } from "../../store/zip-write.ts";
import { startTestPortal, testPortalFetch } from "../../testing/index.ts";
import type { WorldProblem } from "../world.ts";
import { openFolderWorld } from "./folder-world.ts";
import { everyModOf } from "./memory-source.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url));
const REAL = join(DATA, "mod-zips");

let folder = "";
let clock = 0;
const problems: WorldProblem[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "roboport-folder-"));
  clock = 0;
  problems.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const open = (path = folder) =>
  openFolderWorld(path, { report: (problem) => problems.push(problem), now: () => clock });

function zipOf(name: string, version: string, more: object = {}): Uint8Array {
  const info = { name, version, title: `${name} ${version}`, author: "ada", dependencies: ["base"], ...more };
  return writeZip([{ path: `${name}/info.json`, bytes: Buffer.from(JSON.stringify(info)) }]);
}

/** Days after 1970-01-01 stand for dates. */
async function put(file: string, bytes: Uint8Array, day: number): Promise<void> {
  await writeFile(join(folder, file), bytes);
  await utimes(join(folder, file), day * 86_400, day * 86_400);
}

const versionsOf = async (world: Awaited<ReturnType<typeof open>>, name: string) =>
  (await world.findMod(name))?.releases.map((release) => release.version);

describe("a folder of zips", () => {
  it("[REG-60] is served as it is", async () => {
    const bytes = zipOf("a mod", "1.01", { factorio_version: "2.0", space_travel_required: true, description: "Hi" });
    await put("a mod_1.01.zip", bytes, 1);
    await put("mod-list.json", Buffer.from("{}"), 1);
    const mod = await (await open()).findMod("a mod");
    expect(problems).toEqual([]);
    expect(mod).toMatchObject({ title: "a mod 1.01", owner: "ada", summary: "Hi" });
    expect(mod?.releases).toMatchObject([
      {
        version: "1.01",
        factorioVersion: "2.0",
        dependencies: ["base"],
        featureFlags: ["space-travel"],
        fileName: "a mod_1.01.zip",
        sha1: createHash("sha1").update(bytes).digest("hex"),
        size: bytes.byteLength,
      },
    ]);
  });

  it("[REG-8] says only what the info.json says", async () => {
    await put("a_1.0.0.zip", zipOf("a", "1.0.0", { dependencies: undefined }), 1);
    const mod = await (await open()).findMod("a");
    expect(mod?.releases[0]).toMatchObject({ factorioVersion: undefined, dependencies: undefined });
  });

  it.each([
    ["a_1.0.1.zip", zipOf("a", "1.0.0")],
    ["b_1.0.0.zip", zipOf("a", "1.0.0")],
    ["A_1.0.0.zip", zipOf("a", "1.0.0")],
    ["a_1.00.0.zip", zipOf("a", "1.0.0")],
    ["a.zip", zipOf("a", "1.0.0")],
    ["a_1.0.0 (1).zip", zipOf("a", "1.0.0")],
  ])("[REG-61] does not serve %s that is another", async (file, bytes) => {
    await put(file, bytes, 1);
    expect(await (await open()).allMods()).toEqual([]);
    expect(problems).toEqual([{ file, reason: expect.stringMatching(/^Cannot use this zip: /) }]);
  });

  it.each([
    ["an empty file", new Uint8Array()],
    ["a web page", Buffer.from("<!doctype html>")],
    ["a zip cut short", zipOf("a", "1.0.0").subarray(0, 60)],
    ["a zip without info.json", writeZip([{ path: "a/data.lua", bytes: Buffer.from("") }])],
  ])("[REG-62] does not serve %s", async (_, bytes) => {
    await put("a_1.0.0.zip", bytes, 1);
    expect(await (await open()).allMods()).toEqual([]);
    expect(problems).toMatchObject([{ file: "a_1.0.0.zip" }]);
  });

  it("[REG-62] does not follow links out of the folder", async () => {
    await symlink("/etc/passwd", join(folder, "a_1.0.0.zip"));
    expect(await (await open()).allMods()).toEqual([]);
    expect(problems).toMatchObject([{ file: "a_1.0.0.zip" }]);
  });

  it("[REG-63] is looked at again after a second", async () => {
    await put("a_1.0.0.zip", zipOf("a", "1.0.0"), 1);
    const world = await open();
    const before = await world.allMods();
    await put("a_1.1.0.zip", zipOf("a", "1.1.0"), 2);
    await put("b_1.0.0.zip", Buffer.from("half of a zip"), 2);
    clock = 999;
    expect(await world.allMods()).toBe(before);
    clock = 1000;
    expect(await versionsOf(world, "a")).toEqual(["1.0.0", "1.1.0"]);
    expect(problems).toMatchObject([{ file: "b_1.0.0.zip" }]);
    await put("b_1.0.0.zip", zipOf("b", "1.0.0"), 3);
    await rm(join(folder, "a_1.0.0.zip"));
    clock = 2000;
    expect(await versionsOf(world, "a")).toEqual(["1.1.0"]);
    expect(await versionsOf(world, "b")).toEqual(["1.0.0"]);
    const after = await world.allMods();
    clock = 3000;
    expect(await world.allMods()).toBe(after);
    expect(problems).toHaveLength(1);
  });

  it("[REG-63] may go away and come back", async () => {
    await put("a_1.0.0.zip", zipOf("a", "1.0.0"), 1);
    const world = await open();
    await rename(folder, `${folder}-away`);
    clock = 1000;
    const portal = testPortalFetch(world);
    const answer = await portal.fetch(`${portal.url}/api/mods`);
    expect([answer.status, answer.headers.get("Content-Type")]).toEqual([503, "application/json"]);
    await rename(`${folder}-away`, folder);
    clock = 2000;
    expect(await versionsOf(world, "a")).toEqual(["1.0.0"]);
  });

  it("[REG-63] has to be there at the start", async () => {
    await expect(open(join(folder, "none"))).rejects.toMatchObject({ code: "NO_INSTALLATION" });
  });

  it("[REG-64] has no version out before a lower one", async () => {
    await put("a_1.9.0.zip", zipOf("a", "1.9.0"), 5);
    await put("a_1.10.0.zip", zipOf("a", "1.10.0"), 3);
    await put("a_1.2.0.zip", zipOf("a", "1.2.0"), 1);
    const mod = await (await open()).findMod("a");
    expect(mod?.title).toBe("a 1.10.0");
    expect(mod?.releases.map((release) => [release.version, release.releasedAt.slice(0, 10)])).toEqual([
      ["1.2.0", "1970-01-02"],
      ["1.9.0", "1970-01-06"],
      ["1.10.0", "1970-01-06"],
    ]);
  });

  it("[REG-65] never gives bytes that miss their digest", async () => {
    await put("a_1.0.0.zip", zipOf("a", "1.0.0"), 1);
    const world = await open();
    const portal = testPortalFetch(world);
    const release = (await world.findMod("a"))?.releases[0];
    const link = (await portal.fetch(`${portal.url}/download/a/${release?.id}`)).headers.get("Location") ?? "";
    expect((await portal.fetch(link)).status).toBe(200);
    await appendFile(join(folder, "a_1.0.0.zip"), "more");
    const answer = await portal.fetch(link);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("has just changed")]);
  });
});

describe("many large zips", () => {
  const openFiles = async () => (await readdir("/proc/self/fd")).length;

  it.skipIf(!existsSync("/proc/self/fd"))("[REG-60] leave no file open, however a download ends", async () => {
    const data = Buffer.alloc(4 * 1024 * 1024, "x");
    const info = Buffer.from('{"name":"big","version":"1.0.0"}');
    await put(
      "big_1.0.0.zip",
      writeZip([
        { path: "big/info.json", bytes: info },
        { path: "big/data", bytes: data },
      ]),
      1,
    );
    const world = await open();
    const portal = await startTestPortal(world);
    const path = `/download/big/${(await world.findMod("big"))?.releases[0]?.id}`;
    const link = (await fetch(portal.url + path, { redirect: "manual" })).headers.get("Location") ?? "";
    const before = await openFiles();
    for (let n = 0; n < 10; n++) {
      await (await fetch(link, { method: "HEAD" })).text();
      await (await fetch(link)).arrayBuffer();
      const part = await fetch(link, { headers: { Range: "bytes=100-" } });
      await part.body?.cancel();
    }
    await portal.close();
    expect(await openFiles()).toBeLessThanOrEqual(before);
  });
});

describe.skipIf(!existsSync(REAL))("the real zips", () => {
  it("[REG-60] are served, byte for byte; the two that are no mods are not", async () => {
    const world = await open(REAL);
    expect(problems.map((problem) => problem.file)).toEqual(["badname.zip", "invalid_mod.zip"]);
    const portal = await startTestPortal(world);
    const served: string[] = [];
    for (const mod of await everyModOf(world)) {
      for (const release of mod.releases) {
        const answer = await fetch(`${portal.url}/download/${encodeURIComponent(mod.name)}/${release.id}`);
        const bytes = Buffer.from(await answer.arrayBuffer());
        expect(bytes.equals(await readFile(join(REAL, release.fileName)))).toBe(true);
        expect(createHash("sha1").update(bytes).digest("hex")).toBe(release.sha1);
        served.push(release.fileName);
      }
    }
    await portal.close();
    expect(served).toHaveLength(25);
  });
});
