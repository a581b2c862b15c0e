import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isRoboportError, type RoboportError } from "../errors.ts";
import { diskError, quoteForShell } from "../store/disk-error.ts";
import { nodeFileSystem, unlessErrno } from "../store/file-system.ts";
import { type Owner, requireWritable } from "../store/ownership.ts";
import { MOD_LIST_FILE } from "./mod-list-file.ts";

/** Whom a file belongs to and what its permission bits are. */
export interface OwnedFile extends Owner {
  /** Absolute. */
  readonly path: string;
  readonly mode: number;
  /** True for what the game itself writes. */
  readonly isWritten: boolean;
}

/** What there is to know about who may do what in a mods folder. */
export interface AccessLook {
  /** The folder. Its owner is taken to be the user the game runs as. */
  readonly folder: Owner & { readonly path: string };
  readonly files: readonly OwnedFile[];
  /** Why this process may not write there. */
  readonly refusal: RoboportError | undefined;
}

/** Who may do what in a mods folder. */
export interface ModsAccess {
  readonly owner: Owner;
  /** True when this process can put files there. */
  readonly writable: boolean;
  /** Files that the owner of the folder cannot use as the game needs to. */
  readonly strays: readonly string[];
  /** The command that mends it, undefined when all is well. */
  readonly hint: string | undefined;
}

const READ = 4;
const WRITE = 2;
const NAMED_MAX = 5;

/**
 * Look at the owners in a mods folder; undefined where there is no folder, or the system has no owners.
 *
 * @throws {RoboportError} `PERMISSION` when the folder cannot be listed, `DISK_ERROR`.
 * @see rule PERM-1
 */
export async function findAccess(modsDir: string): Promise<AccessLook | undefined> {
  if (process.platform === "win32") return undefined;
  try {
    const folder = await unlessErrno(["ENOENT"], nodeFileSystem.stat(modsDir));
    if (!folder) return undefined;
    const names = await readdir(modsDir);
    const files = await Promise.all(names.map((name) => findOwned(modsDir, name)));
    const refusal = await findRefusal(modsDir);
    const { uid, gid } = folder;
    return { folder: { path: modsDir, uid, gid }, files: files.filter((each) => each !== undefined), refusal };
  } catch (error) {
    throw await diskError(error, { message: `Cannot read mods folder ${modsDir}`, folder: modsDir });
  }
}

async function findOwned(modsDir: string, name: string): Promise<OwnedFile | undefined> {
  const path = join(modsDir, name);
  const status = await unlessErrno(["ENOENT"], lstat(path));
  if (!status?.isFile()) return undefined;
  const isWritten = name === MOD_LIST_FILE || name === "mod-settings.dat";
  return { path, uid: status.uid, gid: status.gid, mode: status.mode, isWritten };
}

async function findRefusal(modsDir: string): Promise<RoboportError | undefined> {
  try {
    await requireWritable(nodeFileSystem, modsDir);
    return undefined;
  } catch (error) {
    if (isRoboportError(error, "PERMISSION")) return error;
    throw error;
  }
}

/**
 * Decide what is wrong with the owners in a mods folder, and which command mends it.
 *
 * @see rules PERM-2 to PERM-4
 */
export function planAccess({ folder, files, refusal }: AccessLook): ModsAccess {
  const strays = files.filter((file) => !mayUse(file, folder)).map((file) => file.path);
  const owner = { uid: folder.uid, gid: folder.gid };
  const hint = refusal ? refusal.hint : chownHint(folder, strays);
  return { owner, writable: refusal === undefined, strays, hint };
}

/** Whether the owner of the folder can read the file, and write it where the game does. */
function mayUse(file: OwnedFile, { uid, gid }: Owner): boolean {
  if (uid === 0 || uid === file.uid) return true;
  const needed = file.isWritten ? READ | WRITE : READ;
  const shift = file.gid === gid ? 3 : 0;
  return ((file.mode >> shift) & needed) === needed;
}

function chownHint({ path, uid, gid }: AccessLook["folder"], strays: readonly string[]): string | undefined {
  if (strays.length === 0) return undefined;
  if (strays.length > NAMED_MAX) return `Run: sudo chown -R ${uid}:${gid} ${quoteForShell(path)}`;
  return `Run: sudo chown ${uid}:${gid} ${strays.map(quoteForShell).join(" ")}`;
}
