import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantFolder } from "../../test/installation/planted-folder.ts";
import { findModListFile } from "./mod-list-file.ts";

const find = (content: string | Uint8Array) => findModListFile(plantFolder({ "mod-list.json": content }));

describe("mod-list.json on disk", () => {
  it("[MODS-9] is no list when it is missing", async () => {
    expect(await findModListFile(plantFolder())).toBeUndefined();
    expect(await findModListFile(join(plantFolder(), "nowhere"))).toBeUndefined();
  });

  it("[MODS-9] may have a byte-order mark and CRLF", async () => {
    const list = await find('\ufeff{\r\n  "mods": [{"name": "base",\r\n"enabled": true}]\r\n}\r\n');
    expect(list).toEqual({ mods: [{ name: "base", enabled: true }] });
  });

  it.each([
    ["empty", "", "it is empty (line 1, column 1)"],
    ["NUL bytes", new Uint8Array(4096), "a NUL character: the file is damaged, or UTF-16 (line 1, column 1)"],
    ["UTF-16", Buffer.from('\ufeff{"mods": []}', "utf16le"), "it is not UTF-8"],
    ["Latin-1", Buffer.from('{"mods": [{"name": "caf\u00e9"}]}', "latin1"), "it is not UTF-8"],
    ["cut off", '{"mods": [\n{"name": "base"', 'it ends where "," or "}" should come (line 2, column 16)'],
    ["a trailing comma", '{"mods": [],}', "expected a name in quotes (line 1, column 13)"],
    ["something else", "[]", "it is not an object"],
  ])("[MODS-10] is refused: %s", async (_, content, why) => {
    const folder = plantFolder({ "mod-list.json": content });
    await expect(findModListFile(folder)).rejects.toMatchObject({
      code: "MOD_LIST_SHAPE",
      message: `Cannot read ${join(folder, "mod-list.json")}: ${why}`,
    });
  });

  it.skipIf(process.platform === "win32")("[MODS-10] is refused when it is no plain file", async () => {
    const [piped, linked, nested] = [plantFolder(), plantFolder({ real: '{"mods": []}' }), plantFolder()];
    execFileSync("mkfifo", [join(piped, "mod-list.json")]);
    symlinkSync("real", join(linked, "mod-list.json"));
    mkdirSync(join(nested, "mod-list.json"));
    for (const folder of [piped, linked, nested]) {
      await expect(findModListFile(folder)).rejects.toMatchObject({ code: "DISK_ERROR" });
    }
  });
});
