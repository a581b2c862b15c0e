import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_RETRY, decideRetry, type FailedAttempt } from "./retry.ts";

const NOW = Date.parse("2026-11-22T07:00:00Z");
const failed = (given: Partial<FailedAttempt>): FailedAttempt => ({
  attempt: 1,
  waitedMs: 0,
  elapsedMs: 0,
  now: NOW,
  random: 1,
  ...given,
});
const decide = (given: Partial<FailedAttempt>) => decideRetry(failed(given), DEFAULT_RETRY);

describe("the forms of Retry-After", () => {
  it("[RETRY-2] seconds are waited", () => {
    expect(decide({ status: 429, retryAfter: "7" })).toEqual({ kind: "wait", ms: 7000 });
  });

  it("[RETRY-3] a date is meant by the server's clock, not by ours", () => {
    const date = "Sun, 22 Nov 2026 03:00:00 GMT";
    expect(decide({ status: 429, date, retryAfter: "Sun, 22 Nov 2026 03:00:09 GMT" })).toEqual({
      kind: "wait",
      ms: 9000,
    });
  });

  it("[RETRY-3] a date counts by our clock when the server names none", () => {
    expect(decide({ status: 429, retryAfter: "Sun, 22 Nov 2026 07:00:05 GMT" })).toEqual({ kind: "wait", ms: 5000 });
  });

  it("[RETRY-4] a date that is over means now", () => {
    expect(decide({ status: 429, retryAfter: "Sun, 22 Nov 2020 07:00:00 GMT" })).toEqual({ kind: "wait", ms: 0 });
  });

  it("[RETRY-5] a wait beyond the limit is not begun, and reported", () => {
    expect(decide({ status: 429, retryAfter: "31536000" })).toEqual({ kind: "give-up", askedMs: 31_536_000_000 });
    expect(decide({ status: 429, retryAfter: "30", waitedMs: 31_000 })).toEqual({ kind: "give-up", askedMs: 30_000 });
  });

  it("[RETRY-12] nor is one that ends after the time for the whole", () => {
    const late = { status: 429, elapsedMs: 295_000 };
    expect(decide({ ...late, retryAfter: "5" })).toEqual({ kind: "wait", ms: 5000 });
    expect(decide({ ...late, retryAfter: "6" })).toEqual({ kind: "give-up", askedMs: 6000 });
    expect(decide({ ...late, attempt: 4 })).toEqual({ kind: "give-up" });
  });

  it.each(["soon", "-5", "1e9", "7 seconds", "", "2026-11-22"])("[RETRY-6] %j counts as none", (retryAfter) => {
    expect(decide({ status: 429, retryAfter })).toEqual(decide({ status: 429 }));
  });

  it("[RETRY-6] without one the waits double from two seconds", () => {
    const waits = [1, 2, 3, 4].map((attempt) => decide({ status: 429, attempt }));
    expect(waits).toEqual([2000, 4000, 8000, 16_000].map((ms) => ({ kind: "wait", ms })));
  });

  it("[RETRY-2] it counts for 503 as well", () => {
    expect(decide({ status: 503, retryAfter: "3" })).toEqual({ kind: "wait", ms: 3000 });
  });
});

describe("when to try again", () => {
  it.each([408, 429, 500, 502, 503, 504, 521, undefined])("[RETRY-1] after %s", (status) => {
    expect(decide({ status }).kind).toBe("wait");
  });

  it.each([400, 401, 403, 404, 405, 416, 501, 505])("[RETRY-1] not after %s", (status) => {
    expect(decide({ status, retryAfter: "1" })).toEqual({ kind: "give-up" });
  });

  it("[RETRY-1] at most five times", () => {
    expect(decide({ attempt: 4 }).kind).toBe("wait");
    expect(decide({ attempt: 5 })).toEqual({ kind: "give-up" });
  });

  it("[RETRY-11] an attempt that a time limit ended is repeated once", () => {
    expect(decide({ attempt: 1, timedOut: true })).toEqual({ kind: "wait", ms: 500 });
    expect(decide({ attempt: 2, timedOut: true })).toEqual({ kind: "give-up" });
  });

  it("[RETRY-7] chance shortens a wait by up to a half", () => {
    expect(decide({ random: 0 })).toEqual({ kind: "wait", ms: 250 });
    expect(decide({ random: 1 })).toEqual({ kind: "wait", ms: 500 });
  });

  it("[RETRY-5] whatever the portal says, all waits together stay under the limit", () => {
    const attempts = fc.record({
      status: fc.constantFrom(429, 503, undefined),
      retryAfter: fc.option(fc.oneof(fc.nat().map(String), fc.string()), { nil: undefined }),
      random: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(attempts, { minLength: 5, maxLength: 9 }), (answers) => {
        let waitedMs = 0;
        const kinds = answers.map((answer, index) => {
          const decision = decide({ ...answer, attempt: index + 1, waitedMs });
          if (decision.kind === "wait") waitedMs += decision.ms;
          return decision.kind;
        });
        expect(waitedMs).toBeLessThanOrEqual(DEFAULT_RETRY.maxWaitMs);
        expect(kinds.slice(4)).not.toContain("wait");
      }),
    );
  });
});
