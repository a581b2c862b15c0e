import { RoboportError } from "../errors.ts";
import type { TimeLimits } from "../operations/time-limits.ts";
import { valueFlag } from "./command.ts";
import { minAgeFlag } from "./duration-flag.ts";

/** Options of every command that decides by when releases were published. */
export const timeFlags = {
  /** As an ISO 8601 instant: a day alone means its first moment in UTC. */
  at: valueFlag("DATE", "Decide as if nothing had been published since this day or instant", parseInstant),
  minAge: minAgeFlag,
} as const;

/**
 * What these options say on this day.
 *
 * @see rules OPS-28 and OPS-29
 */
export function timeLimits(
  { at, minAge }: { readonly at: string | undefined; readonly minAge: number | undefined },
  clock: () => Date,
): TimeLimits {
  const settledBefore = minAge === undefined ? undefined : new Date(clock().getTime() - minAge).toISOString();
  return { releasedBefore: at, settledBefore };
}

/** @throws {RoboportError} `USAGE` */
function parseInstant(text: string): string {
  const isIso = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/.test(text);
  const time = isIso ? Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new RoboportError("USAGE", `Cannot read "${text.slice(0, 60)}" as a day`, {
    hint: "Write it as 2026-08-22 or 2026-08-22T12:00:00Z.",
  });
}
