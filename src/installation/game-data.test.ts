import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantFolder } from "../../test/installation/planted-folder.ts";
import { findGameData } from "./game-data.ts";
import { findText } from "./text-file.ts";

const info = (fields: object) => JSON.stringify(fields);

describe("the game's data", () => {
  it("[DATA-1] takes every folder with an info.json except core", async () => {
    const data = plantFolder({
      "core/info.json": info({ name: "core" }),
      "base/info.json": info({ name: "base", version: "2.1.12", dependencies: [] }),
      "space-age/info.json": info({ name: "space-age", version: "2.1.12", dependencies: ["base >= 2.1.0"] }),
      "recycler/info.json": info({ name: "recycler", version: "2.1.12" }),
      "later/info.json": info({ name: "later", version: "2.1.12" }),
      "licenses/readme.txt": "",
      "server-settings.example.json": "{}",
    });
    const names = (await findGameData(data))?.builtIns.map((each) => each.name);
    expect(names).toEqual(["base", "recycler", "space-age", "later"]);
  });

  it("[DATA-1] answers nothing where there is no folder, and refuses a damaged one by its path", async () => {
    const data = plantFolder({ "quality/info.json": '{"name": "quality",' });
    expect(await findGameData(join(data, "nowhere"))).toBeUndefined();
    await expect(findGameData(data)).rejects.toMatchObject({
      code: "INFO_JSON_SHAPE",
      message: expect.stringContaining(`Cannot read ${join(data, "quality/info.json")}: it ends`),
    });
  });

  it("[DATA-2] knows the version by base, else by the changelog", async () => {
    const base = { "base/info.json": info({ name: "base", version: "1.1.110" }) };
    const changelog = {
      "changelog.txt": `${"-".repeat(99)}\r\nVersion: 0.17.79\r\nDate: 1. 1. 2020\r\nVersion: 0.17.78\r\n`,
    };
    expect((await findGameData(plantFolder({ ...base, ...changelog })))?.game?.text).toBe("1.1.110");
    expect((await findGameData(plantFolder(changelog)))?.game?.text).toBe("0.17.79");
    expect((await findGameData(plantFolder()))?.game).toBeUndefined();
  });

  it("[DATA-3] keeps each built-in's own version and dependencies", async () => {
    const data = plantFolder({
      "base/info.json": info({ name: "base", version: "2.0.74" }),
      "quality/info.json": info({ name: "quality", version: "2.0.73", dependencies: ["base >= 2.0.0"] }),
    });
    expect((await findGameData(data))?.builtIns).toMatchObject([
      { name: "base", version: { text: "2.0.74" }, dependencies: [] },
      { name: "quality", version: { text: "2.0.73" }, dependencies: ["base >= 2.0.0"] },
    ]);
  });
});

describe("files that are only read", () => {
  it("[LOOK-1] follows symbolic links and finds nothing where nothing is", async () => {
    const folder = plantFolder({ secret: "text" });
    symlinkSync("secret", join(folder, "link"));
    expect(await findText(join(folder, "link"))).toBe("text");
    expect(await findText(join(folder, "nowhere"))).toBeUndefined();
    expect(await findText(join(folder, "secret/inside"))).toBeUndefined();
  });

  it.skipIf(process.platform === "win32")("[LOOK-1] refuses a pipe and a folder without waiting", async () => {
    const folder = plantFolder();
    execFileSync("mkfifo", [join(folder, "pipe")]);
    mkdirSync(join(folder, "folder"));
    for (const name of ["pipe", "folder"]) {
      await expect(findText(join(folder, name))).rejects.toMatchObject({ code: "DISK_ERROR" });
    }
  });
});
