import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantFiles, plantFolder } from "../../test/installation/planted-folder.ts";
import { findInstallation, type InstallationSearch } from "./find-installation.ts";

const info = (name: string, version: string) => JSON.stringify({ name, version, dependencies: [] });
const GAME = { "bin/x64/factorio": "", "data/base/info.json": info("base", "2.0.77"), "data/core/info.json": "{}" };

/** Every file under this folder of the planted machine. */
function under(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

/** A machine of its own: its root, and a search that sees nothing outside of it. */
function machine(files: Readonly<Record<string, string>>) {
  const root = plantFolder(files);
  const find = (search: Partial<InstallationSearch> & { readonly from?: string }) =>
    findInstallation({ cwd: join(root, search.from ?? ""), home: join(root, "home"), systemRoot: root, ...search });
  return { root, find };
}

describe("finding an installation", () => {
  it.each([["roboport.json"], ["bin/x64/factorio"], ["data/base/info.json"]])(
    "[LAYOUT-1] knows a server by %s",
    async (file) => {
      const { root, find } = machine({
        [`srv/${file}`]: file === "data/base/info.json" ? info("base", "1.1.110") : "{}",
      });
      expect(await find({ serverDir: "srv" })).toMatchObject({
        root: join(root, "srv"),
        modsDir: join(root, "srv/mods"),
      });
    },
  );

  it("[LAYOUT-1] reads a standalone server whole", async () => {
    const { root, find } = machine(under("srv", GAME));
    const found = await find({ from: "srv" });
    expect(found).toMatchObject({
      root: join(root, "srv"),
      modsDir: join(root, "srv/mods"),
      writeDir: join(root, "srv"),
      dataDir: join(root, "srv/data"),
      layout: "standalone",
      game: { text: "2.0.77" },
    });
    expect(found.builtIns?.map((each) => each.name)).toEqual(["base"]);
  });

  it.each(["mods/", "saves/"])("[LAYOUT-2] knows a volume by config/ and %s", async (folder) => {
    const { root, find } = machine({ "vol/config/": "", [`vol/${folder}`]: "", "vol/saves/deep/": "" });
    expect(await find({ from: "vol/saves/deep" })).toEqual({
      root: join(root, "vol"),
      modsDir: join(root, "vol/mods"),
      writeDir: join(root, "vol"),
      layout: "volume",
      dataDir: undefined,
      game: undefined,
      builtIns: undefined,
    });
  });

  it("[LAYOUT-3] follows config-path.cfg and config.ini through their tokens", async () => {
    const { root, find } = machine({
      ...under("game", GAME),
      "game/config-path.cfg": "# where\nconfig-path=__PATH__executable__/../../etc",
      "game/etc/config.ini":
        "; version=13\n[path]\nread-data=__PATH__executable__/../../data\nwrite-data=__PATH__system-write-data__\n",
      "home/.factorio/": "",
    });
    expect(await find({ serverDir: "game" })).toMatchObject({
      root: join(root, "home/.factorio"),
      modsDir: join(root, "home/.factorio/mods"),
      dataDir: join(root, "game/data"),
      layout: "home",
    });
  });

  it("[LAYOUT-3] takes the system's folders where config-path.cfg says so and no config.ini speaks", async () => {
    const { root, find } = machine({
      "game/bin/x64/factorio": "",
      "game/config-path.cfg": "use-system-read-write-data-directories=true\n",
      ...under("usr/share/factorio", { "base/info.json": info("base", "2.1.12") }),
      "home/.factorio/": "",
    });
    expect(await find({ serverDir: "game" })).toMatchObject({
      writeDir: join(root, "home/.factorio"),
      dataDir: join(root, "usr/share/factorio"),
      game: { text: "2.1.12" },
    });
  });

  it("[LAYOUT-4] passes over folders that are not there", async () => {
    const { root, find } = machine({
      "vol/config/config.ini": "[path]\nwrite-data=/nowhere/factorio\nread-data=__PATH__nothing__/data\n",
      "vol/mods/": "",
    });
    expect(await find({ serverDir: "vol" })).toMatchObject({ root: join(root, "vol"), dataDir: undefined });
  });

  it("[LAYOUT-5] keeps a manifest where it is", async () => {
    const ini = (writeDir: string) => `[path]\nwrite-data=${writeDir}\n`;
    const { root, find } = machine({ ...under("game", GAME), "data/": "" });
    plantFiles(root, { "game/config/config.ini": ini(join(root, "data")) });
    expect(await find({ from: "game" })).toMatchObject({ root: join(root, "data"), layout: "volume" });
    plantFiles(root, { "game/roboport.json": "{}" });
    expect(await find({ from: "game" })).toMatchObject({ root: join(root, "game"), modsDir: join(root, "data/mods") });
  });

  it("[LAYOUT-6] finds the game of the volume /factorio in /opt/factorio, from either side", async () => {
    const { root, find } = machine({ ...under("opt/factorio", GAME), "factorio/config/": "", "factorio/mods/": "" });
    plantFiles(root, { "opt/factorio/config/config.ini": `[path]\nwrite-data=${join(root, "factorio")}\n` });
    const expected = {
      root: join(root, "factorio"),
      modsDir: join(root, "factorio/mods"),
      dataDir: join(root, "opt/factorio/data"),
      layout: "volume",
      game: { text: "2.0.77" },
    };
    expect(await find({ from: "factorio" })).toMatchObject(expected);
    expect(await find({ from: "opt/factorio" })).toMatchObject(expected);
    expect(await find({ from: "home" })).toMatchObject(expected);
  });

  it("[LAYOUT-7] takes --mods-dir alone, with what lies around it", async () => {
    const { root, find } = machine({ ...under("srv", GAME), "srv/mods-2/": "", "alone/mods/": "" });
    expect(await find({ modsDir: "srv/mods-2" })).toMatchObject({
      root: join(root, "srv"),
      modsDir: join(root, "srv/mods-2"),
      game: { text: "2.0.77" },
    });
    expect(await find({ modsDir: "alone/mods" })).toMatchObject({ root: join(root, "alone"), layout: "mods-only" });
    expect(await find({ modsDir: "srv/mods" })).toMatchObject({ root: join(root, "srv") });
  });

  it("[LAYOUT-7] takes --mods-dir and --server-dir together", async () => {
    const { root, find } = machine({ ...under("srv", GAME), "elsewhere/mods/": "", "plain/": "" });
    expect(await find({ serverDir: "srv", modsDir: "elsewhere/mods" })).toMatchObject({
      root: join(root, "srv"),
      modsDir: join(root, "elsewhere/mods"),
      game: { text: "2.0.77" },
    });
    expect(await find({ serverDir: "plain", modsDir: "elsewhere/mods" })).toMatchObject({ root: join(root, "plain") });
  });

  it("[LAYOUT-8] takes the nearest server upwards", async () => {
    const { root, find } = machine({
      "a/roboport.json": "{}",
      ...under("a/b/srv", GAME),
      "a/b/srv/saves/x/": "",
      "a/c/": "",
    });
    expect(await find({ from: "a/b/srv/saves/x" })).toMatchObject({ root: join(root, "a/b/srv") });
    expect(await find({ from: "a/c" })).toMatchObject({ root: join(root, "a") });
  });

  it("[LAYOUT-8] takes a folder that has mods/, or is one, only where we stand", async () => {
    const { root, find } = machine({ "x/mods/": "", "x/deep/": "", "y/my-mods/mod-list.json": "{}" });
    expect(await find({ from: "x" })).toMatchObject({ root: join(root, "x"), layout: "mods-only" });
    expect(await find({ from: "y/my-mods" })).toMatchObject({
      root: join(root, "y"),
      modsDir: join(root, "y/my-mods"),
    });
    await expect(find({ from: "x/deep" })).rejects.toMatchObject({ code: "NO_INSTALLATION" });
  });

  it("[LAYOUT-9] takes the only server in the usual places, and no side when there are several", async () => {
    const { root, find } = machine({ "home/": "", ...under("opt/factorio", GAME) });
    expect(await find({ from: "home" })).toMatchObject({ root: join(root, "opt/factorio") });
    plantFiles(root, under("home/factorio", GAME));
    await expect(find({ from: "home" })).rejects.toMatchObject({
      code: "NO_INSTALLATION",
      message: `Several Factorio servers: ${join(root, "opt/factorio")}, ${join(root, "home/factorio")}`,
    });
  });

  it.each([{ from: "empty" }, { serverDir: "empty" }, { serverDir: "nowhere" }, { serverDir: "file/x" }])(
    "[LAYOUT-10] says what it looked for: %j",
    async (search) => {
      const { find } = machine({ "empty/": "", file: "" });
      await expect(find(search)).rejects.toMatchObject({
        code: "NO_INSTALLATION",
        message: expect.stringContaining("found no roboport.json, bin/x64/factorio, data/base/info.json, mods/"),
        hint: expect.stringContaining("--server-dir"),
      });
    },
  );

  it("[LAYOUT-10] names a mods folder that is not there", async () => {
    const { root, find } = machine({ "empty/": "" });
    await expect(find({ modsDir: "empty/mods" })).rejects.toMatchObject({
      code: "NO_INSTALLATION",
      message: `No mods folder at ${join(root, "empty/mods")}`,
    });
  });
});
