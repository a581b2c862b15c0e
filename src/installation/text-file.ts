import { statSync } from "node:fs";
import { dirname } from "node:path";
import { isRoboportError, RoboportError } from "../errors.ts";
import { findFileBytes } from "./file-bytes.ts";
import { unlessErrno } from "./unless-errno.ts";

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
    return findFileBytes(path, { sizeMax, isPlain: false })?.toString("utf8");
  } catch (error) {
    throw await explainDisk(error, { message: `Cannot read ${path}`, folder: dirname(path) });
  }
}

/** What `diskError` of the store makes of an error; loaded only when there is one. */
export async function explainDisk(error: unknown, context: { readonly message: string; readonly folder: string }) {
  const { diskError } = await import("../store/disk-error.ts");
  return await diskError(error, context);
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
  const status = unlessErrno(NOTHING_THERE, () => statSync(path, { throwIfNoEntry: false }));
  if (status?.isDirectory()) return "folder";
  return status?.isFile() ? "file" : undefined;
}
