import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { RoboportError } from "../errors.ts";
import { isJsonObject } from "../game/json-text.ts";
import { createFile, writeWhole } from "../store/atomic-file.ts";
import { diskError } from "../store/disk-error.ts";
import {
  errnoOf,
  type FileSystem,
  ignoreSystemErrors,
  nodeFileSystem,
  removeLeftover,
  unlessErrno,
} from "../store/file-system.ts";
import { makeFolder, type OwnerPolicy } from "../store/ownership.ts";
import { findBytes } from "../store/plain-file.ts";
import { currentProcess, isRunning, type ProcessIdentity } from "../store/process-identity.ts";
import { findSealed, formatSealed } from "../store/sealed-json.ts";
import { answersAt, listenAsOnly, listenAsOwner } from "./lock-socket.ts";

/** Who changes an installation. */
export interface LockOwner extends ProcessIdentity {
  /** ISO 8601 instant. */
  readonly since: string;
  /** Different for every holding, also by the same process. */
  readonly nonce: string;
  /** True when it can be asked whether it lives, also from another container of the same kernel. */
  readonly answers: boolean;
}

/** The right to change an installation, while the function it was given to runs. */
export interface Lock {
  readonly owner: LockOwner;
  /**
   * Look again whether it is still ours.
   *
   * @throws {RoboportError} `LOCKED_OUT` when somebody broke it.
   */
  check(): Promise<void>;
}

export interface LockOptions {
  /** ISO 8601 instant. */
  readonly at: string;
  /** Take it from an owner on another machine; never from one that is known to live. */
  readonly breakLock?: boolean | undefined;
  readonly owner?: OwnerPolicy | undefined;
  readonly fs?: FileSystem | undefined;
}

/**
 * Run `action` while no other process changes what lies in this folder. A lock of a process that was killed is free at once.
 *
 * @param folder made when it is missing
 * @throws {RoboportError} `LOCKED_OUT` naming who holds it, `PERMISSION`, `DISK_FULL` or `DISK_ERROR`.
 * @see reference/reliability.md §0, finding 12, rules MUTEX-1 to MUTEX-5
 */
export async function withLock<T>(
  folder: string,
  options: LockOptions,
  action: (lock: Lock) => Promise<T>,
): Promise<T> {
  const { fs = nodeFileSystem } = options;
  await makeFolder(fs, folder, options.owner);
  const only = await listenAsOnly(folder);
  if (!only) throw lockedOut(folder, await findLockOwner(fs, folder), true);
  try {
    return await holding(folder, { ...options, fs }, action);
  } finally {
    await only.close();
  }
}

type Settings = LockOptions & { readonly fs: FileSystem };

async function holding<T>(folder: string, settings: Settings, action: (lock: Lock) => Promise<T>): Promise<T> {
  const { fs } = settings;
  const nonce = randomBytes(8).toString("hex");
  const listener = await guard(fs, folder, listenAsOwner(folder, nonce));
  try {
    const owner = { ...currentProcess(), since: settings.at, nonce, answers: listener !== undefined };
    await guard(fs, folder, claim(folder, owner, settings));
    const check = () => guard(fs, folder, requireOwner(fs, folder, nonce));
    try {
      return await action({ owner, check });
    } finally {
      // What cannot be removed names a process that will be gone.
      await ignoreSystemErrors(release(fs, folder, nonce));
    }
  } finally {
    await listener?.close();
  }
}

async function guard<T>(fs: FileSystem, folder: string, attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    throw await diskError(error, { message: `Cannot lock ${folder}`, folder, fs });
  }
}

/** Write the owner file where there is none, or in place of one whose process is gone. */
async function claim(folder: string, owner: LockOwner, { fs, breakLock, owner: policy }: Settings): Promise<void> {
  const draft = join(folder, draftName(owner.nonce));
  await createFile(draft, { fs, owner: policy }, (file) => writeWhole(file, formatSealed(owner)));
  try {
    const other = await findLockOwner(fs, folder);
    const lives = other ? await isAlive(folder, other) : false;
    if (lives || (lives === undefined && !breakLock)) throw lockedOut(folder, other, lives);
    await (other ? fs.rename(draft, ownerFile(folder)) : publish(fs, draft, folder));
    await requireOwner(fs, folder, owner.nonce);
  } catch (error) {
    await removeLeftover(fs, draft);
    throw error;
  }
  await sweep(fs, folder, owner.nonce);
}

/** Make the draft the owner file, unless an owner was faster. */
async function publish(fs: FileSystem, draft: string, folder: string): Promise<void> {
  try {
    await fs.link(draft, ownerFile(folder));
    await fs.unlink(draft);
  } catch (error) {
    if (!["EEXIST", ...NO_LINKS].includes(errnoOf(error) ?? "")) throw error;
    // What is there may also be damaged, and then it names nobody.
    if (!(await findLockOwner(fs, folder))) await fs.rename(draft, ownerFile(folder));
  }
}

async function isAlive(folder: string, owner: LockOwner): Promise<boolean | undefined> {
  const self = currentProcess();
  const running = isRunning(owner, self);
  if (running !== undefined || owner.boot !== self.boot || !owner.answers) return running;
  return answersAt(folder, owner.nonce);
}

/** Who holds the lock on a folder, or held it when it was killed. */
export async function findLockOwner(fs: FileSystem, folder: string): Promise<LockOwner | undefined> {
  const text = (await findBytes(fs, ownerFile(folder)))?.toString("utf8");
  const value = text === undefined ? undefined : findSealed(text)?.value;
  // The seal has proved that we wrote it, so its shape is ours.
  return isJsonObject(value) ? (value as unknown as LockOwner) : undefined;
}

async function requireOwner(fs: FileSystem, folder: string, nonce: string): Promise<void> {
  const owner = await findLockOwner(fs, folder);
  if (owner?.nonce !== nonce) throw lockedOut(folder, owner, true);
}

async function release(fs: FileSystem, folder: string, nonce: string): Promise<void> {
  const owner = await findLockOwner(fs, folder);
  if (owner?.nonce === nonce) await fs.unlink(ownerFile(folder));
}

/** Remove drafts and sockets of processes that were killed. */
async function sweep(fs: FileSystem, folder: string, nonce: string): Promise<void> {
  for (const name of await fs.readdir(folder)) {
    const other = LEFTOVER.exec(name)?.[1];
    if (other === undefined || other === nonce || (await answersAt(folder, other)) !== false) continue;
    await unlessErrno(["ENOENT"], fs.unlink(join(folder, name)));
  }
}

const LEFTOVER = /^\.?lock-([0-9a-f]+)\.(?:tmp|sock)$/;
/** What linking says on file systems without hard links. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];
const ownerFile = (folder: string) => join(folder, "lock.json");
const draftName = (nonce: string) => `.lock-${nonce}.tmp`;

function lockedOut(folder: string, owner: LockOwner | undefined, lives: boolean | undefined): RoboportError {
  const data = { folder, pid: owner?.pid, host: owner?.host, since: owner?.since };
  const who = owner
    ? `process ${owner.pid} on ${owner.host} has been at it since ${owner.since}`
    : "another process is at it";
  const hint = lives
    ? `Wait for it to end${owner ? `, or stop process ${owner.pid}` : ""}.`
    : `Make sure that nothing on ${owner?.host} changes it any more, then run the command again with --break-lock.`;
  return new RoboportError("LOCKED_OUT", `Cannot change ${folder}: ${who}`, { hint, data });
}
