import type { Store } from "../store/blob-store.ts";
import { type FileStatus, type FileSystem, unlessErrno } from "../store/file-system.ts";
import type { FileStamp, JournalStep } from "./journal.ts";
import type { StepPaths } from "./stage.ts";

/** What moving files needs. */
export interface Mover {
  readonly fs: FileSystem;
  readonly store: Store;
  /** Told of a file that is not what it was when the change was decided; its bytes are in the store. */
  keep(path: string, sha256: string): void;
}

/**
 * Bring one step about. Doing it again does nothing.
 *
 * @see rule TXN-4
 */
export async function finishStep(step: JournalStep, paths: StepPaths, mover: Mover): Promise<void> {
  const { fs } = mover;
  if (step.after) {
    if (!(await findStamp(fs, paths.incoming))) return;
    await keepStranger(step, paths.target, mover);
    await fs.rename(paths.incoming, paths.target);
    return;
  }
  if (await findStamp(fs, paths.outgoing)) return;
  if (!(await findStamp(fs, paths.target))) return;
  await keepStranger(step, paths.target, mover);
  await fs.rename(paths.target, paths.outgoing);
}

/**
 * Take one step back, whether it was done or not. Doing it again does nothing.
 *
 * @see rule TXN-5
 */
export async function undoStep(step: JournalStep, paths: StepPaths, { fs }: Pick<Mover, "fs">): Promise<void> {
  const present = await findStamp(fs, paths.target);
  if (step.after) {
    if ((await findStamp(fs, paths.incoming)) || !isSameFile(present, step.after)) return;
    await fs.rename(
      ...(step.before ? ([paths.outgoing, paths.target] as const) : ([paths.target, paths.incoming] as const)),
    );
    return;
  }
  if (present || !(await findStamp(fs, paths.outgoing))) return;
  await fs.rename(paths.outgoing, paths.target);
}

/** A file that appeared or changed since the change was decided is not the one to go. */
async function keepStranger(step: JournalStep, target: string, { fs, store, keep }: Mover): Promise<void> {
  const present = await findStamp(fs, target);
  if (!present || isSameFile(present, step.before)) return;
  const { sha256 } = await store.adopt(target);
  await store.settle();
  keep(target, sha256);
}

/** @returns undefined when there is nothing of this name */
export async function findStamp(fs: FileSystem, path: string): Promise<FileStamp | undefined> {
  const status = await unlessErrno(["ENOENT", "ENOTDIR"], fs.lstat(path));
  return status && stampOf(status);
}

function stampOf({ ino, size, mtimeMs }: FileStatus): FileStamp {
  return { ino, size, mtimeMs };
}

function isSameFile(a: FileStamp | undefined, b: FileStamp | undefined): boolean {
  return a?.ino === b?.ino && a?.size === b?.size && a?.mtimeMs === b?.mtimeMs;
}
