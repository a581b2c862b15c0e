import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { stateFolder } from "../apply/state-folder.ts";
import { compareVersions, findVersion, type Version } from "../game/version.ts";
import { kindOf } from "../installation/text-file.ts";
import { type FileSystem, unlessErrno } from "../store/file-system.ts";

/** What of an installation is the game, and goes and comes with its version. */
export const GAME_FOLDERS = ["bin", "data"] as const;

/** A game that is kept beside the one that runs. */
export interface HeldGame {
  readonly version: Version;
  /** Where its bin/ and data/ lie. */
  readonly folder: string;
}

/** Where games are kept, and what is under way. */
export function gamesFolder(root: string): string {
  return join(stateFolder(root), "game");
}

/** Where a version is kept while it does not run. */
export function heldFolder(root: string, version: Version): string {
  return join(gamesFolder(root), version.text);
}

/** Games that are kept beside the one that runs, oldest version first. */
export async function listHeldGames(root: string): Promise<readonly HeldGame[]> {
  const names = (await unlessErrno(["ENOENT"], readdir(gamesFolder(root)))) ?? [];
  const held = await Promise.all(names.map((name) => findHeld(root, name)));
  return held.filter((each) => each !== undefined).toSorted((a, b) => compareVersions(a.version, b.version));
}

/** A version that is kept, undefined where it is not or only a part of it is. */
export async function findHeldGame(root: string, version: Version): Promise<HeldGame | undefined> {
  return await findHeld(root, version.text);
}

async function findHeld(root: string, name: string): Promise<HeldGame | undefined> {
  const version = /^\d+\.\d+\.\d+$/.test(name) ? findVersion(name) : undefined;
  if (!version) return undefined;
  const folder = heldFolder(root, version);
  const kinds = await Promise.all(GAME_FOLDERS.map((each) => kindOf(join(folder, each))));
  return kinds.every((kind) => kind === "folder") ? { version, folder } : undefined;
}

/** Where a version lies while it is unpacked or removed: never taken for one that is kept. */
export function draftFolder(root: string, version: Version): string {
  return join(gamesFolder(root), `.${version.text}.tmp`);
}

/** Remove what unpacking and removing left when they were killed. */
export async function sweepDrafts(fs: FileSystem, root: string): Promise<void> {
  for (const name of await fs.readdir(gamesFolder(root))) {
    if (/^\.\d+\.\d+\.\d+\.tmp$/.test(name)) await removeTree(fs, join(gamesFolder(root), name));
  }
}

/** Remove a folder of ours with all that is in it. */
export async function removeTree(fs: FileSystem, folder: string): Promise<void> {
  const names = (await unlessErrno(["ENOENT"], fs.readdir(folder))) ?? [];
  for (const name of names) {
    const path = join(folder, name);
    if ((await fs.lstat(path)).isDirectory()) await removeTree(fs, path);
    else await fs.unlink(path);
  }
  await unlessErrno(["ENOENT"], fs.rmdir(folder));
}
