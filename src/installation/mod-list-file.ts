import { join } from "node:path";
import { RoboportError } from "../errors.ts";
import { type ModList, parseModList } from "../game/mod-list.ts";
import { findFileBytes } from "./file-bytes.ts";
import { explainDisk, parseAt } from "./text-file.ts";

/** Name of the file in the mods folder in which the game keeps what is switched on. */
export const MOD_LIST_FILE = "mod-list.json";
const SIZE_MAX = 256 * 1024 * 1024;

/**
 * Read the mod-list.json of a mods folder, undefined when there is none.
 *
 * @throws {RoboportError} `MOD_LIST_SHAPE` with the path, line and column when it cannot be read as it is, so that it is
 *   never overwritten; `DISK_ERROR` when it is no plain file, `PERMISSION` when it may not be read.
 * @see reference/reliability.md F18, rules MODS-9 and MODS-10
 */
export async function findModListFile(modsDir: string): Promise<ModList | undefined> {
  const path = join(modsDir, MOD_LIST_FILE);
  try {
    const bytes = findFileBytes(path, { sizeMax: SIZE_MAX, isPlain: true });
    return bytes && parseAt(path, bytes, (each) => parseModList(decode(each)));
  } catch (error) {
    throw await explainDisk(error, { message: `Cannot read ${path}`, folder: modsDir });
  }
}

/** Bytes that are not UTF-8 would be lost in rewriting; a file of NUL bytes is for the parser to refuse. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new RoboportError("MOD_LIST_SHAPE", "Cannot read mod-list.json: it is not UTF-8", {
      hint: "Save it as UTF-8 or move it away; the game writes a new one at its next start.",
    });
  }
}
