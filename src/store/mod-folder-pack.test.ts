import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packModFolder } from "./mod-folder-pack.ts";
import { checkModZip } from "./mod-zip.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "roboport-pack-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function plant(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const INFO = JSON.stringify({ name: "lamps", version: "1.0.0", title: "L", author: "a" });
const pack = (exclude: readonly string[] = []) => packModFolder(folder, { root: "lamps_1.0.0", exclude });

describe("packing a mod's folder", () => {
  it("[PACK-1] has info.json first, the rest in order, and the same bytes again", async () => {
    await plant({ "z.lua": "z", "a/b.lua": "b", "info.json": INFO, "B.lua": "" });
    const first = await pack();
    expect(first.files.map(({ path }) => path)).toEqual(["info.json", "B.lua", "a/b.lua", "z.lua"]);
    expect(checkModZip(first.bytes, { name: "lamps", version: "1.0.0" })).toMatchObject({ root: "lamps_1.0.0" });
    expect((await pack()).bytes).toEqual(first.bytes);
  });

  it("[PACK-2] leaves out what belongs to no release, and what it is told", async () => {
    await plant({
      "info.json": INFO,
      ".git/config": "",
      "node_modules/x/y.js": "",
      "art/lamp.xcf": "",
      "art/lamp.png": "",
      "tests/a.lua": "",
      "notes/todo.md": "",
      "old.zip": "",
      ".roboportignore": "tests/\n!old.zip\n",
    });
    const packed = await pack(["/notes"]);
    expect(packed.files.map(({ path }) => path)).toEqual(["info.json", "art/lamp.png", "old.zip"]);
    expect([...packed.excluded].sort()).toEqual([
      ".git",
      ".roboportignore",
      "art/lamp.xcf",
      "node_modules",
      "notes",
      "tests",
    ]);
  });

  it("[PACK-3] does not follow links", async () => {
    await plant({ "info.json": INFO });
    await symlink("/etc/hostname", join(folder, "linked.lua"));
    await expect(pack()).rejects.toMatchObject({ code: "DISK_ERROR" });
  });
});
