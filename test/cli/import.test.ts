import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listSettings, parseModSettings } from "../../src/game/mod-settings.ts";
import { propertyToJson } from "../../src/game/property-json.ts";
import { withZipBytes } from "../../src/store/zip-bytes.ts";
import { readZipEntry } from "../../src/store/zip-entry.ts";
import { readZip } from "../../src/store/zip-read.ts";
import { writeZip } from "../../src/store/zip-write.ts";
import { makeTestSave, memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type Ran, type TestServer, type TestServerOptions } from "./harness.ts";

let portal: TestPortal;
beforeAll(async () => {
  const world = memoryWorld()
    .mod("library")
    .release("1.0.0")
    .release("1.1.0")
    .release("2.0.0")
    .mod("factory")
    .release("1.0.0", { dependencies: ["base", "library >= 1.0"] })
    .release("1.2.0", { dependencies: ["base", "library >= 2.0"] })
    .mod("elsewhere")
    .release("1.0.0");
  const game = { game_id: 7, name: "g", application_version: { game_version: "2.0.60" } };
  const mods = [
    { name: "base", version: "2.0.60" },
    { name: "library", version: "1.0.0" },
  ];
  portal = await startTestPortal(world, {
    around: (request, next) => {
      const { pathname } = new URL(request.url);
      return pathname === "/get-game-details/203.0.113.5:34197" ? Response.json({ ...game, mods }) : next(request);
    },
  });
});
afterAll(() => portal.close());

const createServer = (options: TestServerOptions = {}) => createTestServer({ portal: portal.url, ...options });

const BUILT_INS = { base: "2.0.60", "elevated-rails": "2.0.60", quality: "2.0.60", "space-age": "2.0.60" };

async function writeSave(server: TestServer, save: Parameters<typeof makeTestSave>[0]): Promise<void> {
  await writeFile(join(server.root, "world.zip"), makeTestSave(save));
}

const zipsOf = async ({ modsDir }: TestServer) =>
  (await readdir(modsDir)).filter((name) => name.endsWith(".zip")).sort();
const readList = async ({ modsDir }: TestServer): Promise<Record<string, boolean>> => {
  const { mods } = JSON.parse(await readFile(join(modsDir, "mod-list.json"), "utf8"));
  return Object.fromEntries(mods.map(({ name, enabled }: { name: string; enabled: boolean }) => [name, enabled]));
};
const readSettings = async ({ modsDir }: TestServer) =>
  listSettings(parseModSettings(await readFile(join(modsDir, "mod-settings.dat")))).map(
    ({ section, name, value }) => `${section} ${name} ${JSON.stringify(propertyToJson(value))}`,
  );
const errorOf = ({ stdout }: Ran) => JSON.parse(stdout).error;

describe("import save", () => {
  it("[IMPORT-1] [IMPORT-5] runs exactly the save's mods, built-ins and startup settings", async () => {
    await using server = await createServer();
    await server.run(["init"]);
    await server.run(["add", "elsewhere", "--yes"]);
    const mods = { base: "2.0.60", quality: "2.0.60", factory: "1.0.0", library: "1.1.0" };
    await writeSave(server, { mods, settings: { "factory-speed": 2.5, "factory-on": true } });
    const ran = await server.run(["import", "save", "world.zip", "--yes", "--json"]);
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(await zipsOf(server)).toEqual(["elsewhere_1.0.0.zip", "factory_1.0.0.zip", "library_1.1.0.zip"]);
    expect(await readList(server)).toEqual({
      base: true,
      "elevated-rails": false,
      quality: true,
      "space-age": false,
      elsewhere: false,
      factory: true,
      library: true,
    });
    expect(await readSettings(server)).toEqual(["startup factory-speed 2.5", "startup factory-on true"]);
    expect(JSON.parse((await server.run(["save", "diff", "world.zip", "--json"])).stdout)).toMatchObject({
      same: true,
    });
    const again = await server.run(["install", "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ empty: true });
  });

  it("[IMPORT-1] needs no init where nothing is installed", async () => {
    await using server = await createServer();
    await writeSave(server, { mods: { ...BUILT_INS, library: "1.0.0" } });
    const ran = await server.run(["import", "save", "world.zip", "--yes"]);
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(await zipsOf(server)).toEqual(["library_1.0.0.zip"]);
    expect(JSON.parse(await readFile(join(server.root, "roboport.json"), "utf8")).mods).toEqual({ library: "*" });
  });

  it("[IMPORT-4] names what no portal has, with the nearest release, and changes nothing", async () => {
    await using server = await createServer();
    await writeSave(server, { mods: { ...BUILT_INS, library: "1.0.9", gone: "3.0.0" } });
    const ran = await server.run(["import", "save", "world.zip", "--yes", "--json"]);
    expect(ran.exitCode).toBe(3);
    expect(errorOf(ran)).toMatchObject({
      code: "NO_SUCH_RELEASE",
      data: {
        missing: [
          { name: "library", wanted: "1.0.9", nearest: "1.0.0" },
          { name: "gone", wanted: "3.0.0" },
        ],
      },
    });
    expect(await zipsOf(server)).toEqual([]);
    const nearest = await server.run(["import", "save", "world.zip", "--yes", "--nearest", "--skip-missing"]);
    expect(nearest.exitCode, nearest.stderr).toBe(0);
    expect(await zipsOf(server)).toEqual(["library_1.0.0.zip"]);
  });

  it("[IMPORT-4] takes the newest when that is asked for", async () => {
    await using server = await createServer();
    await writeSave(server, { mods: { ...BUILT_INS, factory: "1.0.0", library: "1.0.0" } });
    const ran = await server.run(["import", "save", "world.zip", "--yes", "--newest"]);
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(await zipsOf(server)).toEqual(["factory_1.2.0.zip", "library_2.0.0.zip"]);
  });

  it("[IMPORT-5] shows settings in the plan, and apply carries them out", async () => {
    await using server = await createServer();
    await writeSave(server, { mods: BUILT_INS, settings: { speed: 3 } });
    const plan = await server.run(["import", "save", "world.zip", "--dry-run", "--json"]);
    expect(JSON.parse(plan.stdout)).toMatchObject({ empty: false, settings: { startup: { speed: 3 } } });
    await writeFile(join(server.root, "plan.json"), plan.stdout);
    const ran = await server.run(["apply", "plan.json", "--yes"]);
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(await readSettings(server)).toEqual(["startup speed 3"]);
  });

  it("[IMPORT-1] warns of a save from a newer game", async () => {
    await using server = await createServer();
    await writeSave(server, { version: [2, 1, 12, 0], mods: { base: "2.1.12" } });
    expect((await server.run(["import", "save", "world.zip", "--dry-run"])).stderr).toMatch(/older than .* 2\.1\.12/);
  });
});

describe("import of other sources", () => {
  it("[IMPORT-2] takes what a mod-list.json has on, in pinned versions", async () => {
    await using server = await createServer();
    const mods = [
      { name: "base", enabled: true },
      { name: "space-age", enabled: false },
      { name: "library", enabled: true, version: "1.1.0" },
      { name: "factory", enabled: "true" },
      { name: "elsewhere", enabled: false },
    ];
    await writeFile(join(server.root, "theirs.json"), JSON.stringify({ mods }));
    const ran = await server.run(["import", "mod-list", "theirs.json", "--yes"]);
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(await zipsOf(server)).toEqual(["factory_1.0.0.zip", "library_1.1.0.zip"]);
  });

  it("[IMPORT-7] takes the mods of a public game", async () => {
    await using server = await createServer();
    const ran = await server.run(["import", "server", "203.0.113.5:34197", "--yes"]);
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(await zipsOf(server)).toEqual(["library_1.0.0.zip"]);
    expect((await server.run(["import", "server", "7", "--yes"])).exitCode).toBe(2);
  });

  it("[IMPORT-3] takes the mods of a log", async () => {
    await using server = await createServer();
    const log = [
      "   0.000 2026-01-01 12:00:00; Factorio 2.0.60 (build 83000, linux64, headless, space-age)",
      "   0.100 Loading mod core 0.0.0 (data.lua)",
      "   0.200 Loading mod base 2.0.60 (data.lua)",
      "   0.300 Loading mod library 1.0.0 (data.lua)",
      "   0.400 Checksum of base: 1",
      "   0.400 Checksum of library: 2",
    ];
    await writeFile(join(server.root, "old.log"), log.join("\n"));
    const ran = await server.run(["import", "log", "old.log", "--yes"]);
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(await zipsOf(server)).toEqual(["library_1.0.0.zip"]);
    expect(await readList(server)).toMatchObject({ base: true, quality: false, "space-age": false });
  });

  it("[IMPORT-6] takes charge of zips that were put there by hand", async () => {
    await using server = await createServer();
    await server.run(["init"]);
    const info = { name: "by-hand", version: "1.0.0", title: "", author: "", factorio_version: "2.0" };
    const zip = writeZip([{ path: "by-hand/info.json", bytes: Buffer.from(JSON.stringify(info)) }]);
    await writeFile(join(server.modsDir, "by-hand_1.0.0.zip"), zip);
    const ran = await server.run(["import", "mods", "--yes"]);
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(JSON.parse(await readFile(join(server.root, "roboport.json"), "utf8")).mods).toEqual({ "by-hand": "*" });
    expect((await server.run(["remove", "by-hand", "--yes"])).exitCode).toBe(0);
    expect(await zipsOf(server)).toEqual([]);
  });

  it("refuses a source without its file, and a file where none belongs", async () => {
    await using server = await createServer();
    expect((await server.run(["import", "save"])).exitCode).toBe(2);
    expect((await server.run(["import", "mods", "x"])).exitCode).toBe(2);
    expect((await server.run(["import", "save", "absent.zip"])).exitCode).toBe(2);
    await writeFile(join(server.root, "empty.log"), "   0.000 Goodbye\n");
    expect((await server.run(["import", "log", "empty.log"])).exitCode).toBe(2);
  });
});

describe("export", () => {
  it("[EXPORT-1] prints a mod-list.json that import takes on another server", async () => {
    await using server = await createServer();
    await server.run(["init"]);
    await server.run(["add", "library@1.0.0", "elsewhere", "--yes"]);
    await server.run(["disable", "elsewhere", "quality", "space-age", "--yes"]);
    const { stdout } = await server.run(["export", "mod-list", "--pinned"]);
    expect(JSON.parse(stdout)).toEqual({
      mods: [
        { name: "base", enabled: true },
        { name: "elevated-rails", enabled: true },
        { name: "quality", enabled: false },
        { name: "space-age", enabled: false },
        { name: "library", enabled: true, version: "1.0.0" },
      ],
    });
    await using other = await createServer();
    const ran = await other.run(["import", "mod-list", "-", "--yes"], { stdin: stdout });
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(await zipsOf(other)).toEqual(["library_1.0.0.zip"]);
    expect((await other.run(["export", "mod-list", "--pinned"])).stdout).toBe(stdout);
  });

  it("[EXPORT-2] prints where releases can be had, without credentials", async () => {
    await using server = await createServer();
    await server.run(["init"]);
    await server.run(["add", "library", "--yes"]);
    const { stdout } = await server.run(["export", "urls", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      releases: [
        { name: "library", version: "2.0.0", file: "library_2.0.0.zip", sha1: expect.stringMatching(/^[0-9a-f]{40}$/) },
      ],
    });
    const urls = (await server.run(["export", "urls"])).stdout;
    expect(urls).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/download\/library\/[0-9a-f]+\n$/);
  });

  it("[EXPORT-3] writes a zip that is a mods folder when it is unpacked", async () => {
    await using server = await createServer();
    await server.run(["init"]);
    await server.run(["add", "library", "factory", "--yes"]);
    await server.run(["settings", "set", "speed", "2", "--section", "startup"]);
    const ran = await server.run(["export", "zip", "pack.zip", "--json"]);
    expect(JSON.parse(ran.stdout)).toEqual({
      file: "pack.zip",
      mods: ["factory_1.2.0.zip", "library_2.0.0.zip"],
      leftOut: [],
    });
    const { bytes, names } = unpack(join(server.root, "pack.zip"));
    expect(names).toEqual(["mod-list.json", "mod-settings.dat", "factory_1.2.0.zip", "library_2.0.0.zip"]);
    await using player = await createServer({ mods: bytes });
    expect(await zipsOf(player)).toEqual(["factory_1.2.0.zip", "library_2.0.0.zip"]);
    expect((await player.run(["audit"])).exitCode).toBe(0);
    expect(await readSettings(player)).toEqual(["startup speed 2"]);
    expect((await server.run(["export", "zip"])).exitCode).toBe(2);
  });
});

function unpack(path: string) {
  return withZipBytes(path, (source) => {
    const zip = readZip(source);
    const reading = { limit: 1_000_000, tooLarge: "info-too-large", damaged: "info-damaged" } as const;
    const bytes = Object.fromEntries(zip.entries.map((entry) => [entry.name, readZipEntry(zip, entry, reading)]));
    return { bytes, names: zip.entries.map(({ name }) => name) };
  });
}
