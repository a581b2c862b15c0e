import { existsSync, readdirSync } from "node:fs";
import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { exitCodeOf } from "../../src/errors.ts";
import { formatModSettings, modSettingsOf } from "../../src/game/mod-settings.ts";
import { writeZip } from "../../src/store/zip-write.ts";
import { createTestServer, type TestServer } from "./harness.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const FILES = join(DATA, "mod-settings");

const LUA = `
data:extend({
  { type = "double-setting", name = "speed", setting_type = "startup", default_value = 1, minimum_value = 0.5, maximum_value = 9 },
  { type = "string-setting", name = "mode", setting_type = "runtime-global", default_value = "easy", allowed_values = {"easy", "hard"} },
  { type = "bool-setting", name = "twice", setting_type = "startup", default_value = false },
  { type = "bool-setting", name = "twice", setting_type = "runtime-per-user", default_value = false },
})
for _, kind in pairs(kinds) do data:extend({{ type = "bool-setting", name = "enable-" .. kind, setting_type = "startup" }}) end`;

const INFO = JSON.stringify({ name: "tuned", version: "1.0.0", title: "", author: "", factorio_version: "2.0" });
const MOD = writeZip([
  { path: "tuned/info.json", bytes: Buffer.from(INFO) },
  { path: "tuned/settings.lua", bytes: Buffer.from(LUA) },
]);

const STORED = formatModSettings(
  modSettingsOf(
    [2, 0, 60, 0],
    [
      { section: "startup", name: "enable-tank", value: { type: "bool", flag: 0, value: true } },
      { section: "startup", name: "left-over", value: { type: "number", flag: 1, value: 4 } },
    ],
  ),
);

const tuned = () => createTestServer({ mods: { "tuned_1.0.0.zip": MOD, "mod-settings.dat": STORED } });
const answer = async (server: TestServer, ...argv: readonly string[]) => {
  const ran = await server.run(["settings", ...argv, "--json"]);
  return { exitCode: ran.exitCode, ...JSON.parse(ran.stdout) };
};
const bytesOf = ({ modsDir }: TestServer) => readFile(join(modsDir, "mod-settings.dat"));

describe("settings", () => {
  it("[SET-9] [SET-10] lists what is stored and what mods define, orphans too", async () => {
    await using server = await tuned();
    const { settings } = await answer(server, "list");
    expect(settings).toMatchObject([
      { section: "startup", name: "enable-tank", value: true, isStored: true, isOrphan: false, mod: "tuned" },
      { section: "startup", name: "left-over", value: 4, isStored: true, isOrphan: true },
      { name: "speed", value: 1, isStored: false, mod: "tuned", type: "double", minimum: 0.5, maximum: 9 },
      { section: "runtime-global", name: "mode", value: "easy", allowed: ["easy", "hard"] },
      { section: "startup", name: "twice" },
      { section: "runtime-per-user", name: "twice" },
    ]);
    expect((await server.run(["settings", "list"])).stdout).toMatch(/left-over +4 +orphan/);
  });

  it("[SET-9] reads unpacked mods, and passes over what cannot be read", async () => {
    await using server = await createTestServer({ mods: { "broken_1.0.0.zip": "no zip" } });
    await mkdir(join(server.modsDir, "tuned"));
    await writeFile(join(server.modsDir, "tuned/info.json"), INFO);
    await writeFile(join(server.modsDir, "tuned/settings.lua"), LUA);
    expect((await answer(server, "list")).settings).toHaveLength(4);
  });

  it("[SET-8] [SET-11] [SET-15] sets, gets and unsets, from an empty folder on", async () => {
    await using server = await createTestServer({ mods: { "tuned_1.0.0.zip": MOD } });
    expect(await answer(server, "get", "speed")).toMatchObject({ value: 1, isStored: false });
    expect(await answer(server, "set", "speed", "2")).toMatchObject({
      changed: true,
      settings: [{ name: "speed", value: 2 }],
    });
    expect((await server.run(["settings", "get", "speed"])).stdout).toBe("2\n");
    expect(await answer(server, "export")).toMatchObject({ version: "2.0.60-0", startup: { speed: 2 } });
    const before = await stat(join(server.modsDir, "mod-settings.dat"));
    expect(await answer(server, "set", "speed", "2")).toMatchObject({ changed: false, settings: [] });
    expect((await stat(join(server.modsDir, "mod-settings.dat"))).ino).toBe(before.ino);
  });

  it("[SET-12] [SET-13] refuses what a setting does not take, and names it cannot tell apart", async () => {
    await using server = await tuned();
    for (const argv of [
      ["speed", "10"],
      ["mode", "normal"],
      ["twice", "true"],
      ["left-over", "x"],
    ]) {
      const ran = await answer(server, "set", ...argv);
      expect([ran.exitCode, ran.error.code], argv.join(" ")).toEqual([2, "SETTING_VALUE"]);
    }
    expect(await answer(server, "set", "nobody", "1")).toMatchObject({
      exitCode: exitCodeOf("NO_SUCH_SETTING"),
      error: { code: "NO_SUCH_SETTING" },
    });
    expect(await bytesOf(server)).toEqual(Buffer.from(STORED));
    expect((await answer(server, "set", "twice", "true", "--section", "startup")).changed).toBe(true);
    expect((await answer(server, "set", "nobody", "1", "--section", "startup")).changed).toBe(true);
  });

  it("[SET-14] [SET-17] gives the default back, and keeps how everything else is stored", async () => {
    await using server = await tuned();
    await answer(server, "set", "mode", "hard");
    await answer(server, "unset", "mode");
    expect(await bytesOf(server)).toEqual(Buffer.from(STORED));
  });

  it("[SET-16] imports what a file names, or nothing else with --replace", async () => {
    await using server = await tuned();
    await writeFile(join(server.root, "some.json"), '{"startup": {"speed": {"value": 3}}}');
    expect(await answer(server, "import", "some.json")).toMatchObject({ settings: [{ name: "speed", value: 3 }] });
    expect((await answer(server, "export")).startup).toEqual({ "enable-tank": true, "left-over": 4, speed: 3 });
    await answer(server, "import", "some.json", "--replace");
    expect((await answer(server, "export")).startup).toEqual({ speed: 3 });
    await writeFile(join(server.root, "some.dat"), STORED);
    await answer(server, "import", "some.dat", "--replace");
    expect(await bytesOf(server)).toEqual(Buffer.from(STORED));
    await writeFile(join(server.root, "bad.json"), "{");
    expect(await answer(server, "import", "bad.json")).toMatchObject({
      exitCode: 2,
      error: { code: "SETTINGS_SHAPE" },
    });
  });

  it("[SET-15] leaves a damaged file alone", async () => {
    await using server = await createTestServer({ mods: { "mod-settings.dat": STORED.subarray(0, 50) } });
    for (const argv of [["list"], ["export"], ["set", "a", "1", "--section", "startup"]]) {
      expect(await answer(server, ...argv)).toMatchObject({ exitCode: 2, error: { code: "SETTINGS_SHAPE" } });
    }
    expect(await bytesOf(server)).toHaveLength(50);
  });

  it("says how to use an action that lacks something", async () => {
    await using server = await tuned();
    for (const argv of [["set", "speed"], ["get"], ["list", "speed"], ["import"], ["tweak"]]) {
      expect((await server.run(["settings", ...argv])).exitCode).toBe(2);
    }
  });
});

describe("settings of the manifest", () => {
  it("[MAN-6] [SET-17] are made true by install, and stay the admin's when nothing is said of them", async () => {
    await using server = await tuned();
    await server.run(["init"]);
    const path = join(server.root, "roboport.json");
    const manifest = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify({ ...manifest, settings: { startup: { speed: 4.5 } } }));
    const plan = await server.run(["plan", "--json"]);
    expect(JSON.parse(plan.stdout)).toMatchObject({ empty: false, settings: { startup: { speed: 4.5 } } });
    expect((await server.run(["install"])).stdout).toMatch(/1 setting changed/);
    expect((await answer(server, "export")).startup).toEqual({ "enable-tank": true, "left-over": 4, speed: 4.5 });
    expect(JSON.parse((await server.run(["install", "--json"])).stdout)).toMatchObject({ empty: true });
    await answer(server, "set", "speed", "2");
    expect((await server.run(["install"])).stdout).toMatch(/1 setting changed/);
  });
});

describe.skipIf(!existsSync(FILES))("settings of real servers", () => {
  it.each(existsSync(FILES) ? readdirSync(FILES).filter((name) => name.endsWith(".dat")) : [])(
    "[SET-6] %s comes through export and import unchanged",
    async (name) => {
      await using from = await createTestServer();
      await using to = await createTestServer();
      await copyFile(join(FILES, name), join(from.modsDir, "mod-settings.dat"));
      const { stdout } = await from.run(["settings", "export", "--json"]);
      expect((await to.run(["settings", "import", "-"], { stdin: stdout })).exitCode).toBe(0);
      expect(await bytesOf(to)).toEqual(await readFile(join(FILES, name)));
    },
  );
});
