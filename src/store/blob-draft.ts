import { dirname } from "node:path";
import { createFile, fillFile, requireSize } from "./atomic-file.ts";
import type { Digests } from "./digest.ts";
import { closing, type FileStatus, type FileSystem, type OpenFile, removeLeftover, SYNC_PLAIN } from "./file-system.ts";
import { makeFolder, makeFolders, type OwnerPolicy } from "./ownership.ts";
import { claimLeftover, type Leftovers, quarantinePath } from "./quarantine.ts";
import { blobPath, quarantineFolder } from "./store-layout.ts";

/** Bytes that are proved and lie in the quarantine: nobody finds them, and a power cut may lose them. */
export interface Draft extends Digests {
  /** Where they lie. */
  readonly draft: string;
  /** Where they are to lie. */
  readonly path: string;
  /** Of the file whose bytes were proved. */
  readonly look: string;
}

/** @param path of the file, in which bytes may stand already */
export type Fill = (file: OpenFile, path: string) => Promise<Digests>;

/** Where a store lies, and whom its files belong to. */
export interface StoreHome {
  readonly dir: string;
  readonly fs: FileSystem;
  readonly owner: OwnerPolicy | undefined;
}

interface Wanted {
  readonly label: string;
  readonly leftovers: Leftovers;
}

/** Let `fill` write a new file, or go on with one that was left under this label; when it throws, nothing is kept. */
export async function draftBlob({ fs, dir, owner }: StoreHome, fill: Fill, wanted?: Wanted): Promise<Draft> {
  const folder = quarantineFolder(dir);
  await makeFolder(fs, folder, owner);
  const leftover = wanted && (await claimLeftover(fs, { folder, ...wanted }));
  const draft = leftover?.path ?? quarantinePath(folder, wanted?.label);
  const prove = async (file: OpenFile) => {
    const digests = await fill(file, draft);
    await requireSize(file, digests.size);
    return { ...digests, look: lookOf(await file.stat()) };
  };
  const proved = leftover
    ? await fillFile(leftover.file, { fs, path: draft }, prove)
    : await createFile(draft, { fs, owner }, prove);
  return { ...proved, draft, path: blobPath(dir, proved.sha256) };
}

/**
 * Bring drafts to the disk and then to their names. Many together cost little more than one: what the first one waits for
 * brings the others along.
 *
 * @see reference/reliability.md §1 (dpkg), rules BLOB-3 and DISK-2
 */
export async function nameDrafts({ fs, owner }: StoreHome, drafts: readonly Draft[]): Promise<void> {
  try {
    const synced = await Promise.allSettled(drafts.map(({ draft }) => bringToDisk(fs, draft)));
    const failed = synced.find((each) => each.status === "rejected");
    if (failed) throw failed.reason;
    await makeFolders(
      fs,
      drafts.map(({ path }) => dirname(path)),
      owner,
    );
    // The bytes are proved: a blob of this name that is there already is equal, or damaged and mended by this.
    for (const { draft, path } of drafts) await fs.rename(draft, path);
  } catch (error) {
    for (const { draft } of drafts) await removeLeftover(fs, draft);
    throw error;
  }
}

async function bringToDisk(fs: FileSystem, path: string): Promise<void> {
  await closing(await fs.open(path, SYNC_PLAIN), async (file) => {
    await file.chmod(0o444);
    await file.sync();
  });
}

/** What changes when somebody writes to a file or puts another in its place. */
export function lookOf({ dev, ino, size, mtimeMs }: FileStatus): string {
  return [dev, ino, size, mtimeMs].join(" ");
}
