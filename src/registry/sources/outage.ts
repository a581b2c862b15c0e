import { isRoboportError, type RoboportError } from "../../errors.ts";
import type { Clock } from "../../portal/clock.ts";

/** Runs what asks an upstream; while that is down nobody asks, and everybody gets the same error at once. */
export type Guarded = <T>(attempt: () => Promise<T>) => Promise<T>;

/** Milliseconds that an upstream is left alone after it could not be reached. */
const REST_MS = 10_000;
const REST_MAX_S = 3_600;

/**
 * Leave an upstream alone for a while after it failed, or for as long as it asked for.
 *
 * @see reference/reliability.md §1 (Verdaccio), rule SRC-9
 */
export function guardAgainstOutage(clock: Pick<Clock, "now">): Guarded {
  let down: { readonly error: RoboportError; readonly until: number } | undefined;
  return async (attempt) => {
    if (down && clock.now() < down.until) throw down.error;
    try {
      const value = await attempt();
      down = undefined;
      return value;
    } catch (error) {
      if (isOutage(error)) down = { error, until: clock.now() + restOf(error) };
      throw error;
    }
  };
}

/** True when a portal gave no answer that says anything about what it was asked. */
export function isOutage(error: unknown): error is RoboportError {
  if (isRoboportError(error, "PORTAL_UNREACHABLE") || isRoboportError(error, "PORTAL_RATE_LIMITED")) return true;
  return isRoboportError(error, "PORTAL_STATUS") && Number(error.data?.["status"]) >= 500;
}

function restOf({ data }: RoboportError): number {
  const asked = data?.["retryAfterSeconds"];
  return typeof asked === "number" ? Math.min(asked, REST_MAX_S) * 1000 : REST_MS;
}
