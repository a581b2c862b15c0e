import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { plantFolder } from "../../test/installation/planted-folder.ts";
import { findInstallation } from "./find-installation.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const CONFIG = join(DATA, "server-config");

type Files = Readonly<Record<string, string>>;

const BASE = JSON.stringify({ name: "base", version: "2.0.77", dependencies: [] });
const game = (folder: string): Files => ({
  [`${folder}/bin/x64/factorio`]: "",
  [`${folder}/data/base/info.json`]: BASE,
});
const system = (pointer: string): Files => ({
  [`${pointer}/config-path.cfg`]:
    "config-path=__PATH__system-write-data__/config\nuse-system-read-write-data-directories=true",
});
const written = (folder: string): Files => ({
  [`${folder}/config/config.ini`]:
    "; version=13\n[path]\nread-data=__PATH__system-read-data__\nwrite-data=__PATH__system-write-data__\n",
  [`${folder}/mods/mod-list.json`]: '{"mods": []}',
});
const STEAM = "home/.local/share/Steam/steamapps/common/Factorio";

/** What is found on a machine with these files, seen from a folder of it; paths are relative to the machine. */
async function findOn(files: Files, from: string, options: { readonly modsDir?: string } = {}) {
  const root = plantFolder({ ...files, [`${from}/`]: "" });
  const found = await findInstallation({
    cwd: join(root, from),
    home: join(root, "home"),
    systemRoot: root,
    ...options,
  });
  const relative = (path: string | undefined) => path?.replace(`${root}/`, "");
  return {
    mods: relative(found.modsDir),
    data: relative(found.dataDir),
    write: relative(found.writeDir),
    root: relative(found.root),
    game: found.game?.text,
  };
}

describe("where servers lie", () => {
  it("[LAYOUT-9] unpacked in a usual place, from anywhere", async () => {
    for (const place of ["opt/factorio", "srv/factorio", "home/factorio"]) {
      expect(await findOn(game(place), "elsewhere")).toEqual({
        mods: `${place}/mods`,
        data: `${place}/data`,
        write: place,
        root: place,
        game: "2.0.77",
      });
    }
  });

  it("[LAYOUT-6] in the volume of the usual container", async () => {
    const volume: Files = { "factorio/config/server-settings.json": "{}", "factorio/saves/w.zip": "" };
    expect(await findOn({ ...game("opt/factorio"), ...volume }, "factorio")).toMatchObject({
      mods: "factorio/mods",
      data: "opt/factorio/data",
      game: "2.0.77",
    });
  });

  it("[LAYOUT-11] from Steam, in its library or in the home folder", async () => {
    const files = { ...game(STEAM), ...system(STEAM), ...written("home/.factorio") };
    const found = { mods: "home/.factorio/mods", write: "home/.factorio", game: "2.0.77" };
    for (const from of [STEAM, "home/.factorio", "home/.factorio/mods", "elsewhere"]) {
      expect(await findOn(files, from), from).toMatchObject({ ...found, data: `${STEAM}/data` });
    }
  });

  it("[LAYOUT-11] from a package", async () => {
    const data: Files = { "usr/share/factorio/base/info.json": BASE };
    for (const place of ["home/.factorio", "var/lib/factorio"]) {
      const files = {
        ...data,
        [`${place}/config/config.ini`]: "[path]\n",
        [`${place}/mods/mod-list.json`]: '{"mods": []}',
      };
      expect(await findOn(files, "elsewhere"), place).toMatchObject({
        mods: `${place}/mods`,
        data: "usr/share/factorio",
        game: "2.0.77",
      });
    }
  });

  it("[LAYOUT-7] with a mods folder somewhere else", async () => {
    expect(
      await findOn({ ...game("opt/factorio"), "big/mods/mod-list.json": "{}" }, "opt/factorio", {
        modsDir: "../../big/mods",
      }),
    ).toMatchObject({
      mods: "big/mods",
      root: "big",
    });
  });

  it.skipIf(!existsSync(CONFIG))("[LAYOUT-3] by the configuration of real servers", async () => {
    for (const [pointer, config] of [
      ["erikfrish_2.0.55_config-path.cfg", "erikfrish_2.0.55_config.ini"],
      ["philipxjm_0.16.36_config-path.cfg", undefined],
    ] as const) {
      const files: Files = {
        ...game("opt/factorio"),
        "opt/factorio/config-path.cfg": readFileSync(join(CONFIG, pointer), "utf8"),
        ...(config !== undefined && { "opt/factorio/config/config.ini": readFileSync(join(CONFIG, config), "utf8") }),
      };
      expect(await findOn(files, "opt/factorio"), pointer).toMatchObject({
        mods: "opt/factorio/mods",
        data: "opt/factorio/data",
      });
    }
  });
});
