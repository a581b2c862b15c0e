import { dirname } from "node:path";
import pLimit from "p-limit";
import { isRoboportError } from "../errors.ts";
import { lookOf } from "./blob-draft.ts";
import { closing, errnoOf, type FileSystem, removeLeftover, SYNC_PLAIN, unlessErrno } from "./file-system.ts";
import { findOwner, type OwnerPolicy } from "./ownership.ts";
import { placeBlob } from "./place-blob.ts";
import { quarantinePath } from "./quarantine.ts";
import { quarantineFolder } from "./store-layout.ts";

/**
 * Copies of blobs that are placed soon, made while others are still on their way. They are a matter of speed alone: what
 * fails here is done again, and reported, when the blob is placed.
 *
 * @see rule BLOB-10
 */
export interface CopiesAhead {
  /** Make copies that are on the disk, as placing the blobs would. */
  make(sha256s: readonly string[]): Promise<void>;
  /**
   * Give one away; it is on the disk already.
   *
   * @param target where nothing is yet
   * @returns false when there is none that is as it was made, or none that can be renamed to `target`
   */
  moveTo(target: string, sha256: string, owner?: OwnerPolicy): Promise<boolean>;
  /** Remove those that nobody took. */
  drop(): Promise<void>;
}

interface CopiesOptions {
  readonly fs: FileSystem;
  /** The store's. */
  readonly dir: string;
  /** True when the blob is the very file that this process proved and nobody has touched since. */
  readonly isUntouched: (sha256: string) => Promise<boolean>;
}

interface Named {
  readonly sha256: string;
  readonly path: string;
}

interface Copy {
  readonly path: string;
  readonly look: string;
}

/** Files copied at the same time. */
const LANES = 2;

export function openCopies({ fs, dir, isUntouched }: CopiesOptions): CopiesAhead {
  const copies = new Map<string, Copy>();
  const copyBlob = async (sha256: string): Promise<readonly Named[]> => {
    const path = quarantinePath(quarantineFolder(dir));
    const place = placeBlob({ fs, dir, sha256, target: path, isUntouched: () => isUntouched(sha256) });
    if (await unlessFailed(place.then(() => true))) return [{ sha256, path }];
    await removeLeftover(fs, path);
    return [];
  };
  const bringCopyToDisk = async ({ sha256, path }: Named) => {
    const look = await unlessFailed(bringToDisk(fs, path));
    if (look === undefined) await removeLeftover(fs, path);
    else copies.set(sha256, { path, look });
  };
  return {
    make: async (sha256s) => {
      const copying = pLimit(LANES);
      const made = await Promise.all(sha256s.map((sha256) => copying(copyBlob, sha256)));
      await Promise.all(made.flat().map(bringCopyToDisk));
    },
    moveTo: async (target, sha256, owner) => {
      const copy = copies.get(sha256);
      copies.delete(sha256);
      if (!copy) return false;
      if (await unlessFailed(moveCopy(copy, { fs, target, owner }))) return true;
      await removeLeftover(fs, copy.path);
      return false;
    },
    drop: async () => {
      for (const { path } of copies.values()) await removeLeftover(fs, path);
      copies.clear();
    },
  };
}

async function bringToDisk(fs: FileSystem, path: string): Promise<string> {
  return closing(await fs.open(path, SYNC_PLAIN), async (file) => {
    await file.sync();
    return lookOf(await file.stat());
  });
}

interface Move {
  readonly fs: FileSystem;
  readonly target: string;
  readonly owner: OwnerPolicy | undefined;
}

async function moveCopy({ path, look }: Copy, { fs, target, owner }: Move): Promise<boolean> {
  const isTaken = await unlessErrno(["ENOENT"], fs.lstat(target));
  if (isTaken || lookOf(await fs.lstat(path)) !== look) return false;
  const newOwner = await findOwner(fs, dirname(target), owner);
  if (newOwner) await fs.chown(path, newOwner.uid, newOwner.gid);
  await fs.rename(path, target);
  return true;
}

/** @returns undefined when disk or store did not do their part */
async function unlessFailed<T>(attempt: Promise<T>): Promise<T | undefined> {
  try {
    return await attempt;
  } catch (error) {
    if (isRoboportError(error) || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}
