import { dirname, join, relative } from "node:path";
import { generationFile } from "../apply/generations.ts";
import { isJournalLeft } from "../apply/journal.ts";
import { RoboportError } from "../errors.ts";
import { isJsonObject } from "../game/json-text.ts";
import type { Version } from "../game/version.ts";
import { writeAtomic } from "../store/atomic-file.ts";
import { diskError } from "../store/disk-error.ts";
import { type FileSystem, syncFolder, unlessErrno } from "../store/file-system.ts";
import { makeFolder, type OwnerPolicy } from "../store/ownership.ts";
import { findBytes } from "../store/plain-file.ts";
import { findSealed, formatSealed } from "../store/sealed-json.ts";
import { GAME_FOLDERS, gamesFolder, heldFolder, removeTree } from "./game-folders.ts";

/** A folder or file that is renamed; both paths are relative to the installation's folder. */
interface Move {
  readonly from: string;
  readonly to: string;
}

/** A change from one game to another that is under way. */
interface GameSwitch {
  readonly moves: readonly Move[];
  /** Where the game that comes was kept, relative to the installation's folder. */
  readonly coming: string;
  /**
   * The generation that is made with it: once that is there the switch holds, until then it is taken back. Undefined for
   * one that holds in any case.
   */
  readonly generation?: number | undefined;
}

/** What is to take the place of what. */
export interface SwitchOrder {
  /** The installation's folder. */
  readonly root: string;
  /** The game that goes; undefined where there is none yet. */
  readonly from: Version | undefined;
  /** The game that comes, which is kept. */
  readonly to: Version;
  readonly generation: number | undefined;
  readonly fs: FileSystem;
  readonly owner?: OwnerPolicy | undefined;
}

const FORMAT = 1;
const CONFIG_PATH = "config-path.cfg";
/** What linking says on file systems without hard links. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

function switchFile(root: string): string {
  return join(gamesFolder(root), "switch.json");
}

/**
 * Put another game into the place of the one that is there, which is kept, and do what goes with it. The lock of the
 * installation is held. Whatever ends this process, {@link settleSwitch} finishes both or takes both back.
 *
 * @param together makes the generation that the order names, wholly or not at all
 * @throws whatever moving and `together` throw; the old game is back then, unless `together` left its work half done.
 * @see rules SWITCH-1 to SWITCH-5
 */
export async function switchGame<T>(order: SwitchOrder, together: () => Promise<T>): Promise<T> {
  const { root, fs } = order;
  try {
    await moveAll(order);
  } catch (error) {
    throw await diskError(error, { message: `Cannot replace the game in ${root}`, folder: root, fs });
  }
  try {
    return await together();
  } finally {
    // What is half done is decided by whoever finishes the mods.
    if (!(await isJournalLeft(root, fs))) await settleSwitch(root, fs);
  }
}

/** Do every move, or none where one cannot be done. */
async function moveAll(order: SwitchOrder): Promise<void> {
  const { root, fs, owner } = order;
  const change = await planSwitch(order);
  await writeAtomic(switchFile(root), formatSealed({ format: FORMAT, change }), { fs, owner });
  try {
    await walk(root, change.moves, fs);
  } catch (error) {
    await walk(root, backwards(change), fs);
    await dropSwitch(root, fs);
    throw error;
  }
}

async function planSwitch({ root, from, to, generation, fs, owner }: SwitchOrder): Promise<GameSwitch> {
  const coming = heldFolder(root, to);
  const moves = GAME_FOLDERS.map((name) => ({ from: join(coming, name), to: join(root, name) }));
  const pointer = { from: join(coming, CONFIG_PATH), to: join(root, CONFIG_PATH) };
  if (!(await isThere(fs, pointer.to))) moves.push(pointer);
  if (from) {
    const going = heldFolder(root, from);
    await removeTree(fs, going);
    await makeFolder(fs, going, owner);
    moves.unshift(...GAME_FOLDERS.map((name) => ({ from: join(root, name), to: join(going, name) })));
    await carryOver(join(root, "data"), join(coming, "data"), fs);
  }
  const below = moves.map((move) => ({ from: relative(root, move.from), to: relative(root, move.to) }));
  return { moves: below, coming: relative(root, coming), generation };
}

/**
 * Settings that an admin keeps directly in data/ are wanted beside the new game, too.
 *
 * @see rule SWITCH-3
 */
async function carryOver(from: string, to: string, fs: FileSystem): Promise<void> {
  const names = (await unlessErrno(["ENOENT"], fs.readdir(from))) ?? [];
  for (const name of names.filter((each) => each.endsWith(".json") && !each.endsWith(".example.json"))) {
    const [source, target] = [join(from, name), join(to, name)];
    await unlessErrno(["ENOENT"], fs.unlink(target));
    const linked = await unlessErrno(
      NO_LINKS,
      fs.link(source, target).then(() => true),
    );
    if (!linked) await fs.clone(source, target);
  }
  await syncFolder(fs, to);
}

/** True when a switch was interrupted, or is under way in another process. */
export async function isSwitchLeft(root: string, fs: FileSystem): Promise<boolean> {
  return await isThere(fs, switchFile(root));
}

/**
 * Finish an interrupted switch whose generation is there, and take any other back. The lock of the installation is held,
 * and the mods are at rest.
 *
 * @throws {RoboportError} `STATE_SHAPE` when the record of it is damaged or of a newer format.
 * @see rule SWITCH-2
 */
export async function settleSwitch(root: string, fs: FileSystem): Promise<"nothing" | "finished" | "undone"> {
  const bytes = await findBytes(fs, switchFile(root));
  if (!bytes) return "nothing";
  const { moves, coming, generation } = readSwitch(bytes.toString("utf8"), switchFile(root));
  const holds = generation === undefined || (await isThere(fs, generationFile(root, generation)));
  await walk(root, holds ? moves : backwards({ moves }), fs);
  const isEmptied = holds && !(await isThere(fs, join(root, coming, "bin")));
  if (isEmptied) await removeTree(fs, join(root, coming));
  await dropSwitch(root, fs);
  return holds ? "finished" : "undone";
}

function backwards({ moves }: Pick<GameSwitch, "moves">): readonly Move[] {
  return moves.toReversed().map(({ from, to }) => ({ from: to, to: from }));
}

async function dropSwitch(root: string, fs: FileSystem): Promise<void> {
  await fs.unlink(switchFile(root));
  await syncFolder(fs, gamesFolder(root));
}

function readSwitch(text: string, path: string): GameSwitch {
  const value = findSealed(text)?.value;
  // The seal has proved that we wrote it, so its shape is ours.
  if (isJsonObject(value) && value["format"] === FORMAT) return value["change"] as GameSwitch;
  throw new RoboportError("STATE_SHAPE", `Cannot finish an interrupted change of the game: ${path} is damaged`, {
    hint: `See that bin/ and data/ are of one version, and move ${path} away.`,
    data: { path },
  });
}

/** Do every move that is not done. Of two folders for one place the first goes before the second comes. */
async function walk(root: string, moves: readonly Move[], fs: FileSystem): Promise<void> {
  for (const move of moves) {
    const [from, to] = [join(root, move.from), join(root, move.to)];
    if ((await isThere(fs, from)) && !(await isThere(fs, to))) await fs.rename(from, to);
  }
  const folders = new Set(moves.flatMap(({ from, to }) => [dirname(join(root, from)), dirname(join(root, to))]));
  for (const folder of folders) await unlessErrno(["ENOENT"], syncFolder(fs, folder));
}

async function isThere(fs: FileSystem, path: string): Promise<boolean> {
  return (await unlessErrno(["ENOENT", "ENOTDIR"], fs.lstat(path))) !== undefined;
}
