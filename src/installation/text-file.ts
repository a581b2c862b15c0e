import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isRoboportError, RoboportError } from "../errors.ts";
import { diskError } from "../store/disk-error.ts";
import { unlessErrno } from "../store/file-system.ts";

const SIZE_MAX = 16 * 1024 * 1024;
/** What a path answers that leads nowhere, or not for us. */
const NOTHING_THERE = ["ENOENT", "ENOTDIR", "EACCES", "ELOOP", "ENAMETOOLONG"];

/**
 * The text of a file that we only read, undefined when there is none.
 *
 * Symbolic links are followed, because containers mount secrets and settings as such; a pipe is not waited for.
 *
 * @param sizeMax bytes, 16 MiB by default
 * @throws {RoboportError} `PERMISSION` or `DISK_ERROR` when it is there but cannot be read.
 * @see rule LOOK-1
 */
export async function findText(path: string, sizeMax = SIZE_MAX): Promise<string | undefined> {
  try {
    const file = await unlessErrno(["ENOENT", "ENOTDIR"], open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
    if (!file) return undefined;
    try {
      const status = await file.stat();
      if (!status.isFile()) throw unreadable(path, "it is not a plain file");
      if (status.size > sizeMax) throw unreadable(path, `it is larger than ${sizeMax} bytes`);
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    throw await diskError(error, { message: `Cannot read ${path}`, folder: dirname(path) });
  }
}

function unreadable(path: string, why: string): RoboportError {
  return new RoboportError("DISK_ERROR", `Cannot read ${path}: ${why}`, {
    hint: `Move ${path} away, or put the right file in its place.`,
    data: { path },
  });
}

/** Parse what a file holds; an error of ours then names its path, not only what kind of file it is. */
export function parseAt<Content, T>(path: string, content: Content, parse: (content: Content) => T): T {
  try {
    return parse(content);
  } catch (error) {
    if (!isRoboportError(error)) throw error;
    const why = error.message.replace(/^Cannot read [^:]*: /, "");
    throw new RoboportError(error.code, `Cannot read ${path}: ${why}`, { hint: error.hint, data: { path } });
  }
}

/** What a path leads to: no error for one that leads nowhere or may not be looked at. */
export async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  const status = await unlessErrno(NOTHING_THERE, stat(path));
  if (status?.isDirectory()) return "folder";
  return status?.isFile() ? "file" : undefined;
}
