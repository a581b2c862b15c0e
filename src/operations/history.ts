import { type Generation, listGenerations } from "../apply/generations.ts";
import { parseLockfile } from "../plan/lockfile.ts";
import { compareLockfiles, type LockChange } from "../plan/compare-lockfiles.ts";
import { settled } from "./alone.ts";
import type { Session } from "./session.ts";

/** One line of the history. */
export interface HistoryEntry {
  readonly number: number;
  /** ISO 8601 instant. */
  readonly at: string;
  /** The command that made it. */
  readonly command: string;
  readonly mods: number;
  /** What it changed, compared with the generation before. */
  readonly changes: readonly LockChange[];
}

/**
 * The generations that are kept, oldest first.
 *
 * @throws {RoboportError} `NO_INSTALLATION`, `STATE_SHAPE`
 * @see rule OPS-15
 */
export async function listHistory(session: Session): Promise<readonly HistoryEntry[]> {
  const { root } = await settled(session);
  const generations = await listGenerations(root);
  return generations.map((generation, index) => ({
    number: generation.number,
    at: generation.at,
    command: generation.reason,
    mods: generation.mods.length,
    changes: compareLockfiles(lockfileOf(generations[index - 1]), lockfileOf(generation)),
  }));
}

function lockfileOf(generation: Generation | undefined) {
  return generation?.lockfile === undefined ? undefined : parseLockfile(generation.lockfile);
}
