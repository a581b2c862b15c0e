import { RoboportError } from "../errors.ts";
import type { RateLimit } from "../registry/http/rate-limiter.ts";

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
]);

/**
 * Read a rate as `30/15m`: so many times in so many seconds, minutes or hours.
 *
 * @returns `off` for no limit
 * @throws {RoboportError} `USAGE`
 */
export function parseRate(text: string): RateLimit | "off" {
  if (text === "off") return "off";
  const [, times = "", count = "", letter = ""] = /^([1-9]\d{0,8})\/([1-9]\d{0,4})?([smh])$/.exec(text) ?? [];
  const unit = UNITS.get(letter);
  if (unit !== undefined) return { times: Number(times), seconds: Number(count || 1) * unit };
  throw new RoboportError("USAGE", `Cannot read "${text.slice(0, 40)}" as a rate`, {
    hint: "Write so many times in so many seconds, minutes or hours, such as 100/s, 30/15m or 2000/h, or off.",
  });
}
