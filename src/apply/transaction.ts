import { randomBytes } from "node:crypto";
import { dirname, resolve } from "node:path";
import { isRoboportError, RoboportError } from "../errors.ts";
import type { Store } from "../store/blob-store.ts";
import { diskError } from "../store/disk-error.ts";
import { type FileSystem, ignoreSystemErrors, nodeFileSystem, syncFolder, unlessErrno } from "../store/file-system.ts";
import { isOtherMount } from "../store/mount-point.ts";
import { makeFolder, type OwnerPolicy, requireWritable } from "../store/ownership.ts";
import {
  type Direction,
  dropJournal,
  findJournal,
  isJournalLeft,
  type Journal,
  modsDirFor,
  removeJournalDrafts,
  sealJournal,
  turnBack,
  unsealJournal,
} from "./journal.ts";
import type { Lock } from "./lock.ts";
import { clearStage, modsStage, rootStage, stepPaths } from "./stage.ts";
import { stageSteps } from "./staging.ts";
import { stateFolder } from "./state-folder.ts";
import { findStamp, finishStep, type Mover, undoStep } from "./step-files.ts";

/** One file that changes. */
export type Step = Place | Remove | Write;

/** A zip of the store comes into the mods folder, in place of the file of that name if there is one. */
export interface Place {
  readonly do: "place";
  /** File name in the mods folder. */
  readonly file: string;
  readonly sha256: string;
  /** SHA-256 of the file it is known to replace: any other one is reported as kept. */
  readonly replaces?: string | undefined;
}

/** A file leaves the mods folder; the store has its bytes. */
export interface Remove {
  readonly do: "remove";
  /** File name in the mods folder. */
  readonly file: string;
  /** What it is known to hold: anything else is reported as kept. */
  readonly sha256?: string | undefined;
}

/** A text file is written: mod-list.json in the mods folder, or one below the installation's folder. */
export interface Write {
  readonly do: "write";
  /** As `modsDir` or `root` and a name below it. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

export interface RecoverOptions {
  /** The installation's folder, in which `.roboport` lies. */
  readonly root: string;
  readonly modsDir: string;
  readonly store: Store;
  readonly owner?: OwnerPolicy | undefined;
  readonly fs?: FileSystem | undefined;
}

export interface TransactionOptions extends RecoverOptions {
  /** Held on {@link stateFolder} of `root`. */
  readonly lock: Lock;
}

/** A file that was not what it was known to be; its bytes are in the store. */
export interface KeptFile {
  readonly path: string;
  readonly sha256: string;
}

export interface TransactionResult {
  readonly kept: readonly KeptFile[];
}

/** `finished`: an interrupted change was completed. `undone`: it was taken back. `tidied`: it was over, or never decided. */
export interface Recovery {
  readonly outcome: "nothing" | "finished" | "undone" | "tidied";
  readonly kept: readonly KeptFile[];
}

/**
 * Change all of these files or none, also when this process is killed or the power fails at any instant. The lock is
 * held and {@link recover} has run.
 *
 * @throws {RoboportError} `PERMISSION`, `DISK_FULL`, `APPLY_FAILED`, `STORE_DAMAGED` or `LOCKED_OUT`: the old set is there
 *   then, unless `data.undone` is false, when the next {@link recover} decides.
 * @see reference/style.md §b.9, rules TXN-1 to TXN-10
 */
export async function applySteps(steps: readonly Step[], options: TransactionOptions): Promise<TransactionResult> {
  const change = openChange(options);
  let journal: Journal;
  try {
    journal = await prepare(steps, change);
    if (journal.steps.length > 0) await options.lock.check();
  } catch (error) {
    await cleanUp(change);
    throw await applyError(error, change, true);
  }
  if (journal.steps.length > 0) {
    await decide(journal, change);
    await finish(journal, change);
  }
  await cleanUp(change);
  return { kept: change.kept };
}

/** Seal the journal. Where that fails its absence must last before the stage goes, or a power cut brings half of it back. */
async function decide(journal: Journal, change: Change): Promise<void> {
  try {
    await sealJournal(change.root, journal, change);
  } catch (error) {
    const isTakenBack = await unsealJournal(change.root, change.fs);
    if (isTakenBack) await cleanUp(change);
    throw await applyError(error, change, isTakenBack);
  }
}

/** One change under way, or one that was found. */
interface Change extends Mover {
  readonly root: string;
  readonly modsDir: string;
  readonly owner: OwnerPolicy | undefined;
  readonly kept: readonly KeptFile[];
}

function openChange({ root, modsDir, store, owner, fs = nodeFileSystem }: RecoverOptions): Change {
  const kept: KeptFile[] = [];
  const keep = (path: string, sha256: string) => void kept.push({ path, sha256 });
  return { root: resolve(root), modsDir: resolve(modsDir), store, owner, fs, kept, keep };
}

async function prepare(steps: readonly Step[], change: Change): Promise<Journal> {
  const { fs, root, modsDir } = change;
  const state = stateFolder(root);
  await makeFolder(fs, state, change.owner);
  for (const folder of [state, root, modsDir]) await requireWritable(fs, folder);
  if (await isJournalLeft(root, fs)) throw new Error(`An interrupted change has to be recovered first: ${state}`);
  const separate = await isOtherMount(fs, state, modsDir);
  const nonce = randomBytes(6).toString("hex");
  const staged = await stageSteps(steps, { ...change, separate, nonce });
  return { nonce, separate, modsDir: modsDirFor(root, modsDir), steps: staged };
}

/**
 * Go forward, and back if that cannot be done.
 *
 * @throws what went wrong, as {@link applySteps} does.
 */
async function finish(journal: Journal, change: Change): Promise<void> {
  try {
    await walk(journal, "forward", change);
  } catch (error) {
    await takeBack(journal, change);
    throw await applyError(error, change, true);
  }
  try {
    await syncFolder(change.fs, stateFolder(change.root));
  } catch (error) {
    throw await applyError(error, change, false);
  }
}

/** @throws {RoboportError} `APPLY_FAILED`: the journal stays then, and the next recovery tries again. */
async function takeBack(journal: Journal, change: Change): Promise<void> {
  try {
    await turnBack(change.root, change.fs);
    await walk(journal, "back", change);
    await syncFolder(change.fs, stateFolder(change.root));
  } catch (error) {
    throw await applyError(error, change, false);
  }
  await cleanUp(change);
}

/** Do every step in one direction, make it last, and forget the journal. */
async function walk(journal: Journal, direction: Direction, change: Change): Promise<void> {
  const { fs, root } = change;
  const modsDir = resolve(root, journal.modsDir);
  const moves = journal.steps.map((step, index) => ({
    step,
    paths: stepPaths(step, { ...journal, root, modsDir, index }),
  }));
  if (direction === "back") moves.reverse();
  for (const { step, paths } of moves) {
    await (direction === "forward" ? finishStep(step, paths, change) : undoStep(step, paths, change));
  }
  for (const folder of new Set(moves.map(({ paths }) => dirname(paths.target)))) await syncFolder(fs, folder);
  await dropJournal(root, direction, fs);
}

/** The change is decided or given up: what is left of it lies in the way of nothing, and the next recovery removes it too. */
async function cleanUp(change: Change): Promise<void> {
  await ignoreSystemErrors(removeLeftovers(change).then(() => undefined));
}

/** @returns true when there were any */
async function removeLeftovers({ fs, root, modsDir }: Change): Promise<boolean> {
  await removeJournalDrafts(root, fs);
  const stages = [await clearStage(fs, rootStage(root)), await clearStage(fs, modsStage(modsDir))];
  return stages.includes(true);
}

function diskErrorOf(error: unknown, { fs, root, modsDir }: Change): Promise<unknown> {
  const file = findNamed(error).find((path) => [root, modsDir].includes(dirname(path)));
  return diskError(error, { message: `Cannot change ${file ?? modsDir}`, folder: modsDir, fs });
}

/** The paths that an error of the system names. */
function findNamed(error: unknown): readonly string[] {
  const { path, dest } = (error instanceof Error ? error : {}) as { readonly path?: unknown; readonly dest?: unknown };
  return [path, dest].filter((each) => typeof each === "string");
}

async function applyError(error: unknown, change: Change, undone: boolean): Promise<unknown> {
  const typed = await diskErrorOf(error, change);
  if (!isRoboportError(typed)) return typed;
  if (undone && !isRoboportError(typed, "DISK_ERROR")) return typed;
  const outcome = undone ? "nothing has changed" : "the change is half done";
  const hint = undone ? typed.hint : "Mend the cause, then run any command: it finishes the change or takes it back.";
  return new RoboportError("APPLY_FAILED", `${typed.message}; ${outcome}`, {
    hint,
    data: { ...typed.data, undone },
    cause: typed,
  });
}

/** True when a change was interrupted, or is under way in another process: {@link recover} under the lock tells. */
export async function needsRecovery(options: Pick<RecoverOptions, "root" | "modsDir" | "fs">): Promise<boolean> {
  const { root, modsDir, fs = nodeFileSystem } = options;
  if (await isJournalLeft(root, fs)) return true;
  const stages = [rootStage(root), modsStage(modsDir)];
  const found = await Promise.all(stages.map((stage) => unlessErrno(["ENOENT", "ENOTDIR"], fs.lstat(stage))));
  return found.some((status) => status !== undefined);
}

/**
 * Finish or take back a change that was interrupted. Call it under the lock, before reading the mods folder.
 *
 * @throws {RoboportError} `STATE_SHAPE` when the journal is damaged; else as {@link applySteps}.
 * @see rules TXN-3 to TXN-6
 */
export async function recover(options: RecoverOptions): Promise<Recovery> {
  const change = openChange(options);
  const found = await recovering(change, findJournal(change.root, change.fs));
  if (found?.direction === "forward") await finish(found.journal, change);
  if (found?.direction === "back") await takeBack(found.journal, change);
  const there = await recovering(change, found ? removeLeftovers(change) : tidyUp(change));
  const outcome = found?.direction === "forward" ? "finished" : found ? "undone" : there ? "tidied" : "nothing";
  return { outcome, kept: change.kept };
}

/** Nothing is decided, and that has to last before what it would need goes. */
async function tidyUp(change: Change): Promise<boolean> {
  const { fs, root } = change;
  if (!(await needsRecovery(change))) return false;
  if (await findStamp(fs, stateFolder(root))) await syncFolder(fs, stateFolder(root));
  return removeLeftovers(change);
}

async function recovering<T>(change: Change, attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    throw await diskErrorOf(error, change);
  }
}
