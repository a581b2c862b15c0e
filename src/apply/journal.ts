import { isAbsolute, join, relative, resolve } from "node:path";
import { RoboportError } from "../errors.ts";
import { isJsonObject } from "../game/json-text.ts";
import { writeAtomic } from "../store/atomic-file.ts";
import { errnoOf, type FileSystem, syncFolder, unlessErrno } from "../store/file-system.ts";
import type { OwnerPolicy } from "../store/ownership.ts";
import { findBytes } from "../store/plain-file.ts";
import { findSealed, formatSealed } from "../store/sealed-json.ts";
import { JOURNAL_NAMES } from "./journal-names.ts";
import { stateFolder } from "./state-folder.ts";

/** By what a file is known to be the same one, without reading it. */
export interface FileStamp {
  readonly ino: number;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
}

/** One file that changes. */
export interface JournalStep {
  readonly base: "mods" | "root";
  /** Below its base. */
  readonly path: string;
  /** What was there; absent when nothing was. */
  readonly before?: FileStamp | undefined;
  /** What comes there; absent when the file goes. */
  readonly after?: FileStamp | undefined;
}

/** A change that is decided: everything it needs lies in the stage. */
export interface Journal {
  /** Different for every change: the stage's files carry it in their names. */
  readonly nonce: string;
  /** Relative to the installation's folder where it lies in it, so that the whole may be moved. */
  readonly modsDir: string;
  /** True when the mods folder is a mount of its own and has its own stage. */
  readonly separate: boolean;
  readonly steps: readonly JournalStep[];
}

const FORMAT = 1;
const LEFTOVERS: readonly string[] = Object.values(JOURNAL_NAMES);
const DRAFT = /^\.(?:journal|undo|state)\.json\.[0-9a-f]+\.tmp$/;

export type Direction = keyof typeof JOURNAL_NAMES;

function journalFile(root: string, direction: Direction): string {
  return join(stateFolder(root), JOURNAL_NAMES[direction]);
}

/** The mods folder as a journal names it. */
export function modsDirFor(root: string, modsDir: string): string {
  const below = relative(resolve(root), resolve(modsDir));
  return below.startsWith("..") || isAbsolute(below) ? resolve(modsDir) : below;
}

/**
 * Decide a change: from here on it happens, whatever happens to this process.
 *
 * @throws {RoboportError} `DISK_FULL`, `PERMISSION` or `DISK_ERROR`: it may be decided all the same.
 */
export async function sealJournal(
  root: string,
  journal: Journal,
  options: { readonly fs: FileSystem; readonly owner?: OwnerPolicy | undefined },
): Promise<void> {
  await writeAtomic(journalFile(root, "forward"), formatSealed({ format: FORMAT, journal }), options);
}

/**
 * Take back a decision that failed.
 *
 * @returns false when it may stand after a power cut, or stands
 */
export async function unsealJournal(root: string, fs: FileSystem): Promise<boolean> {
  try {
    await unlessErrno(["ENOENT"], fs.unlink(journalFile(root, "forward")));
    await syncFolder(fs, stateFolder(root));
    return true;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

/** From here on the change is taken back, whatever happens to this process. */
export async function turnBack(root: string, fs: FileSystem): Promise<void> {
  await unlessErrno(["ENOENT"], fs.rename(journalFile(root, "forward"), journalFile(root, "back")));
  await syncFolder(fs, stateFolder(root));
}

/** Forget a change that is finished or taken back. */
export async function dropJournal(root: string, direction: Direction, fs: FileSystem): Promise<void> {
  await fs.unlink(journalFile(root, direction));
}

/**
 * The change that was decided and is not over, and which way it goes.
 *
 * @throws {RoboportError} `STATE_SHAPE` when it is damaged or of a newer format.
 * @see rules TXN-3 and TXN-6
 */
export async function findJournal(
  root: string,
  fs: FileSystem,
): Promise<{ readonly journal: Journal; readonly direction: Direction } | undefined> {
  for (const direction of ["back", "forward"] as const) {
    const path = journalFile(root, direction);
    const bytes = await findBytes(fs, path);
    if (bytes) return { journal: readJournal(bytes.toString("utf8"), path), direction };
  }
  return undefined;
}

function readJournal(text: string, path: string): Journal {
  const value = findSealed(text)?.value;
  // The seal has proved that we wrote it, so its shape is ours.
  if (isJsonObject(value) && value["format"] === FORMAT) return value["journal"] as Journal;
  throw new RoboportError(
    "STATE_SHAPE",
    `Cannot finish an interrupted change: ${path} is damaged or of a newer format`,
    {
      hint: `Compare the mods folder with the lockfile, move ${path} away, and run "roboport install".`,
      data: { path },
    },
  );
}

/** True when the state folder shows that a change was begun and is not over. */
export async function isJournalLeft(root: string, fs: FileSystem): Promise<boolean> {
  const names = (await unlessErrno(["ENOENT"], fs.readdir(stateFolder(root)))) ?? [];
  return names.some((name) => LEFTOVERS.includes(name) || DRAFT.test(name));
}

/** Remove drafts of journals that were never sealed. */
export async function removeJournalDrafts(root: string, fs: FileSystem): Promise<void> {
  const folder = stateFolder(root);
  for (const name of (await unlessErrno(["ENOENT"], fs.readdir(folder))) ?? []) {
    if (DRAFT.test(name)) await unlessErrno(["ENOENT"], fs.unlink(join(folder, name)));
  }
}
