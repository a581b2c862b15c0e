import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { requireSize } from "./atomic-file.ts";
import { diskError } from "./disk-error.ts";
import { closing, type FileSystem, nodeFileSystem, type OpenFile, writeAll } from "./file-system.ts";
import { openPlainFile, readPieces } from "./plain-file.ts";

/** What some bytes are known by. */
export interface Digests {
  /** 40 lower-case hex digits. */
  readonly sha1: string;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Both digests of a stream, in one pass. */
export interface Digester {
  update(bytes: Uint8Array): void;
  digests(): Digests;
}

export function createDigester(): Digester {
  const [sha1, sha256] = [createHash("sha1"), createHash("sha256")];
  let size = 0;
  return {
    update: (bytes) => {
      sha1.update(bytes);
      sha256.update(bytes);
      size += bytes.byteLength;
    },
    digests: () => ({ sha1: sha1.digest("hex"), sha256: sha256.digest("hex"), size }),
  };
}

/** Both digests and the size of an open file, read from its beginning. */
export async function digestOpenFile(file: OpenFile): Promise<Digests> {
  const digester = createDigester();
  await readPieces(file, digester.update);
  return digester.digests();
}

/** The SHA-256 alone of an open file, for bytes that are known by it already. */
export async function sha256OfOpenFile(file: OpenFile): Promise<string> {
  const hash = createHash("sha256");
  await readPieces(file, (piece) => hash.update(piece));
  return hash.digest("hex");
}

/**
 * Copy an open file into a new one, and believe it only when that has grown to the same size.
 *
 * @returns the SHA-256 of what was copied
 * @see rule DISK-2
 */
export async function copyOpenFile(from: OpenFile, to: OpenFile): Promise<string> {
  const hash = createHash("sha256");
  let size = 0;
  await readPieces(from, (piece) => {
    hash.update(piece);
    size += piece.byteLength;
    return writeAll(to, piece);
  });
  await requireSize(to, size);
  return hash.digest("hex");
}

/**
 * Both digests and the size of a file.
 *
 * @throws {RoboportError} `DISK_ERROR` when there is no such plain file, `PERMISSION`.
 */
export async function digestFile(path: string, fs: FileSystem = nodeFileSystem): Promise<Digests> {
  return readFile(path, fs, digestOpenFile);
}

/**
 * The SHA-256 alone of a file: half the work where that is enough to know it by.
 *
 * @throws {RoboportError} as {@link digestFile}.
 */
export async function sha256File(path: string, fs: FileSystem = nodeFileSystem): Promise<string> {
  return readFile(path, fs, sha256OfOpenFile);
}

async function readFile<T>(path: string, fs: FileSystem, read: (file: OpenFile) => Promise<T>): Promise<T> {
  try {
    return await closing(await openPlainFile(fs, path), read);
  } catch (error) {
    throw await diskError(error, { message: `Cannot read ${path}`, folder: dirname(path), fs });
  }
}
