import { dirname } from "node:path";
import { RoboportError } from "../errors.ts";
import { errnoOf, type FileSystem, nodeFileSystem, unlessErrno } from "./file-system.ts";
import { mountPointOf } from "./mount-point.ts";

export interface DiskContext {
  /** What was being done: `Cannot write /srv/mods/mod-list.json`. */
  readonly message: string;
  /** The folder that would have to let us. */
  readonly folder: string;
  readonly fs?: FileSystem | undefined;
}

const NO_SPACE = ["ENOSPC", "EDQUOT", "EFBIG"];
const NO_PERMISSION = ["EACCES", "EPERM", "EROFS"];
/** What renaming says of a file that is a mount point, as containers make of single files. */
const MOUNTED = ["EBUSY", "EXDEV"];

/**
 * The error to throw for one of the operating system; anything else comes back as it is.
 *
 * @returns a RoboportError `DISK_FULL`, `PERMISSION` with the command that mends it, or `DISK_ERROR`
 * @see rules DISK-4 and DISK-5
 */
export async function diskError(error: unknown, context: DiskContext): Promise<unknown> {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const { message, folder, fs = nodeFileSystem } = context;
  const options = { data: { errno, folder }, cause: error };
  if (NO_SPACE.includes(errno)) {
    const full = await mountPointOf(fs, folder).catch(() => folder);
    const hint = `Free some space on the file system of ${full} and run the command again.`;
    return new RoboportError("DISK_FULL", `${message}: no space left (${errno})`, { ...options, hint });
  }
  if (NO_PERMISSION.includes(errno)) {
    const hint = await permissionHint(error, folder, fs).catch(() => `Check the permissions of ${folder}.`);
    return new RoboportError("PERMISSION", `${message}: not permitted (${errno})`, { ...options, hint });
  }
  const mounted = MOUNTED.includes(errno) ? mountedFile(error) : undefined;
  const hint = mounted
    ? `Mount the folder that ${mounted} lies in, not the file alone.`
    : `Check the disk and the path ${folder}, then run the command again.`;
  return new RoboportError("DISK_ERROR", `${message}: ${describeErrno(error, errno)}`, { ...options, hint });
}

/**
 * {@link diskError} where nobody foresaw that a file or folder cannot be used: the error tells which one.
 *
 * @see rule DISK-4
 */
export async function unforeseenDiskError(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && "path" in error && "syscall" in error)) return error;
  const path = String(error.path);
  return await diskError(error, { message: `Cannot use ${path} (${String(error.syscall)})`, folder: dirname(path) });
}

/** Node's text without the call and the path, which our message names already. */
function describeErrno(error: unknown, errno: string): string {
  const text = error instanceof Error ? /^[A-Z0-9]+: ([^,]+)/.exec(error.message)?.[1] : undefined;
  return text ? `${text} (${errno})` : errno;
}

/** The file that is in use where it lies: what is linked from, or renamed to. */
function mountedFile(error: unknown): string | undefined {
  if (!(error instanceof Error && "syscall" in error && "path" in error && "dest" in error)) return undefined;
  const path = error.syscall === "link" ? error.path : error.dest;
  return typeof path === "string" ? path : undefined;
}

/** One sentence with the exact command after which this process may do what it was refused in the folder. */
async function permissionHint(error: unknown, folder: string, fs: FileSystem): Promise<string> {
  const errno = errnoOf(error);
  const quoted = quoteForShell(folder);
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
  if (uid === undefined || gid === undefined) {
    return `Close what uses files in ${quoted}, such as the game, and give this user the right to write there.`;
  }
  const status = await unlessErrno(["ENOENT", "ENOTDIR", "EACCES"], fs.stat(folder));
  if (errno === "EROFS" && status) {
    return `Run: sudo mount -o remount,rw ${quoteForShell(await mountPointOf(fs, folder))}`;
  }
  if (!status) return `Run: sudo install -d -o ${uid} -g ${gid} ${quoted}`;
  if (status.uid !== uid && uid !== 0) return `Run: sudo chown -R ${uid}:${gid} ${quoted}`;
  if (errno === "EPERM") return `Run: sudo chattr -R -i ${quoted}`;
  const file = await findForeignFile(error, uid, fs);
  if (file) return `Run: sudo chown -R ${uid}:${gid} ${quoteForShell(file)}`;
  return `Run: chmod -R u+rwX ${quoted}`;
}

/** The file that was refused, where it belongs to somebody else although its folder does not. */
async function findForeignFile(error: unknown, uid: number, fs: FileSystem): Promise<string | undefined> {
  if (uid === 0 || !(error instanceof Error && "path" in error && typeof error.path === "string")) return undefined;
  const status = await unlessErrno(["ENOENT", "ENOTDIR", "EACCES"], fs.stat(error.path));
  return status && status.uid !== uid ? error.path : undefined;
}

/** A path as one word of a POSIX shell. */
export function quoteForShell(path: string): string {
  return /^[\w./:@%+=-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
