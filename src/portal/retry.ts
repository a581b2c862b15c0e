/** How often and how long to try. */
export interface RetryOptions {
  /** Including the first. */
  readonly attempts: number;
  /** Longest time to wait between all attempts of one request together, in milliseconds. */
  readonly maxWaitMs: number;
  /** Longest time for one request with all its attempts, waits, redirects and, but for a download, its body, in milliseconds. */
  readonly totalMs: number;
}

export const DEFAULT_RETRY: RetryOptions = { attempts: 5, maxWaitMs: 60_000, totalMs: 300_000 };

/** One attempt that failed, and what is known about it. */
export interface FailedAttempt {
  /** From 1. */
  readonly attempt: number;
  /** Milliseconds already waited for this request. */
  readonly waitedMs: number;
  /** Milliseconds since the first attempt began. */
  readonly elapsedMs: number;
  /** Undefined when no answer arrived. */
  readonly status?: number | undefined;
  /** True when a time limit ended the attempt. */
  readonly timedOut?: boolean | undefined;
  /** The answer's header of this name. */
  readonly retryAfter?: string | undefined;
  /** The answer's header of this name: the clock that a date in Retry-After is meant by. */
  readonly date?: string | undefined;
  /** Our clock, in milliseconds since 1970, for answers without a date. */
  readonly now: number;
  /** From 0 up to 1. */
  readonly random: number;
}

export type RetryDecision =
  | { readonly kind: "wait"; readonly ms: number }
  /** `askedMs` when the portal asked for a wait that is too long. */
  | { readonly kind: "give-up"; readonly askedMs?: number };

/** Whoever kept us waiting once for as long as we wait will mostly do so again. */
const TIMED_OUT_ATTEMPTS = 2;
const NETWORK_BASE_MS = 500;
const BUSY_BASE_MS = 2_000;

/**
 * Whether to try again, and when: as long as the portal asks for, otherwise twice as long each time, never exactly.
 *
 * @see reference/portal-api.md §11.3, rules RETRY-1 to RETRY-7 and RETRY-11
 */
export function decideRetry(failed: FailedAttempt, options: RetryOptions): RetryDecision {
  if (failed.status !== undefined && !isPassingStatus(failed.status)) return { kind: "give-up" };
  const isTooLong = (ms: number) => failed.waitedMs + ms > options.maxWaitMs || failed.elapsedMs + ms > options.totalMs;
  const askedMs = readRetryAfter(failed);
  if (askedMs !== undefined && isTooLong(askedMs)) return { kind: "give-up", askedMs };
  const attempts = failed.timedOut === true ? Math.min(TIMED_OUT_ATTEMPTS, options.attempts) : options.attempts;
  if (failed.attempt >= attempts) return { kind: "give-up" };
  const ms = askedMs ?? backoff(failed);
  return isTooLong(ms) ? { kind: "give-up" } : { kind: "wait", ms };
}

/** True for statuses that may be gone a moment later. */
export function isPassingStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** Half of it is certain, half is chance, so that clients that failed together do not come back together. */
function backoff({ attempt, status, random }: FailedAttempt): number {
  const base = status === 429 ? BUSY_BASE_MS : NETWORK_BASE_MS;
  return Math.round(base * 2 ** (attempt - 1) * (0.5 + random / 2));
}

/** Milliseconds the portal asks to wait: 0 for a date that is over, undefined when it says nothing readable. */
function readRetryAfter({ retryAfter, date, now }: FailedAttempt): number | undefined {
  const text = retryAfter?.trim() ?? "";
  if (/^\d{1,15}$/.test(text)) return Number(text) * 1000;
  const until = readHttpDate(text);
  if (until === undefined) return undefined;
  return Math.max(0, until - (readHttpDate(date ?? "") ?? now));
}

/** Milliseconds since 1970 of a date as HTTP writes it: `Sun, 22 Nov 2026 07:05:00 GMT`. */
function readHttpDate(text: string): number | undefined {
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
