import { RoboportError } from "../errors.ts";
import { valueFlag } from "./command.ts";

/** `--at DATE`, as an ISO 8601 instant: a day alone means its first moment in UTC. */
export const atFlag = valueFlag(
  "DATE",
  "Decide as if nothing had been published since this day or instant",
  parseInstant,
);

/** @throws {RoboportError} `USAGE` */
function parseInstant(text: string): string {
  const isIso = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/.test(text);
  const time = isIso ? Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new RoboportError("USAGE", `Cannot read "${text.slice(0, 60)}" as a day`, {
    hint: "Write it as 2026-08-22 or 2026-08-22T12:00:00Z.",
  });
}
