import { type ErrorCode, RoboportError } from "../../errors.ts";

interface Meaning {
  readonly code: ErrorCode;
  readonly hint: string;
}

const RESTORE: Meaning = { code: "STATE_SHAPE", hint: "Restore a backup of it, and check the disk." };
const UNUSABLE: Meaning = { code: "DISK_ERROR", hint: "Check its disk and its folder, then run the command again." };

/** What may happen to a sound program, by SQLite's primary result codes. */
const MEANINGS: ReadonlyMap<number, Meaning> = new Map([
  [5, { code: "LOCKED_OUT", hint: "Run the command again when the other process is done with it." }],
  [8, { code: "PERMISSION", hint: "Give this user the right to write it and its folder." }],
  [10, UNUSABLE],
  [11, RESTORE],
  [13, { code: "DISK_FULL", hint: "Free some space on its disk, and run the command again." }],
  [14, UNUSABLE],
  [26, RESTORE],
]);

/** SQLite's primary result code; undefined for any other error. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error && "errcode" in error && typeof error.errcode === "number")) return undefined;
  return error.errcode & 0xff;
}

/**
 * The error to throw for one of SQLite that is no bug of ours; anything else comes back as it is.
 *
 * @returns a RoboportError `DISK_FULL`, `PERMISSION`, `DISK_ERROR`, `LOCKED_OUT` or `STATE_SHAPE`
 * @see rule KEEP-7
 */
export function databaseError(error: unknown, message: string): unknown {
  const meaning = MEANINGS.get(sqliteCodeOf(error) ?? 0);
  if (!meaning || !(error instanceof Error)) return error;
  return new RoboportError(meaning.code, `${message}: ${error.message}`, { hint: meaning.hint, cause: error });
}
