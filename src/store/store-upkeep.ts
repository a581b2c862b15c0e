import { join } from "node:path";
import { writeAtomic } from "./atomic-file.ts";
import type { Store, StoredBlob } from "./blob-store.ts";
import { sha256File } from "./digest.ts";
import { diskError } from "./disk-error.ts";
import { unlessErrno } from "./file-system.ts";
import { setAside } from "./place-blob.ts";
import { findSeen, formatSeen, seenIndexFile } from "./seen-index.ts";
import { blobsFolder, quarantineFolder, setAsideFolder } from "./store-layout.ts";

/** What a store holds. */
export interface StoreInfo {
  readonly dir: string;
  readonly blobs: number;
  /** Bytes of the blobs. */
  readonly bytes: number;
  /** Damaged blobs that were set aside. */
  readonly damaged: number;
}

/**
 * Count what a store holds; reads no blob.
 *
 * @throws {RoboportError} `PERMISSION` or `DISK_ERROR`.
 */
export async function readStoreInfo(store: Store): Promise<StoreInfo> {
  const blobs = await listBlobs(store);
  const bytes = blobs.reduce((sum, { size }) => sum + size, 0);
  return {
    dir: store.dir,
    blobs: blobs.length,
    bytes,
    damaged: (await listNames(store, setAsideFolder(store.dir))).length,
  };
}

export interface StoreVerification {
  readonly good: number;
  /** SHA-256 by which the damaged ones were known; they are set aside now. */
  readonly damaged: readonly string[];
}

/**
 * Read every blob and set those aside that are not what their names say.
 *
 * @throws {RoboportError} `PERMISSION`, `DISK_FULL` or `DISK_ERROR`.
 * @see rule BLOB-8
 */
export async function verifyStore(store: Store): Promise<StoreVerification> {
  const damaged: string[] = [];
  const blobs = await listBlobs(store);
  for (const { sha256, path } of blobs) {
    if ((await sha256File(path, store.fs)) === sha256) continue;
    await onDisk(store, setAside({ ...store, sha256 }));
    damaged.push(sha256);
  }
  return { good: blobs.length - damaged.length, damaged };
}

export interface StorePruning {
  /** Blobs that went, or with `dryRun` would go. */
  readonly blobs: number;
  /** Bytes that were freed. */
  readonly bytes: number;
}

export interface PruneOptions {
  /**
   * What came into the store later than this stays, needed or not: milliseconds since 1970. A download that is under way
   * belongs to nobody yet.
   */
  readonly receivedBefore?: number;
  /** Only count. */
  readonly dryRun?: boolean;
}

/**
 * Remove every blob that is not to be kept, what killed processes left, and damaged blobs. Without `receivedBefore`
 * nothing else uses the store meanwhile: a download under way in another container would have to begin again.
 *
 * @param keep SHA-256 of what somebody may still want, such as every generation's zips
 * @throws {RoboportError} `PERMISSION`, `DISK_FULL` or `DISK_ERROR`.
 * @see rule BLOB-9
 */
export async function pruneStore(
  store: Store,
  keep: ReadonlySet<string>,
  { receivedBefore = Number.POSITIVE_INFINITY, dryRun = false }: PruneOptions = {},
): Promise<StorePruning> {
  const { dir } = store;
  const candidates = (await listBlobs(store)).filter(({ sha256 }) => !keep.has(sha256));
  const old: StoredBlob[] = [];
  for (const blob of candidates) if (await isOlder(store, blob.path, receivedBefore)) old.push(blob);
  const freed = { blobs: old.length, bytes: old.reduce((sum, { size }) => sum + size, 0) };
  if (dryRun) return freed;
  for (const { path } of old) await remove(store, path);
  for (const folder of [setAsideFolder(dir), quarantineFolder(dir)]) {
    for (const name of await listNames(store, folder)) {
      const path = join(folder, name);
      if (await isOlder(store, path, receivedBefore)) await remove(store, path);
    }
  }
  await onDisk(store, forgetSeen(store));
  return freed;
}

async function isOlder(store: Store, path: string, instant: number): Promise<boolean> {
  const status = await onDisk(store, unlessErrno(["ENOENT"], store.fs.lstat(path)));
  return status !== undefined && status.mtimeMs < instant;
}

async function remove(store: Store, path: string): Promise<void> {
  await onDisk(store, unlessErrno(["ENOENT"], store.fs.unlink(path)));
}

/** Drop what the index says of blobs that are gone. */
async function forgetSeen({ fs, dir, owner, find }: Store): Promise<void> {
  const seen = await findSeen(seenIndexFile(dir), fs);
  const lines: string[] = [];
  for (const pair of seen) if (await find(pair.sha256)) lines.push(`\n${formatSeen(pair)}\n`);
  if (lines.length < seen.length) await writeAtomic(seenIndexFile(dir), lines.join(""), { fs, owner });
}

/**
 * Every blob there is, by SHA-256.
 *
 * @throws {RoboportError} `PERMISSION` or `DISK_ERROR`.
 */
export async function listBlobs(store: Store): Promise<readonly StoredBlob[]> {
  const blobs: StoredBlob[] = [];
  for (const prefix of await listNames(store, blobsFolder(store.dir))) {
    for (const rest of await listNames(store, join(blobsFolder(store.dir), prefix))) {
      const blob = await store.find(`${prefix}${rest}`);
      if (blob) blobs.push(blob);
    }
  }
  return blobs;
}

async function listNames(store: Store, folder: string): Promise<readonly string[]> {
  return (await onDisk(store, unlessErrno(["ENOENT", "ENOTDIR"], store.fs.readdir(folder)))) ?? [];
}

async function onDisk<T>({ fs, dir }: Store, attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    throw await diskError(error, { message: `Cannot use the store ${dir}`, folder: dir, fs });
  }
}
