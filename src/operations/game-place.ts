import { dirname, join } from "node:path";
import { stateFolder } from "../apply/state-folder.ts";
import { isRoboportError, RoboportError } from "../errors.ts";
import type { Version } from "../game/version.ts";
import type { Installation } from "../installation/installation.ts";
import { type FileSystem, unlessErrno } from "../store/file-system.ts";
import { isOtherMount } from "../store/mount-point.ts";
import { makeFolder, requireWritable } from "../store/ownership.ts";
import { settled } from "./alone.ts";
import { GAME_FOLDERS } from "./game-folders.ts";
import type { Session } from "./session.ts";

/** Where a game is, or is to be. */
export interface GamePlace {
  readonly root: string;
  /** The game that is there. */
  readonly version: Version | undefined;
  /** Undefined for a folder that is no server yet. */
  readonly installation: Installation | undefined;
}

/**
 * Where the game of this server lies, after finishing what a killed process began.
 *
 * @param fallback the folder that becomes a server where there is none
 * @throws {RoboportError} `NO_INSTALLATION` when there is none and no folder was named.
 */
export async function findGamePlace(session: Session, fallback?: string): Promise<GamePlace> {
  try {
    const installation = await settled(session);
    return { root: installation.root, version: installation.game, installation };
  } catch (error) {
    if (!isRoboportError(error, "NO_INSTALLATION") || fallback === undefined) throw error;
    return { root: fallback, version: undefined, installation: undefined };
  }
}

/**
 * Refuse to change a game that something else takes care of, before anything is asked or written.
 *
 * @throws {RoboportError} `GAME_MANAGED` for a game of a package, an image or Steam; `PERMISSION`
 * @see rule GAMEDIR-1
 */
export async function requireOurGame(session: Session, { root, installation }: GamePlace): Promise<void> {
  const { fs } = session.store();
  if (installation) requireHere(root, installation);
  await makeFolder(fs, stateFolder(root), session.owner);
  await requireWritable(fs, root);
  for (const name of GAME_FOLDERS) {
    const fault = await findFolderFault(fs, root, name);
    if (fault !== undefined) throw managed(join(root, name), `it is ${fault}`);
  }
}

function requireHere(root: string, { dataDir, layout }: Installation): void {
  const isHere = dataDir === undefined ? layout === "mods-only" : dirname(dataDir) === root;
  if (!isHere) throw managed(dataDir === undefined ? "the game" : dirname(dataDir), "it lies apart from this server");
}

async function findFolderFault(fs: FileSystem, root: string, name: string): Promise<string | undefined> {
  const path = join(root, name);
  const status = await unlessErrno(["ENOENT"], fs.lstat(path));
  if (!status) return undefined;
  if (!status.isDirectory()) return "no folder of its own";
  return (await isOtherMount(fs, stateFolder(root), path)) ? "mounted from elsewhere" : undefined;
}

function managed(what: string, why: string): RoboportError {
  return new RoboportError("GAME_MANAGED", `Cannot replace ${what}: ${why}`, {
    hint: 'Update the image, the package or Steam it comes from, then run "roboport update".',
    data: { what },
  });
}
