import { createHash } from "node:crypto";
import { join } from "node:path";
import { isJsonObject } from "../game/json-text.ts";
import { createFile, writeWhole } from "./atomic-file.ts";
import type { Store } from "./blob-store.ts";
import { diskError } from "./disk-error.ts";
import { removeLeftover, unlessErrno } from "./file-system.ts";
import { makeFolder } from "./ownership.ts";
import { findBytes } from "./plain-file.ts";
import { quarantinePath } from "./quarantine.ts";
import { findSealed, formatSealed } from "./sealed-json.ts";
import { quarantineFolder, rootsFolder } from "./store-layout.ts";

/** An installation and the blobs it needs: pruning leaves those, whether or not the installation can be seen then. */
export interface StoreRoot {
  /** The installation's folder, absolute, as whoever registered it saw it. */
  readonly root: string;
  /** Tells installations apart that have the same path, as those of several containers do. */
  readonly identity: string;
  /** SHA-256, sorted. */
  readonly blobs: readonly string[];
}

const FORMAT = 1;
const FILE = /^[0-9a-f]{32}\.json$/;

/** Where a root is kept: one file each, so that two installations never write the same one. */
function rootFile(dir: string, { root, identity }: Pick<StoreRoot, "root" | "identity">): string {
  const digest = createHash("sha256").update(`${root}\0${identity}`).digest("hex");
  return join(rootsFolder(dir), `${digest.slice(0, 32)}.json`);
}

/**
 * What an installation said it needs; undefined when it never did, or when its record is damaged.
 *
 * @throws {RoboportError} `PERMISSION` or `DISK_ERROR`.
 */
export async function findRoot(
  store: Store,
  about: Pick<StoreRoot, "root" | "identity">,
): Promise<StoreRoot | undefined> {
  return await onDisk(store, () => readRoot(store, rootFile(store.dir, about)));
}

/**
 * Say that an installation needs these blobs and no others. Not synchronised: a record that a power cut takes with it is
 * written again by the next change.
 *
 * @throws {RoboportError} `PERMISSION`, `DISK_FULL` or `DISK_ERROR`.
 * @see rule ROOT-1
 */
export async function saveRoot(store: Store, root: StoreRoot): Promise<void> {
  await onDisk(store, () => writeRoot(store, { ...root, blobs: [...root.blobs].sort() }));
}

/** Every record of a store. */
export interface StoreRoots {
  /** Ordered by path. */
  readonly roots: readonly StoreRoot[];
  /** Paths of records that cannot be read: somebody needs something, and nobody knows what. */
  readonly damaged: readonly string[];
}

/**
 * Every installation that is known to use the store.
 *
 * @throws {RoboportError} `PERMISSION` or `DISK_ERROR`.
 */
export async function listRoots(store: Store): Promise<StoreRoots> {
  return await onDisk(store, async () => {
    const folder = rootsFolder(store.dir);
    const names = (await unlessErrno(["ENOENT", "ENOTDIR"], store.fs.readdir(folder))) ?? [];
    const roots: StoreRoot[] = [];
    const damaged: string[] = [];
    for (const name of names.filter((each) => FILE.test(each)).sort()) {
      const path = join(folder, name);
      const root = await readRoot(store, path);
      if (root) roots.push(root);
      else damaged.push(path);
    }
    return { roots: roots.sort((a, b) => (a.root < b.root ? -1 : a.root > b.root ? 1 : 0)), damaged };
  });
}

/**
 * Forget an installation: what only it needed is pruned from now on.
 *
 * @throws {RoboportError} `PERMISSION` or `DISK_ERROR`.
 */
export async function forgetRoot(store: Store, root: Pick<StoreRoot, "root" | "identity">): Promise<void> {
  await onDisk(store, () => unlessErrno(["ENOENT"], store.fs.unlink(rootFile(store.dir, root))));
}

async function readRoot({ fs }: Store, path: string): Promise<StoreRoot | undefined> {
  const text = (await findBytes(fs, path))?.toString("utf8");
  const value = text === undefined ? undefined : findSealed(text)?.value;
  // The seal has proved that we wrote it, so its shape is ours.
  return isJsonObject(value) && value["format"] === FORMAT ? (value["root"] as StoreRoot) : undefined;
}

async function writeRoot({ fs, dir, owner }: Store, root: StoreRoot): Promise<void> {
  for (const folder of [rootsFolder(dir), quarantineFolder(dir)]) await makeFolder(fs, folder, owner);
  const draft = quarantinePath(quarantineFolder(dir));
  await createFile(draft, { fs, owner }, (file) => writeWhole(file, formatSealed({ format: FORMAT, root })));
  try {
    await fs.rename(draft, rootFile(dir, root));
  } catch (error) {
    await removeLeftover(fs, draft);
    throw error;
  }
}

async function onDisk<T>({ fs, dir }: Store, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw await diskError(error, { message: `Cannot use the store ${dir}`, folder: dir, fs });
  }
}
