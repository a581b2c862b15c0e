import disk, { constants, promises, type Stats } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { errnoOf } from "./errno.ts";
import { READ_PLAIN } from "./open-flags.ts";

export { errnoOf, READ_PLAIN };

/** What is known of a file without opening it. */
export type FileStatus = Pick<
  Stats,
  "dev" | "ino" | "mode" | "uid" | "gid" | "size" | "mtimeMs" | "isFile" | "isDirectory"
>;

/** An open file. */
export interface OpenFile {
  /** Bytes read into `buffer` from `position`, 0 at the end of the file. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  /** Bytes written, which may be fewer than given. */
  write(bytes: Uint8Array): Promise<number>;
  stat(): Promise<FileStatus>;
  sync(): Promise<void>;
  chown(uid: number, gid: number): Promise<void>;
  chmod(mode: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Every way in which this project changes a disk: the seam at which tests make the n-th operation fail.
 *
 * Each method means the system call of its name and throws Node's error with its `code`.
 */
export interface FileSystem {
  /** `flags` are those of `constants` in `node:fs`. */
  open(path: string, flags: number, mode?: number): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  /** A new file of the same bytes, which shares its blocks with the other where the file system can. */
  clone(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  mkdir(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
  chown(path: string, uid: number, gid: number): Promise<void>;
  readdir(path: string): Promise<readonly string[]>;
  /** Follows symbolic links. */
  stat(path: string): Promise<FileStatus>;
  lstat(path: string): Promise<FileStatus>;
  /** Throws unless this process may do what `mode` says. */
  access(path: string, mode: number): Promise<void>;
  /** Bytes that we may still write on the file system of this path. */
  freeSpace(path: string): Promise<number>;
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** For synchronising a file that is there: Windows wants the right to write it. */
export const SYNC_PLAIN = process.platform === "win32" ? constants.O_RDWR : READ_PLAIN;
export const CREATE_NEW = O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0);

/**
 * The disk of this machine.
 *
 * What is short is done at once: handing it to the thread pool takes ten times as long. What moves many bytes or waits for
 * the disk goes there, so that other work goes on.
 */
export const nodeFileSystem: FileSystem = {
  open: async (path, flags, mode) => openedFile(disk.openSync(path, flags, mode)),
  rename:
    process.platform === "win32"
      ? (from, to) => whileInUse(() => promises.rename(from, to))
      : async (from, to) => disk.renameSync(from, to),
  link: async (from, to) => disk.linkSync(from, to),
  clone: (from, to) => promises.copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL),
  unlink: promises.unlink,
  mkdir: async (path) => disk.mkdirSync(path),
  rmdir: async (path) => disk.rmdirSync(path),
  chown: async (path, uid, gid) => disk.chownSync(path, uid, gid),
  readdir: (path) => promises.readdir(path),
  stat: async (path) => disk.statSync(path),
  lstat: async (path) => disk.lstatSync(path),
  access: async (path, mode) => disk.accessSync(path, mode),
  freeSpace: async (path) => {
    const { bavail, bsize, blocks } = await promises.statfs(path);
    // Some network file systems count nothing.
    return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
  },
};

/** Milliseconds between attempts. */
const PAUSES: readonly number[] = [10, 40, 160, 640];
/** What Windows says of a file that somebody has open. */
const IN_USE = ["EPERM", "EACCES", "EBUSY"];

/**
 * Try again while a file is in use: on Windows a scanner may hold one for a moment right after it was written.
 *
 * @see reference/reliability.md §1 (uv) and F16, rule DISK-7
 */
export async function whileInUse(attempt: () => Promise<void>, pauses = PAUSES): Promise<void> {
  for (const milliseconds of pauses) {
    const done = await unlessErrno(
      IN_USE,
      attempt().then(() => true),
    );
    if (done) return;
    await setTimeout(milliseconds);
  }
  await attempt();
}

/** Bytes that are written sooner than they are handed over. */
const AT_ONCE = 256 * 1024;
const [read, write, sync] = [promisify(disk.read), promisify(disk.write), promisify(disk.fsync)];

/** Files of the disk itself, not those of a seam around it. */
const DESCRIPTORS = new WeakMap<OpenFile, number>();

/** What another thread may write to the file by; undefined for one whose every operation has to be seen. */
export function descriptorOf(file: OpenFile): number | undefined {
  return DESCRIPTORS.get(file);
}

function openedFile(file: number): OpenFile {
  const opened: OpenFile = {
    read: async (buffer, position) => (await read(file, buffer, 0, buffer.byteLength, position)).bytesRead,
    write: async (bytes) =>
      bytes.byteLength > AT_ONCE ? (await write(file, bytes)).bytesWritten : disk.writeSync(file, bytes),
    stat: async () => disk.fstatSync(file),
    sync: () => sync(file),
    chown: async (uid, gid) => disk.fchownSync(file, uid, gid),
    chmod: async (mode) => disk.fchmodSync(file, mode),
    close: async () => disk.closeSync(file),
  };
  DESCRIPTORS.set(opened, file);
  return opened;
}

/** What `attempt` answers, or undefined when it fails with one of these codes. */
export async function unlessErrno<T>(codes: readonly string[], attempt: Promise<T>): Promise<T | undefined> {
  try {
    return await attempt;
  } catch (error) {
    if (codes.includes(errnoOf(error) ?? "")) return undefined;
    throw error;
  }
}

/** Write all of it, however few bytes the system takes at a time. */
export async function writeAll(file: OpenFile, bytes: Uint8Array): Promise<void> {
  let rest = bytes;
  while (rest.byteLength > 0) {
    const written = await file.write(rest);
    if (written === 0) throw Object.assign(new Error("The system wrote nothing"), { code: "EIO", errno: -5 });
    rest = rest.subarray(written);
  }
}

/**
 * Make what happened to a folder's entries survive a power cut.
 *
 * File systems that cannot (some network ones, and Windows) say so with one of four codes; any other failure counts.
 *
 * @see reference/reliability.md §1 (borg), rule DISK-3
 */
export async function syncFolder(fs: FileSystem, path: string): Promise<void> {
  const opened = fs.open(path, constants.O_RDONLY);
  const folder = await (process.platform === "win32" ? unlessErrno(["EPERM", "EISDIR"], opened) : opened);
  if (!folder) return;
  try {
    await unlessErrno(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "EPERM"], folder.sync());
  } finally {
    await folder.close();
  }
}

/** Use a file and close it; a failure to close counts, unless the use failed first. */
export async function closing<T>(file: OpenFile, use: (file: OpenFile) => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await use(file);
  } catch (error) {
    await ignoreSystemErrors(file.close());
    throw error;
  }
  await file.close();
  return result;
}

/** Clean up after a failure: that failure is the news, not a second one of the system. */
export async function removeLeftover(fs: FileSystem, path: string): Promise<void> {
  await ignoreSystemErrors(fs.unlink(path));
}

/** Wait for it; a failure of the system is nothing to whoever is failing already. */
export async function ignoreSystemErrors(attempt: Promise<void>): Promise<void> {
  try {
    await attempt;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}
