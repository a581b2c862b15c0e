import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { RoboportError } from "../errors.ts";
import { errnoOf } from "../store/errno.ts";
import { READ_PLAIN } from "../store/open-flags.ts";
import { unlessErrno } from "./unless-errno.ts";

const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** What opening a symbolic link, a socket or a folder says. */
const NO_PLAIN_FILE = ["ELOOP", "ENXIO", "EISDIR"];

export interface FileReading {
  /** Bytes. */
  readonly sizeMax: number;
  /** Whether a symbolic link is refused. */
  readonly isPlain: boolean;
}

/**
 * All bytes of a file, undefined when there is none; a pipe is not waited for.
 *
 * @throws Node's error, or a RoboportError `DISK_ERROR` for what is not a plain file, or is too large.
 */
export function findFileBytes(path: string, { sizeMax, isPlain }: FileReading): Buffer | undefined {
  const file = unlessErrno(["ENOENT", "ENOTDIR"], () => openFile(path, isPlain));
  if (file === undefined) return undefined;
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw notPlain(path);
    if (status.size > sizeMax) throw unreadable(path, `it is larger than ${sizeMax} bytes`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function openFile(path: string, isPlain: boolean): number {
  try {
    return openSync(path, isPlain ? READ_PLAIN : READ);
  } catch (error) {
    throw isPlain && NO_PLAIN_FILE.includes(errnoOf(error) ?? "") ? notPlain(path, error) : error;
  }
}

function notPlain(path: string, cause?: unknown): RoboportError {
  return unreadable(path, "it is not a plain file", cause);
}

function unreadable(path: string, why: string, cause?: unknown): RoboportError {
  return new RoboportError("DISK_ERROR", `Cannot read ${path}: ${why}`, {
    hint: `Move ${path} away, or put the right file in its place.`,
    data: { path },
    cause,
  });
}
