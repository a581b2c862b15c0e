import { join } from "node:path";
import { RoboportError } from "../errors.ts";
import { findText } from "../installation/text-file.ts";
import type { ActualTexts } from "../plan/actual.ts";
import { LOCKFILE_FILE, type Lockfile, parseLockfile } from "../plan/lockfile.ts";
import { MANIFEST_FILE, type Manifest, parseManifest } from "../plan/manifest.ts";

/** A lockfile of 10,000 mods has some 10 MB. */
const SIZE_MAX = 256 * 1024 * 1024;

/**
 * The text of a file, undefined when it is not there.
 *
 * @throws {RoboportError} `PERMISSION`, or `DISK_ERROR` for a pipe, a folder, or what is larger than any of ours.
 */
export async function readText(path: string): Promise<string | undefined> {
  return await findText(path, SIZE_MAX);
}

/** The text of roboport.json. */
export async function findManifestText(root: string): Promise<string | undefined> {
  return await readText(join(root, MANIFEST_FILE));
}

/** A roboport.json as it is on disk. */
export interface ManifestFile {
  readonly text: string;
  readonly manifest: Manifest;
}

/** @throws {RoboportError} `MANIFEST_SHAPE` */
export async function findManifest(root: string): Promise<ManifestFile | undefined> {
  const text = await findManifestText(root);
  return text === undefined ? undefined : { text, manifest: parseManifest(text) };
}

/** @throws {RoboportError} `NO_INSTALLATION` when there is none, `MANIFEST_SHAPE` */
export async function getManifest(root: string): Promise<ManifestFile> {
  const found = await findManifest(root);
  if (found) return found;
  throw new RoboportError("NO_INSTALLATION", `Found no ${MANIFEST_FILE} in ${root}`, {
    hint: 'Run "roboport init" there first; it adopts the mods that are there and changes none of them.',
    data: { root },
  });
}

/** What is wanted and what was picked, read together. */
export interface Wish extends ManifestFile {
  readonly previous: Lockfile | undefined;
  /** A plan that is made from these is stale as soon as they are others. */
  readonly texts: ActualTexts;
}

/** @throws {RoboportError} `NO_INSTALLATION` when there is none, `MANIFEST_SHAPE`, `LOCKFILE_SHAPE` */
export async function getWish(root: string): Promise<Wish> {
  const wanted = await getManifest(root);
  const lockfile = await findLockfileText(root);
  const previous = lockfile === undefined ? undefined : parseLockfile(lockfile);
  return { ...wanted, previous, texts: { manifest: wanted.text, lockfile } };
}

/** The text of roboport.lock. */
export async function findLockfileText(root: string): Promise<string | undefined> {
  return await readText(join(root, LOCKFILE_FILE));
}

/** @throws {RoboportError} `LOCKFILE_SHAPE` */
export async function findLockfile(root: string): Promise<Lockfile | undefined> {
  const text = await findLockfileText(root);
  return text === undefined ? undefined : parseLockfile(text);
}

/** @throws {RoboportError} `NOT_INSTALLED` when nothing was ever installed, `LOCKFILE_SHAPE` */
export async function getLockfile(root: string): Promise<Lockfile> {
  const found = await findLockfile(root);
  if (found) return found;
  throw new RoboportError("NOT_INSTALLED", `Found no ${LOCKFILE_FILE} in ${root}`, {
    hint: 'Run "roboport install" first.',
    data: { root },
  });
}
