import { withLock } from "../apply/lock.ts";
import { RoboportError } from "../errors.ts";
import { rootsFolder } from "../store/store-layout.ts";
import { forgetRoot, listRoots, type StoreRoot } from "../store/store-roots.ts";
import {
  listBlobs,
  pruneStore,
  readStoreInfo,
  type StoreInfo,
  type StorePruning,
  verifyStore,
} from "../store/store-upkeep.ts";
import type { Session } from "./session.ts";
import { type SeenRoot, seeRoot } from "./store-root.ts";

/** An installation that uses the store. */
export interface CacheRoot {
  readonly root: string;
  /** False when it cannot be seen from here; what it said it needs is kept all the same. */
  readonly isHere: boolean;
  /** Zips it needs. */
  readonly blobs: number;
  /** Of those, zips that are not in the store: `rollback` would have to download them. */
  readonly missing: number;
}

/** What the store holds, and for whom. */
export interface CacheInfo extends StoreInfo {
  readonly roots: readonly CacheRoot[];
  /** What no installation needs. */
  readonly unneeded: { readonly blobs: number; readonly bytes: number };
}

/**
 * Count what the store holds, and who needs it; reads no zip.
 *
 * @throws {RoboportError} `PERMISSION`, `DISK_ERROR`; `STATE_SHAPE` or `LOCKFILE_SHAPE` of an installation.
 */
export async function cacheInfo(session: Session): Promise<CacheInfo> {
  const store = session.store();
  const roots = await seeRoots(session);
  const blobs = await listBlobs(store);
  const there = new Set(blobs.map(({ sha256 }) => sha256));
  const needed = new Set(roots.flatMap((root) => root.blobs));
  const unneeded = blobs.filter(({ sha256 }) => !needed.has(sha256));
  return {
    ...(await readStoreInfo(store)),
    roots: roots.map((root) => ({
      root: root.root,
      isHere: root.isHere,
      blobs: root.blobs.length,
      missing: root.blobs.filter((sha256) => !there.has(sha256)).length,
    })),
    unneeded: { blobs: unneeded.length, bytes: unneeded.reduce((sum, { size }) => sum + size, 0) },
  };
}

/** Which zips go. */
export interface PruneRequest {
  /** Milliseconds: what came into the store within them stays. */
  readonly olderThan: number | undefined;
  readonly dryRun: boolean;
  /** Paths of installations that are no more. */
  readonly forget: readonly string[];
}

/** Downloads of a change that is not done yet belong to no installation. */
const GRACE = 3_600_000;

/**
 * Remove zips from the store that no installation needs, neither for its lockfile nor for a state it can return to.
 *
 * @throws {RoboportError} `LOCKED_OUT` when another process prunes, `STORE_DAMAGED` when it cannot be known who needs what,
 *   `STATE_SHAPE` or `LOCKFILE_SHAPE` of an installation, `PERMISSION`, `DISK_ERROR`.
 * @see rules ROOT-3 to ROOT-6
 */
export async function pruneCache(session: Session, request: PruneRequest): Promise<StorePruning> {
  const store = session.store();
  const { olderThan = 0, dryRun, forget } = request;
  const now = session.clock().getTime();
  const receivedBefore = now - Math.max(olderThan, GRACE);
  const prune = async (): Promise<StorePruning> => {
    const roots = (await seeRoots(session)).filter((root) => !isForgotten(root, forget));
    if (!dryRun) await forgetRoots(session, forget);
    return await pruneStore(store, new Set(roots.flatMap(({ blobs }) => blobs)), { receivedBefore, dryRun });
  };
  if (dryRun || (await listBlobs(store)).length === 0) return await prune();
  const at = new Date(now).toISOString();
  return await withLock(rootsFolder(store.dir), { at, breakLock: session.breakLock, owner: session.owner }, prune);
}

/** What is there is not forgotten: its next change would bring it back. */
function isForgotten({ root, isHere }: SeenRoot, forget: readonly string[]): boolean {
  return !isHere && forget.includes(root);
}

async function forgetRoots(session: Session, forget: readonly string[]): Promise<void> {
  for (const root of await seeRoots(session)) if (isForgotten(root, forget)) await forgetRoot(session.store(), root);
}

async function seeRoots(session: Session): Promise<readonly SeenRoot[]> {
  const { roots, damaged } = await listRoots(session.store());
  const [first] = damaged;
  if (first !== undefined) {
    throw new RoboportError("STORE_DAMAGED", `Cannot tell what is needed: ${first} is damaged`, {
      hint: `Delete ${first}, then run "roboport install" in every installation that uses this store.`,
      data: { damaged },
    });
  }
  return await Promise.all(roots.map(seeRoot));
}

/** What reading every zip of the store again showed. */
export interface CacheVerification {
  readonly good: number;
  /** SHA-256 by which the damaged ones were known; they are set aside now. */
  readonly damaged: readonly { readonly sha256: string; readonly neededBy: readonly string[] }[];
}

/**
 * Read every zip of the store and set those aside that are damaged.
 *
 * @throws {RoboportError} `PERMISSION`, `DISK_FULL` or `DISK_ERROR`.
 * @see rule BLOB-8
 */
export async function verifyCache(session: Session): Promise<CacheVerification> {
  const store = session.store();
  const { good, damaged } = await verifyStore(store);
  const { roots } = await listRoots(store);
  const needing = (sha256: string) => roots.filter(({ blobs }: StoreRoot) => blobs.includes(sha256));
  return {
    good,
    damaged: damaged.map((sha256) => ({ sha256, neededBy: needing(sha256).map(({ root }) => root) })),
  };
}
