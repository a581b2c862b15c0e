import { dirname } from "node:path";
import { RoboportError } from "../errors.ts";
import { createFile, fillFile, requireSize } from "./atomic-file.ts";
import { copyOpenFile, type Digests, digestOpenFile, sha256OfOpenFile } from "./digest.ts";
import { diskError } from "./disk-error.ts";
import {
  closing,
  type FileStatus,
  type FileSystem,
  nodeFileSystem,
  type OpenFile,
  removeLeftover,
  syncFolder,
  unlessErrno,
} from "./file-system.ts";
import { makeFolder, type OwnerPolicy } from "./ownership.ts";
import { placeBlob } from "./place-blob.ts";
import { openPlainFile } from "./plain-file.ts";
import { claimLeftover, quarantinePath, sweepQuarantine } from "./quarantine.ts";
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
   * Let `fill` write a new file that nobody sees, and keep it under the digests it answers; when it throws, nothing is kept.
   * Lasting after {@link Store.settle}.
   *
   * @param label hex digits: a file that a killed process left under it is gone on with
   */
  receive(fill: Fill, label?: string): Promise<StoredBlob>;

  /** Keep a copy of a plain file, which stays as it is. Lasting after {@link Store.settle}. */
  adopt(path: string): Promise<Digests>;

  /** Make everything received and adopted so far survive a power cut: one synchronisation per folder touched. */
  settle(): Promise<void>;

  /**
   * Copy a blob to a path where nothing is yet, sharing blocks where the disk can, and prove the copy's bytes. The copy
   * is not synchronised.
   *
   * @throws {RoboportError} `STORE_DAMAGED` when the blob is missing or not what its name says; a damaged one is set
   *   aside, so that fetching it again mends the store.
   */
  place(sha256: string, target: string, options?: PlaceOptions): Promise<void>;

  /** Remove what killed processes left, but for what is under one of these labels. */
  sweep(wanted?: ReadonlySet<string>): Promise<void>;
}

/** @param path of the file, in which bytes may stand already */
type Fill = (file: OpenFile, path: string) => Promise<Digests>;

/** Open a store in a folder; nothing is read or made before it is used. */
export function openStore({ dir, fs = nodeFileSystem, owner }: StoreOptions): Store {
  const index = openSeenIndex(seenIndexFile(dir), fs, owner);
  const unsettled = new Set<string>();
  const looks = new Map<string, string>();
  const message = `Cannot use the store ${dir}`;
  const guard = async <T>(attempt: Promise<T>): Promise<T> => {
    try {
      return await attempt;
    } catch (error) {
      throw await diskError(error, { message, folder: dir, fs });
    }
  };
  const receive = async (fill: Fill, label?: string): Promise<StoredBlob> => {
    const blob = await receiveBlob({ fs, dir, owner }, fill, label);
    unsettled.add(dirname(blob.path));
    looks.set(blob.sha256, blob.look);
    await index.add(blob);
    return blob;
  };
  const find = (sha256: string) => findBlob(fs, dir, sha256);
  const isUntouched = async (sha256: string) => {
    const look = looks.get(sha256);
    return look !== undefined && look === lookOf(await fs.lstat(blobPath(dir, sha256)));
  };
  return {
    dir,
    fs,
    owner,
    find: (sha256) => guard(find(sha256)),
    findBySha1: (sha1) => guard(index.find(sha1).then((sha256) => (sha256 === undefined ? undefined : find(sha256)))),
    receive: (fill, label) => guard(receive(fill, label)),
    adopt: async (path) => {
      try {
        return await adoptFile(path, { fs, find, receive, note: index.add });
      } catch (error) {
        throw await diskError(error, { message: `Cannot keep a copy of ${path} in the store ${dir}`, folder: dir, fs });
      }
    },
    settle: () => guard(settle(fs, unsettled)),
    place: (sha256, target, options) =>
      placeBlob({ ...options, fs, dir, sha256, target, isUntouched: () => isUntouched(sha256) }),
    sweep: (wanted = new Set()) => guard(sweepQuarantine(fs, quarantineFolder(dir), wanted)),
  };
}

async function findBlob(fs: FileSystem, dir: string, sha256: string): Promise<StoredBlob | undefined> {
  const path = blobPath(dir, sha256);
  const status = await unlessErrno(["ENOENT", "ENOTDIR"], fs.lstat(path));
  return status?.isFile() ? { sha256, size: status.size, path } : undefined;
}

/** What changes when somebody writes to a file or puts another in its place. */
function lookOf({ dev, ino, size, mtimeMs }: FileStatus): string {
  return [dev, ino, size, mtimeMs].join(" ");
}

interface ReceivedBlob extends StoredBlob, Digests {
  /** Of the file whose bytes were proved. */
  readonly look: string;
}

type Home = Pick<Store, "fs" | "dir" | "owner">;

async function receiveBlob({ fs, dir, owner }: Home, fill: Fill, label?: string): Promise<ReceivedBlob> {
  const folder = quarantineFolder(dir);
  await makeFolder(fs, folder, owner);
  const leftover = label === undefined ? undefined : await claimLeftover(fs, folder, label);
  const draft = leftover?.path ?? quarantinePath(folder, label);
  const fillDraft = async (file: OpenFile) => {
    const filled = await fill(file, draft);
    await requireSize(file, filled.size);
    await file.chmod(0o444);
    await file.sync();
    return { ...filled, look: lookOf(await file.stat()) };
  };
  const digests = leftover
    ? await fillFile(leftover.file, { fs, path: draft }, fillDraft)
    : await createFile(draft, { fs, owner }, fillDraft);
  const path = blobPath(dir, digests.sha256);
  try {
    await makeFolder(fs, dirname(path), owner);
    // The bytes are proved: a blob of this name that is there already is equal, or damaged and mended by this.
    await fs.rename(draft, path);
  } catch (error) {
    await removeLeftover(fs, draft);
    throw error;
  }
  return { ...digests, path };
}

interface Adoption {
  readonly fs: FileSystem;
  find(sha256: string): Promise<StoredBlob | undefined>;
  receive(fill: Fill): Promise<StoredBlob>;
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

async function settle(fs: FileSystem, unsettled: Set<string>): Promise<void> {
  for (const folder of unsettled) await syncFolder(fs, folder);
  unsettled.clear();
}
