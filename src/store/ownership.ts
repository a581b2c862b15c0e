import { constants } from "node:fs";
import { dirname } from "node:path";
import { diskError } from "./disk-error.ts";
import { type FileSystem, syncFolder, unlessErrno } from "./file-system.ts";

/** Whom new files belong to. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Overrides for files made by root: what containers call PUID and PGID. */
export interface OwnerPolicy {
  readonly puid?: number | undefined;
  readonly pgid?: number | undefined;
}

/**
 * Whom a new file in this folder has to be given to.
 *
 * @returns undefined when it needs no giving away: only root can
 * @see rule OWN-1
 */
export async function findOwner(fs: FileSystem, folder: string, policy: OwnerPolicy = {}): Promise<Owner | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  const { uid, gid } = await fs.stat(folder);
  return { uid: policy.puid ?? uid, gid: policy.pgid ?? gid };
}

/**
 * Make a folder and those above it that are missing, for good; each belongs to the owner of the one it stands in.
 *
 * @throws {RoboportError} `PERMISSION`, `DISK_FULL` or `DISK_ERROR`.
 * @see rule OWN-2
 */
export async function makeFolder(fs: FileSystem, path: string, policy?: OwnerPolicy): Promise<void> {
  await makeFolders(fs, [path], policy);
}

/**
 * As {@link makeFolder}, for many: each folder that gets new ones is synchronised once.
 *
 * @throws {RoboportError} `PERMISSION`, `DISK_FULL` or `DISK_ERROR`.
 */
export async function makeFolders(fs: FileSystem, paths: Iterable<string>, policy?: OwnerPolicy): Promise<void> {
  const grown = new Set<string>();
  for (const path of new Set(paths)) {
    await orDiskError(fs, path, makeMissing(fs, path, { policy, grown }));
  }
  for (const path of grown) await orDiskError(fs, path, syncFolder(fs, path));
}

interface Making {
  readonly policy: OwnerPolicy | undefined;
  /** Folders that got new ones. */
  readonly grown: Set<string>;
}

async function makeMissing(fs: FileSystem, path: string, making: Making): Promise<void> {
  if (await unlessErrno(["ENOENT"], fs.stat(path))) return;
  const parent = dirname(path);
  if (parent !== path) await makeMissing(fs, parent, making);
  await unlessErrno(["EEXIST"], fs.mkdir(path));
  const owner = await findOwner(fs, parent, making.policy);
  if (owner) await fs.chown(path, owner.uid, owner.gid);
  making.grown.add(parent);
}

async function orDiskError<T>(fs: FileSystem, folder: string, attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    throw await diskError(error, { message: `Cannot create folder ${folder}`, folder, fs });
  }
}

/**
 * Fail before anything is begun when files cannot be made in this folder.
 *
 * @throws {RoboportError} `PERMISSION` with the command that mends it, `DISK_ERROR` when it is no folder.
 * @see rule OWN-3
 */
export async function requireWritable(fs: FileSystem, folder: string): Promise<void> {
  try {
    await fs.access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw await diskError(error, { message: `Cannot write into ${folder}`, folder, fs });
  }
}
