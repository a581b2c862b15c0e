import { closeSync, constants, openSync } from "node:fs";
import { isRoboportError, RoboportError } from "../errors.ts";
import { parseSaveHeader, type SaveHeader } from "../game/save-header.ts";
import { errnoOf } from "../store/errno.ts";
import { withZipBytes, type ZipBytes } from "../store/zip-bytes.ts";
import { walkZip, type ZipEntry } from "../store/zip-read.ts";
import { inflatePrefix, isZlib } from "./save-inflate.ts";

/** What a save says about itself. */
export interface Save {
  /** Which file of the save says so, `level-init.dat` only where the others are missing. */
  readonly entry: string;
  readonly header: SaveHeader;
}

/** The map as it is now, in one piece or in chunks, and as it was created: the first that is there counts. */
const LEVELS = ["level.dat0", "level.dat", "level-init.dat"] as const;
/** Packed bytes to look at, again with more where the head of the map needs them. */
const LOOKS = [8 * 1024, 128 * 1024, 2 * 1024 * 1024];
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_LENGTH = 30;
const ZIP_BEGINNING = "PK";

/**
 * Read the head of a save: a few kilobytes, however large the save is. A level.dat taken out of a save will do, too.
 *
 * @throws {RoboportError} `SAVE_SHAPE` naming the path, `USAGE` when there is no such file, `PERMISSION`.
 * @see reference/formats.md §10, rules SAVE-1 and SAVE-2
 */
export function readSave(path: string): Save {
  const descriptor = openSave(path);
  try {
    return withZipBytes(descriptor, readSaveBytes);
  } catch (error) {
    throw naming(path, error);
  } finally {
    closeSync(descriptor);
  }
}

function openSave(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    const code = errno === "EACCES" || errno === "EPERM" ? "PERMISSION" : "USAGE";
    const hint = "Check the path, and that this user may read the file.";
    throw new RoboportError(code, `Cannot read the save ${path} (${errno})`, {
      hint,
      data: { path, errno },
      cause: error,
    });
  }
}

function naming(path: string, error: unknown): unknown {
  if (!isRoboportError(error)) return error;
  const isZipFault = error.code === "ZIP_INVALID";
  if (!isZipFault && error.code !== "SAVE_SHAPE") return error;
  const why = error.message.replace(/^Cannot [^:]*: /, "");
  return new RoboportError("SAVE_SHAPE", `Cannot read the save ${path}: ${why}`, {
    hint: isZipFault
      ? "Copy it again when the server is not writing it; older states are kept as _autosave."
      : error.hint,
    data: { ...error.data, path },
    cause: error,
  });
}

/**
 * The same from bytes that can be picked from.
 *
 * @throws {RoboportError} `SAVE_SHAPE`, or `ZIP_INVALID` for a zip that cannot be read.
 */
export function readSaveBytes(bytes: ZipBytes): Save {
  if (bytes.at(0, Math.min(2, bytes.size)).toString("latin1") !== ZIP_BEGINNING) return readBareLevel(bytes);
  const levels = findLevels(walkZip(bytes));
  for (const name of LEVELS) {
    const entry = levels.get(name);
    if (entry) return { entry: name, header: readHeader(entryData(bytes, entry), entry.method === 8) };
  }
  throw new RoboportError("SAVE_SHAPE", `Cannot read the save: it is a zip without ${LEVELS.join(", ")}`, {
    hint: "Pass a save from the saves/ folder of the game; mods and scenarios are zips, too.",
    data: { reason: "no-level" },
  });
}

function readBareLevel(bytes: ZipBytes): Save {
  const data = { size: bytes.size, read: (length: number) => bytes.at(0, length) };
  const first = bytes.size >= 2 ? bytes.at(0, 2) : Buffer.alloc(2);
  if (first[1] === 0 || isZlib(first)) return { entry: LEVELS[1], header: readHeader(data, false) };
  throw new RoboportError("SAVE_SHAPE", "Cannot read the save: it is neither a zip nor the level.dat of one", {
    hint: "Pass a save from the saves/ folder of the game.",
    data: { reason: "not-a-zip" },
  });
}

/**
 * By the name inside of the one folder of the save, which is called whatever it likes. Behind the first chunk of a map come
 * hundreds of others, at which nobody needs to look.
 */
function findLevels(entries: Iterable<ZipEntry>): ReadonlyMap<string, ZipEntry> {
  const levels = new Map<string, ZipEntry>();
  for (const entry of entries) {
    const name = entry.name.slice(entry.name.indexOf("/") + 1);
    if (!levels.has(name)) levels.set(name, entry);
    if (name === LEVELS[0]) break;
  }
  return levels;
}

/** Packed bytes from their beginning. */
interface Packed {
  readonly size: number;
  read(length: number): Buffer;
}

function entryData(bytes: ZipBytes, entry: ZipEntry): Packed {
  const local = bytes.at(entry.offset, LOCAL_HEADER_LENGTH);
  const isReadable = (entry.flags & 1) === 0 && (entry.method === 0 || entry.method === 8);
  if (local.readUInt32LE(0) !== LOCAL_HEADER || !isReadable) {
    throw new RoboportError("SAVE_SHAPE", `Cannot read the save: its ${entry.name.slice(-40)} cannot be unpacked`, {
      hint: "Copy it again, or pack it as the game does.",
      data: { reason: "damaged" },
    });
  }
  const start = entry.offset + LOCAL_HEADER_LENGTH + local.readUInt16LE(26) + local.readUInt16LE(28);
  return { size: entry.compressedSize, read: (length) => bytes.at(start, length) };
}

/** Look at more and more bytes until the head of the map is whole. */
function readHeader(data: Packed, isDeflated: boolean): SaveHeader {
  for (const look of LOOKS) {
    const packed = data.read(Math.min(look, data.size));
    const outer = isDeflated ? inflatePrefix(packed, "raw") : packed;
    try {
      return parseSaveHeader(isZlib(outer) ? inflatePrefix(outer, "zlib") : outer);
    } catch (error) {
      const isCutOff = isRoboportError(error, "SAVE_SHAPE") && error.data?.["reason"] === "truncated";
      if (!isCutOff || look >= data.size || look === LOOKS.at(-1)) throw error;
    }
  }
  throw new Error("No look was the last one");
}
