import { readdir } from "node:fs/promises";
import { join } from "node:path";
import ignore from "ignore";
import { RoboportError } from "../errors.ts";
import { findBytes } from "./plain-file.ts";
import { nodeFileSystem } from "./file-system.ts";
import { writeZip } from "./zip-write.ts";

/** A mod's folder as a zip. */
export interface PackedFolder {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What is in it, by path below the mod's root, in order. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** Files and folders that were left out, by path. */
  readonly excluded: readonly string[];
}

export interface PackOptions {
  /** Name of the one folder in the zip: `{name}_{version}`. */
  readonly root: string;
  /** Patterns as in .gitignore, beside those of {@link ALWAYS_EXCLUDED} and .roboportignore. */
  readonly exclude: readonly string[];
}

/** What belongs to no release. `!` in .roboportignore takes one back. */
const ALWAYS_EXCLUDED: readonly string[] = [
  ".*",
  "node_modules/",
  "*.zip",
  "*.7z",
  "*.xcf",
  "*.psd",
  "*.blend",
  "*.swp",
  "Thumbs.db",
  "desktop.ini",
];

const IGNORE_FILE = ".roboportignore";
const SIZE_MAX = 1024 * 1024 * 1024;
/** Compressing what is compressed already costs time and gains nothing. */
const COMPRESSED = /\.(?:png|jpe?g|ogg|webp|zip|gz)$/i;

/**
 * Put a mod's folder into a zip: files in order of their names, dates left out, so that the same folder gives the same
 * bytes with the same Node.
 *
 * @throws {RoboportError} `DISK_ERROR` for a symbolic link or another file that is not a plain one, `ZIP_INVALID` for more
 *   than 1 GiB.
 * @see rules PACK-1 to PACK-4
 */
export async function packModFolder(folder: string, { root, exclude }: PackOptions): Promise<PackedFolder> {
  const own = await findBytes(nodeFileSystem, join(folder, IGNORE_FILE));
  const rules = ignore()
    .add([...ALWAYS_EXCLUDED])
    .add(own?.toString("utf8") ?? "")
    .add([...exclude]);
  const excluded: string[] = [];
  const paths = await listFiles(folder, "", (path) => {
    const isOut = rules.ignores(path);
    if (isOut) excluded.push(path.replace(/\/$/, ""));
    return isOut;
  });
  let size = 0;
  const files: { path: string; bytes: Buffer }[] = [];
  for (const path of paths) {
    const bytes = (await findBytes(nodeFileSystem, join(folder, path))) ?? Buffer.alloc(0);
    size += bytes.byteLength;
    if (size > SIZE_MAX) throw tooLarge(folder);
    files.push({ path, bytes });
  }
  const entries = files.map(({ path, bytes }) => ({ path: `${root}/${path}`, bytes, deflate: !COMPRESSED.test(path) }));
  return {
    bytes: writeZip(entries),
    files: files.map(({ path, bytes }) => ({ path, size: bytes.byteLength })),
    excluded,
  };
}

/** With info.json first, by which the game finds the root, and the others in byte order. */
async function listFiles(
  folder: string,
  below: string,
  isExcluded: (path: string) => boolean,
): Promise<readonly string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below + entry.name;
    if (isExcluded(entry.isDirectory() ? `${path}/` : path)) continue;
    if (entry.isDirectory()) found.push(...(await listFiles(folder, `${path}/`, isExcluded)));
    else found.push(path);
  }
  return below === "" ? found.sort((a, b) => Number(b === "info.json") - Number(a === "info.json")) : found;
}

function tooLarge(folder: string): RoboportError {
  return new RoboportError("ZIP_INVALID", `Cannot pack ${folder}: it holds more than 1 GiB`, {
    hint: `List what does not belong to the mod in ${IGNORE_FILE}.`,
    data: { reason: "too-large" },
  });
}
