import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { asNobody } from "../../test/installation/as-nobody.ts";
import { plantFolder } from "../../test/installation/planted-folder.ts";
import { findEffectiveMods } from "../game/effective-mods.ts";
import { readModZip } from "../store/mod-zip.ts";
import { writeZip } from "../store/zip-write.ts";
import { type FoundMod, readModsFolder } from "./mods-folder.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const isWindows = process.platform === "win32";

function modZip(name: string, version: string, more: object = {}): Uint8Array {
  const info = JSON.stringify({ name, version, factorio_version: "2.0", ...more });
  return writeZip([{ path: `${name}/info.json`, bytes: Buffer.from(info) }]);
}

const readZipInfo = (path: string) => readModZip(path).info;
const look = (folder: string, known?: ReadonlyMap<string, FoundMod>) => readModsFolder(folder, { readZipInfo, known });

/** File names of the mods, and the reason for each foreign file. */
async function summary(folder: string) {
  const { mods, foreign } = await look(folder);
  return {
    mods: mods.map((mod) => mod.file),
    foreign: Object.fromEntries(foreign.map(({ file, reason }) => [file, reason.replaceAll(folder, "…")])),
  };
}

describe("the mods folder", () => {
  it("[MODS-1] reads what a zip's info.json says", async () => {
    const folder = plantFolder({
      "Squeak Through_1.8.2.zip": modZip("Squeak Through", "1.8.2", { dependencies: ["base >= 2.0", "? flib"] }),
      "zeros_2022.02.17.zip": modZip("zeros", "2022.2.17"),
    });
    const { mods, foreign } = await look(folder);
    expect(foreign).toEqual([]);
    expect(mods).toMatchObject([
      {
        file: "Squeak Through_1.8.2.zip",
        form: "zip",
        name: "Squeak Through",
        version: { text: "1.8.2" },
        factorioVersion: "2.0",
        dependencies: ["base >= 2.0", "? flib"],
      },
      { name: "zeros", version: { text: "2022.2.17" }, dependencies: ["base"] },
    ]);
  });

  it("[MODS-1] takes a zip whose name says something else for foreign", async () => {
    const folder = plantFolder({
      "flib_1.0.0.zip": modZip("flib", "1.0.1"),
      "FLIB_1.0.1.zip": modZip("flib", "1.0.1"),
      "flib.zip": modZip("flib", "1.0.1"),
      "flib_1.0.1.ZIP": modZip("flib", "1.0.1"),
    });
    expect(await summary(folder)).toEqual({
      mods: [],
      foreign: {
        "FLIB_1.0.1.zip": 'its info.json says "flib" 1.0.1',
        "flib.zip": "its name is not NAME_VERSION.zip",
        "flib_1.0.0.zip": 'its info.json says "flib" 1.0.1',
        "flib_1.0.1.ZIP": "its name is not NAME_VERSION.zip",
      },
    });
  });

  it("[MODS-2] takes folders by their info.json", async () => {
    const info = JSON.stringify({ name: "dev", version: "1.0.0" });
    const folder = plantFolder({
      "dev/info.json": info,
      "dev_1.0.0/info.json": info,
      "dev_1.0.1/info.json": info,
      "other/info.json": info,
      "broken/info.json": "{",
      "empty/": "",
    });
    const found = await summary(folder);
    expect(found.mods).toEqual(["dev", "dev_1.0.0"]);
    expect(Object.keys(found.foreign)).toEqual(["broken", "dev_1.0.1", "empty", "other"]);
    expect(found.foreign["broken"]).toBe(
      'Cannot read …/broken/info.json: it ends where a name in quotes or "}" should come (line 1, column 2)',
    );
  });

  it("[MODS-3] leaves the game's own files out and names all others", async () => {
    const folder = plantFolder({ "mod-list.json": "{}", "mod-settings.dat": "", "notes.txt": "", ".x.tmp": "" });
    expect(Object.keys((await summary(folder)).foreign)).toEqual([".x.tmp", "notes.txt"]);
  });

  it.skipIf(isWindows)("[MODS-4] opens no link, pipe or socket", async () => {
    const folder = plantFolder({ "real_1.0.0.zip": modZip("real", "1.0.0") });
    symlinkSync("real_1.0.0.zip", join(folder, "link_1.0.0.zip"));
    symlinkSync("/dev/zero", join(folder, "zero_1.0.0.zip"));
    symlinkSync("nowhere", join(folder, "nowhere"));
    execFileSync("mkfifo", [join(folder, "pipe_1.0.0.zip")]);
    mkdirSync(join(folder, "dir"));
    execFileSync("mkfifo", [join(folder, "dir/info.json")]);
    const server = createServer().listen(join(folder, "socket_1.0.0.zip"));
    onTestFinished(() => void server.close());
    await new Promise((done) => server.once("listening", done));
    expect(await summary(folder)).toEqual({
      mods: ["real_1.0.0.zip"],
      foreign: {
        dir: "Cannot read …/dir/info.json: it is not a plain file",
        "link_1.0.0.zip": "it is a symbolic link",
        nowhere: "it is a symbolic link",
        "pipe_1.0.0.zip": "it is a pipe",
        "socket_1.0.0.zip": "it is a socket",
        "zero_1.0.0.zip": "it is a symbolic link",
      },
    });
  });

  it.skipIf(process.platform !== "linux")("[MODS-5] takes a name that is not UTF-8 for foreign", async () => {
    const folder = plantFolder();
    const bytes = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from("_1.0.0.zip")]);
    writeFileSync(bytes, modZip("cafe", "1.0.0"));
    expect(await summary(folder)).toEqual({ mods: [], foreign: { "caf\ufffd_1.0.0.zip": "its name is not UTF-8" } });
  });

  it("[MODS-6] opens no zip that is known and looks the same", async () => {
    const folder = plantFolder({ "a_1.0.0.zip": modZip("a", "1.0.0"), "b_1.0.0.zip": modZip("b", "1.0.0") });
    const first = await look(folder);
    const known = new Map(first.mods.map((mod) => [mod.file, mod]));
    utimesSync(join(folder, "b_1.0.0.zip"), 1, 1);
    const opened: string[] = [];
    const again = await readModsFolder(folder, {
      known,
      readZipInfo: (path) => {
        opened.push(path);
        return readZipInfo(path);
      },
    });
    expect(opened).toEqual([join(folder, "b_1.0.0.zip")]);
    expect(again.mods.map((mod) => mod.name)).toEqual(["a", "b"]);
  });

  it("[MODS-7] takes what is no mod for foreign", async () => {
    const folder = plantFolder({
      "text_1.0.0.zip": "<!DOCTYPE html>",
      "empty_1.0.0.zip": "",
      "bare_1.0.0.zip": writeZip([{ path: "bare/readme", bytes: Buffer.from("") }]),
      "cut_1.0.0.zip": modZip("cut", "1.0.0").subarray(0, 60),
      "good_1.0.0.zip": modZip("good", "1.0.0"),
    });
    const { mods, foreign } = await summary(folder);
    expect(mods).toEqual(["good_1.0.0.zip"]);
    expect(Object.keys(foreign)).toEqual(["bare_1.0.0.zip", "cut_1.0.0.zip", "empty_1.0.0.zip", "text_1.0.0.zip"]);
  });

  it.skipIf(isWindows)("[MODS-7] takes what this user may not read for foreign", async () => {
    const folder = plantFolder({ "a_1.0.0.zip": modZip("a", "1.0.0"), "b/info.json": "{}" });
    chmodSync(folder, 0o755);
    chmodSync(join(folder, "a_1.0.0.zip"), 0);
    chmodSync(join(folder, "b/info.json"), 0);
    const found = await asNobody(() => summary(folder));
    expect(Object.keys(found.foreign)).toEqual(["a_1.0.0.zip", "b"]);
  });

  it("[MODS-7] lets any other failure out", async () => {
    const folder = plantFolder({ "a_1.0.0.zip": modZip("a", "1.0.0") });
    const failing = () => {
      throw new TypeError("our bug");
    };
    await expect(readModsFolder(folder, { readZipInfo: failing })).rejects.toThrow("our bug");
  });

  it("[MODS-8] holds nothing where there is no folder, and refuses a file in its place", async () => {
    const folder = plantFolder({ file: "" });
    expect(await summary(join(folder, "mods"))).toEqual({ mods: [], foreign: {} });
    await expect(look(join(folder, "file"))).rejects.toMatchObject({ code: "DISK_ERROR" });
  });

  it("[MODS-8] reads a thousand mods in the order of their names", async () => {
    const names = Array.from({ length: 1000 }, (_, at) => `mod-${String(at).padStart(4, "0")}`);
    const folder = plantFolder(
      Object.fromEntries(names.toReversed().map((name) => [`${name}_1.0.0.zip`, modZip(name, "1.0.0")])),
    );
    expect((await look(folder)).mods.map((mod) => mod.name)).toEqual(names);
  });
});

describe.skipIf(!existsSync(DATA))("the mods folder on real data", () => {
  it("[MODS-1] reads the real zips and names the bad ones", async () => {
    const folder = join(DATA, "mod-zips");
    const { mods, foreign } = await look(folder);
    expect(mods.length + foreign.length).toBe(readdirSync(folder).length);
    expect(foreign.map(({ file }) => file)).toEqual(["badname.zip", "invalid_mod.zip"]);
    expect(findEffectiveMods(mods, undefined, []).shadowed.map((mod) => mod.file)).toEqual([
      "Squeak Through_1.3.0.zip",
    ]);
  });
});
