import { type ErrorCode, isRoboportError } from "../errors.ts";
import { unforeseenDiskError } from "../store/disk-error.ts";

/** Which part of a server a check looks at. */
export type DoctorArea = "server" | "mods" | "state" | "machine";

/** What a check found. */
export interface CheckResult {
  readonly status: "ok" | "warning" | "error";
  /** One clause or sentence without a full stop. */
  readonly message: string;
  /** What to do about it: one imperative sentence. */
  readonly hint?: string | undefined;
  /** Of an error: what a command that trips over it would end with. */
  readonly code?: ErrorCode;
}

/** One thing that was looked at. */
export interface DoctorCheck extends CheckResult {
  /** Stable: `mods-folder`. */
  readonly name: string;
  readonly area: DoctorArea;
}

/** A check that is still to be made; undefined where there is nothing to look at. */
export interface Examination {
  readonly area: DoctorArea;
  readonly name: string;
  readonly look: () => Promise<CheckResult | undefined> | CheckResult | undefined;
}

export function ok(message: string): CheckResult {
  return { status: "ok", message };
}

export function warning(message: string, hint: string): CheckResult {
  return { status: "warning", message, hint };
}

export function wrong(code: ErrorCode, message: string, hint: string): CheckResult {
  return { status: "error", code, message, hint };
}

/**
 * Make a check; an error that it runs into, of ours or of the disk, is what it found.
 *
 * @see rule DOCTOR-3
 */
export async function examineOne({ area, name, look }: Examination): Promise<readonly DoctorCheck[]> {
  const found = await Promise.resolve().then(look).catch(asResult);
  return found ? [{ name, area, ...found }] : [];
}

async function asResult(thrown: unknown): Promise<CheckResult> {
  const error = await unforeseenDiskError(thrown);
  if (!isRoboportError(error)) throw error;
  const { code, message, hint } = error;
  return { status: "error", code, message, hint };
}

const NAMED_MAX = 3;

/** `a, b, c and 4 more`. */
export function listNames(names: readonly string[]): string {
  const more = names.length - NAMED_MAX;
  return `${names.slice(0, NAMED_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** `1 mod`, `2 mods`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
