import { RoboportError } from "../../errors.ts";
import type { Clock } from "../../portal/clock.ts";

/** Questions at once, and how many more each second after that. */
const BURST = 1_000;
const PER_SECOND = 10;

/**
 * Count questions to an upstream, so that nobody who asks for names that do not exist makes it lose its patience with us.
 *
 * @returns call it before each question
 * @throws {RoboportError} the returned function throws `PORTAL_RATE_LIMITED` when there were too many.
 * @see rule SRC-13
 */
export function openQuestionBudget(clock: Pick<Clock, "now">): () => void {
  let left = BURST;
  let countedAt = clock.now();
  return () => {
    const now = clock.now();
    left = Math.min(BURST, left + (Math.max(0, now - countedAt) / 1000) * PER_SECOND);
    countedAt = now;
    if (left >= 1) {
      left--;
      return;
    }
    const retryAfterSeconds = Math.ceil(1 / PER_SECOND);
    throw new RoboportError("PORTAL_RATE_LIMITED", "Too many questions for the upstream at the same time", {
      hint: "Ask for many mods in one list of names, or mirror them.",
      data: { retryAfterSeconds },
    });
  };
}
