import { dirname } from "node:path";
import { RoboportError } from "../errors.ts";
import { type Draft, draftBlob, type Fill, lookOf, nameDrafts } from "./blob-draft.ts";
import { openCopies } from "./copies-ahead.ts";
import { copyOpenFile, type Digests, digestOpenFile, sha256OfOpenFile } from "./digest.ts";
import { diskError } from "./disk-error.ts";
import { closing, type FileSystem, nodeFileSystem, syncFolder, unlessErrno } from "./file-system.ts";
import type { OwnerPolicy } from "./ownership.ts";
import { placeBlob } from "./place-blob.ts";
import { openPlainFile } from "./plain-file.ts";
import { findLeftovers, type Labels, type Leftovers, sweepQuarantine } from "./quarantine.ts";
import { blobPath, quarantineFolder } from "./store-layout.ts";
import { openSeenIndex, seenIndexFile } from "./seen-index.ts";

/** Bytes in the store. */
export interface StoredBlob {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Where they lie; read-only, and to be proved again by whoever uses them. */
  readonly path: string;
}

export interface StoreOptions {
  /** Need not exist: the first blob makes it. */
  readonly dir: string;
  readonly fs?: FileSystem | undefined;
  readonly owner?: OwnerPolicy | undefined;
}

export interface PlaceOptions {
  readonly owner?: OwnerPolicy | undefined;
}

/**
 * Zips by the SHA-256 of their bytes.
 *
 * Every method throws `DISK_FULL`, `PERMISSION` or `DISK_ERROR` when the disk does not do its part.
 *
 * @see reference/style.md §b.9, rules BLOB-1 to BLOB-9
 */
export interface Store {
  readonly dir: string;
  readonly fs: FileSystem;
  readonly owner: OwnerPolicy | undefined;

  find(sha256: string): Promise<StoredBlob | undefined>;

  /** The bytes that were seen with this SHA-1. */
  findBySha1(sha1: string): Promise<StoredBlob | undefined>;

  /**
   * Let `fill` write a new file that nobody sees, and prove it by the digests it answers; when it throws, nothing is left.
   * It becomes a blob by {@link Store.keep}.
   *
   * @param label hex digits: a file that a killed process left under it is gone on with
   */
  draft(fill: Fill, label?: string): Promise<Draft>;

  /** Make drafts to blobs, all or none of them. Lasting after {@link Store.settle}. */
  keep(drafts: readonly Draft[]): Promise<readonly StoredBlob[]>;

  /** Keep a copy of a plain file, which stays as it is. Lasting after {@link Store.settle}. */
  adopt(path: string): Promise<Digests>;

  /** Make everything received and adopted so far survive a power cut: one synchronisation per folder touched. */
  settle(): Promise<void>;

  /**
   * Copy a blob to a path where nothing is yet, sharing blocks where the disk can, and prove the copy's bytes.
   *
   * @returns true when the copy is on the disk already; else it is not synchronised
   * @throws {RoboportError} `STORE_DAMAGED` when the blob is missing or not what its name says; a damaged one is set
   *   aside, so that fetching it again mends the store.
   */
  place(sha256: string, target: string, options?: PlaceOptions): Promise<boolean>;

  /** Make copies that {@link Store.place} needs only rename; what fails is left to it. */
  copyAhead(blobs: readonly StoredBlob[]): Promise<void>;

  /** Remove the copies that nobody placed. */
  dropCopies(): Promise<void>;

  /** Remove what killed processes left, but for what is under one of these labels. */
  sweep(wanted?: Labels): Promise<void>;
}

/** Open a store in a folder; nothing is read or made before it is used. */
export function openStore({ dir, fs = nodeFileSystem, owner }: StoreOptions): Store {
  const index = openSeenIndex(seenIndexFile(dir), fs, owner);
  const unsettled = new Set<string>();
  let settling = Promise.resolve();
  const looks = new Map<string, string>();
  const message = `Cannot use the store ${dir}`;
  const guard = async <T>(attempt: Promise<T>): Promise<T> => {
    try {
      return await attempt;
    } catch (error) {
      throw await diskError(error, { message, folder: dir, fs });
    }
  };
  let leftovers: Promise<Leftovers> | undefined;
  const draft = async (fill: Fill, label?: string): Promise<Draft> => {
    if (label === undefined) return draftBlob({ fs, dir, owner }, fill);
    leftovers ??= findLeftovers(fs, quarantineFolder(dir));
    return draftBlob({ fs, dir, owner }, fill, { label, leftovers: await leftovers });
  };
  const keep = async (drafts: readonly Draft[]): Promise<readonly StoredBlob[]> => {
    await nameDrafts({ fs, dir, owner }, drafts);
    for (const { path, sha256, look } of drafts) {
      unsettled.add(dirname(path));
      looks.set(sha256, look);
    }
    await index.add(drafts);
    return drafts.map(({ sha256, size, path }) => ({ sha256, size, path }));
  };
  const find = (sha256: string) => findBlob(fs, dir, sha256);
  const isUntouched = async (sha256: string) => {
    const look = looks.get(sha256);
    return look !== undefined && look === lookOf(await fs.lstat(blobPath(dir, sha256)));
  };
  const copies = openCopies({ fs, dir, isUntouched });
  return {
    dir,
    fs,
    owner,
    find: (sha256) => guard(find(sha256)),
    findBySha1: (sha1) => guard(index.find(sha1).then((sha256) => (sha256 === undefined ? undefined : find(sha256)))),
    draft: (fill, label) => guard(draft(fill, label)),
    keep: (drafts) => guard(keep(drafts)),
    adopt: async (path) => {
      try {
        return await adoptFile(path, {
          fs,
          find,
          receive: async (fill) => void (await keep([await draft(fill)])),
          note: (seen) => index.add([seen]),
        });
      } catch (error) {
        throw await diskError(error, { message: `Cannot keep a copy of ${path} in the store ${dir}`, folder: dir, fs });
      }
    },
    settle: () => {
      // One after the other: what another caller is bringing to the disk is not there yet.
      const attempt = settling.then(() => settle(fs, unsettled));
      settling = attempt.catch(() => {});
      return guard(attempt);
    },
    place: async (sha256, target, options) => {
      if (await copies.moveTo(target, sha256, options?.owner)) return true;
      await placeBlob({ ...options, fs, dir, sha256, target, isUntouched: () => isUntouched(sha256) });
      return false;
    },
    copyAhead: (blobs) => copies.make(blobs.map(({ sha256 }) => sha256)),
    dropCopies: copies.drop,
    sweep: (wanted = new Set<string>()) => {
      leftovers = undefined;
      return guard(sweepQuarantine(fs, quarantineFolder(dir), wanted));
    },
  };
}

async function findBlob(fs: FileSystem, dir: string, sha256: string): Promise<StoredBlob | undefined> {
  const path = blobPath(dir, sha256);
  const status = await unlessErrno(["ENOENT", "ENOTDIR"], fs.lstat(path));
  return status?.isFile() ? { sha256, size: status.size, path } : undefined;
}

interface Adoption {
  readonly fs: FileSystem;
  find(sha256: string): Promise<StoredBlob | undefined>;
  receive(fill: Fill): Promise<void>;
  note(seen: Digests): Promise<void>;
}

async function adoptFile(path: string, { fs, find, receive, note }: Adoption): Promise<Digests> {
  return closing(await openPlainFile(fs, path), async (source) => {
    const digests = await digestOpenFile(source);
    const known = await find(digests.sha256);
    if (known && (await closing(await openPlainFile(fs, known.path), sha256OfOpenFile)) === known.sha256) {
      await note(digests);
      return digests;
    }
    await receive(async (file) => {
      if ((await copyOpenFile(source, file)) === digests.sha256) return digests;
      throw new RoboportError("DISK_ERROR", `Cannot keep a copy of ${path}: it changes while it is read`, {
        hint: "Stop whatever writes it and run the command again.",
      });
    });
    return digests;
  });
}

/** A folder that changes while it is synchronised is unsettled again. */
async function settle(fs: FileSystem, unsettled: Set<string>): Promise<void> {
  for (const folder of unsettled) {
    unsettled.delete(folder);
    try {
      await syncFolder(fs, folder);
    } catch (error) {
      unsettled.add(folder);
      throw error;
    }
  }
}
