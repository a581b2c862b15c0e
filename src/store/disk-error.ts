import { dirname } from "node:path";
import { RoboportError } from "../errors.ts";
import { errnoOf, type FileSystem, nodeFileSystem, unlessErrno } from "./file-system.ts";

export interface DiskContext {
  /** What was being done: `Cannot write /srv/mods/mod-list.json`. */
  readonly message: string;
  /** The folder that would have to let us. */
  readonly folder: string;
  readonly fs?: FileSystem | undefined;
}

const NO_SPACE = ["ENOSPC", "EDQUOT", "EFBIG"];
const NO_PERMISSION = ["EACCES", "EPERM", "EROFS"];

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
    const hint = `Free some space on the file system of ${folder} and run the command again.`;
    return new RoboportError("DISK_FULL", `${message}: no space left (${errno})`, { ...options, hint });
  }
  if (NO_PERMISSION.includes(errno)) {
    const hint = await permissionHint(errno, folder, fs);
    return new RoboportError("PERMISSION", `${message}: not permitted (${errno})`, { ...options, hint });
  }
  const hint = `Check the disk and the path ${folder}, then run the command again.`;
  return new RoboportError("DISK_ERROR", `${message}: ${describeErrno(error, errno)}`, { ...options, hint });
}

/** Node's text without the call and the path, which our message names already. */
function describeErrno(error: unknown, errno: string): string {
  const text = error instanceof Error ? /^[A-Z0-9]+: ([^,]+)/.exec(error.message)?.[1] : undefined;
  return text ? `${text} (${errno})` : errno;
}

/** One sentence with the exact command after which this process may write into the folder. */
async function permissionHint(errno: string, folder: string, fs: FileSystem): Promise<string> {
  const quoted = quoteForShell(folder);
  if (errno === "EROFS") return `Run: sudo mount -o remount,rw ${quoteForShell(await mountPointOf(folder, fs))}`;
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
  if (uid === undefined || gid === undefined) return `Give this user the right to write into ${quoted}.`;
  const status = await unlessErrno(["ENOENT", "ENOTDIR", "EACCES"], fs.stat(folder));
  if (!status) return `Run: sudo install -d -o ${uid} -g ${gid} ${quoted}`;
  if (status.uid !== uid && uid !== 0) return `Run: sudo chown -R ${uid}:${gid} ${quoted}`;
  if (errno === "EPERM") return `Run: sudo chattr -R -i ${quoted}`;
  return `Run: chmod -R u+rwX ${quoted}`;
}

async function mountPointOf(path: string, fs: FileSystem): Promise<string> {
  const device = async (each: string) => (await unlessErrno(["ENOENT", "ENOTDIR", "EACCES"], fs.stat(each)))?.dev;
  const own = await device(path);
  const parent = dirname(path);
  if (parent === path) return path;
  return own !== undefined && own !== (await device(parent)) ? path : mountPointOf(parent, fs);
}

/** A path as one word of a POSIX shell. */
export function quoteForShell(path: string): string {
  return /^[\w./:@%+=-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
