import { stat } from "node:fs/promises";
import { blobsOf, getGeneration, listGenerationNumbers, listGenerations } from "../apply/generations.ts";
import { stateFolder } from "../apply/state-folder.ts";
import { isRoboportError } from "../errors.ts";
import type { Store } from "../store/blob-store.ts";
import { unlessErrno } from "../store/file-system.ts";
import { findRoot, saveRoot, type StoreRoot } from "../store/store-roots.ts";
import { findLockfile } from "./files.ts";
import type { Session } from "./session.ts";

/**
 * Which installation of its path this is: the number of its folder on the disk. Undefined where it has no state yet.
 */
async function findIdentity(root: string): Promise<string | undefined> {
  const status = await unlessErrno(["ENOENT", "ENOTDIR", "EACCES"], stat(stateFolder(root), { bigint: true }));
  return status && String(status.ino);
}

/**
 * SHA-256 of every zip that an installation may want again: of its lockfile and of every state it can return to.
 *
 * @throws {RoboportError} `STATE_SHAPE` or `LOCKFILE_SHAPE` when that cannot be known.
 */
async function neededBlobs(root: string): Promise<ReadonlySet<string>> {
  return new Set([...(await lockedBlobs(root)), ...blobsOf(await listGenerations(root))]);
}

async function lockedBlobs(root: string): Promise<readonly string[]> {
  const mods = (await findLockfile(root))?.mods ?? [];
  return mods.flatMap(({ sha256 }) => sha256 ?? []);
}

/**
 * Tell the store what this installation needs, so that pruning leaves it. The change it follows is done: where that cannot
 * be written down, the admin is told, and where the store may not be written, it cannot be pruned by this user either.
 *
 * @see rule ROOT-2
 */
export async function registerInstallation(session: Session): Promise<void> {
  const { root } = await session.installation();
  try {
    await register(root, session.store());
  } catch (error) {
    if (!isRoboportError(error)) throw error;
    if (error.code === "PERMISSION") return;
    const text = `${error.message}; until it can be written, "roboport cache prune" may remove zips that rollback would need`;
    session.emit({ kind: "notice", text });
  }
}

async function register(root: string, store: Store): Promise<void> {
  const identity = await findIdentity(root);
  if (identity === undefined) return;
  const known = await findRoot(store, { root, identity });
  const needed = await (known ? newestBlobs(root) : neededBlobs(root));
  const blobs = new Set([...(known?.blobs ?? []), ...needed]);
  if (blobs.size > (known?.blobs.length ?? 0)) await saveRoot(store, { root, identity, blobs: [...blobs] });
}

/** What the last change brought: all before it was registered then. */
async function newestBlobs(root: string): Promise<ReadonlySet<string>> {
  const number = (await listGenerationNumbers(root)).at(-1);
  const newest = number === undefined ? [] : [await getGeneration(root, number)];
  return new Set([...(await lockedBlobs(root)), ...blobsOf(newest)]);
}

/** A registered installation as it can be seen now. */
export interface SeenRoot extends StoreRoot {
  /** False when it is not at its path: gone, moved, or in another container. */
  readonly isHere: boolean;
}

/**
 * What a registered installation needs now: read where it can be seen, else what it said.
 *
 * @throws {RoboportError} `STATE_SHAPE` or `LOCKFILE_SHAPE` when it is there and cannot be read.
 * @see rule ROOT-3
 */
export async function seeRoot(registered: StoreRoot): Promise<SeenRoot> {
  const isHere = (await findIdentity(registered.root)) === registered.identity;
  return isHere
    ? { ...registered, blobs: [...(await neededBlobs(registered.root))], isHere }
    : { ...registered, isHere };
}
