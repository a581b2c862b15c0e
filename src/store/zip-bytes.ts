import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { RoboportError } from "../errors.ts";
import { errnoOf } from "./errno.ts";
import { READ_PLAIN } from "./open-flags.ts";
import { zipInvalid } from "./zip-fault.ts";

/** Where a zip comes from: a path, an open file descriptor, or its bytes. */
export type ZipSource = string | number | Uint8Array;

/** Bytes to pick from. */
export interface ZipBytes {
  /** Bytes. */
  readonly size: number;
  /** @throws {RoboportError} `ZIP_INVALID` when they reach past the end. */
  at(offset: number, length: number): Buffer;
}

/**
 * Use a zip's bytes; a path is opened without following a link or waiting for a pipe.
 *
 * @throws {RoboportError} `ZIP_INVALID` for what is not a plain file, `DISK_ERROR` or `PERMISSION` when it cannot be read.
 * @see reference/reliability.md §0, finding 13, rule ZIP-8
 */
export function withZipBytes<T>(source: ZipSource, use: (bytes: ZipBytes) => T): T {
  if (source instanceof Uint8Array) return use(memoryBytes(source));
  if (typeof source === "number") return use(fileBytes(source));
  const descriptor = openPath(source);
  try {
    return use(fileBytes(descriptor));
  } catch (error) {
    throw readingFailed(error, source);
  } finally {
    closeSync(descriptor);
  }
}

function openPath(path: string): number {
  try {
    return openSync(path, READ_PLAIN);
  } catch (error) {
    if (["ELOOP", "ENXIO", "EISDIR"].includes(errnoOf(error) ?? "")) throw notAFile(error);
    throw readingFailed(error, path);
  }
}

function readingFailed(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const code = errno === "EACCES" || errno === "EPERM" ? "PERMISSION" : "DISK_ERROR";
  const hint = `Check that ${path} is there and can be read.`;
  return new RoboportError(code, `Cannot read ${path} (${errno})`, { hint, data: { errno, path }, cause: error });
}

function notAFile(cause?: unknown): RoboportError {
  return zipInvalid("not-a-file", "it is not a plain file", cause);
}

function fileBytes(descriptor: number): ZipBytes {
  const status = fstatSync(descriptor);
  if (!status.isFile()) throw notAFile();
  let last = { from: 0, bytes: Buffer.alloc(0) };
  return {
    size: status.size,
    at: (offset, length) => {
      requireWithin(status.size, offset, length);
      const from = offset - last.from;
      // What ends a zip is looked at in turn, and lies close together.
      if (from >= 0 && from + length <= last.bytes.byteLength) return last.bytes.subarray(from, from + length);
      const bytes = Buffer.allocUnsafe(length);
      for (let read = 0; read < length; ) {
        const more = readSync(descriptor, bytes, read, length - read, offset + read);
        if (more === 0) throw pastTheEnd();
        read += more;
      }
      last = { from: offset, bytes };
      return bytes;
    },
  };
}

function memoryBytes(source: Uint8Array): ZipBytes {
  const buffer = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  return {
    size: buffer.byteLength,
    at: (offset, length) => buffer.subarray(offset, offset + requireWithin(buffer.byteLength, offset, length)),
  };
}

function requireWithin(size: number, offset: number, length: number): number {
  if (offset >= 0 && length >= 0 && offset + length <= size) return length;
  throw pastTheEnd();
}

function pastTheEnd(): RoboportError {
  return zipInvalid("directory", "it names bytes past its end");
}
