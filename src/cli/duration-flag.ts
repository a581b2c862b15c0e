import { RoboportError } from "../errors.ts";
import { valueFlag } from "./command.ts";

/** `--min-age DURATION`, in milliseconds. */
export const minAgeFlag = valueFlag(
  "DURATION",
  "Move to no release younger than this: 30m, 24h, 2d, 1w; what is locked stays",
  parseDuration,
);

const UNITS: ReadonlyMap<string, number> = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 604_800_000],
]);

/**
 * Read a length of time as people type it, `30m`, `24h`, `2d` or `1w`.
 *
 * @returns milliseconds
 * @throws {RoboportError} `USAGE`
 * @see rule OPS-30
 */
export function parseDuration(text: string): number {
  const [, count, letter = ""] = /^(\d{1,5})([a-z])$/.exec(text) ?? [];
  const unit = UNITS.get(letter);
  if (count !== undefined && unit !== undefined) return Number(count) * unit;
  throw new RoboportError("USAGE", `Cannot read "${text.slice(0, 40)}" as a length of time`, {
    hint: "Write a whole number of minutes, hours, days or weeks, such as 30m, 24h, 2d or 1w.",
  });
}
