import { type ErrorCode, exitCodeOf } from "../errors.ts";

/** Kinds of things that can be wrong at the same time, each with its bit. */
export type ExitBits<Kind extends string> = Readonly<Record<Kind, 8 | 16 | 32 | 64>>;

/**
 * The exit code of a command that looks for several things: the code of the foremost error in the three lowest bits, where
 * every other command has it, and a bit for each kind that was found.
 *
 * @see docs/decisions/0015-exit-codes-with-bits.md, rule CLI-40
 */
export function bitCodedExit<Kind extends string>(
  foremost: ErrorCode,
  kinds: Iterable<Kind>,
  bits: ExitBits<Kind>,
): number {
  return [...kinds].reduce((code, kind) => code | bits[kind], exitCodeOf(foremost));
}
