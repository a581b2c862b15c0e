import { isRoboportError, type RoboportError } from "../errors.ts";
import type { PortalContext } from "./context.ts";
import { withinDeadline } from "./deadline.ts";
import { decideRetry, isPassingStatus } from "./retry.ts";
import { requestUrl, type PortalRequest, type PortalResponse, send } from "./send.ts";
import { safeUrl } from "./secret.ts";
import { rateLimitError, statusError } from "./status-error.ts";

/** One failed attempt that may be worth another. */
interface Failure {
  readonly error: RoboportError;
  /** Undefined when no answer arrived. */
  readonly status?: number;
  readonly timedOut?: boolean;
  readonly retryAfter?: string | undefined;
  readonly date?: string | undefined;
}

type Outcome<T> = { readonly value: T } | { readonly failure: Failure };

/**
 * Send a request and read its answer, again and again while the fault may pass.
 *
 * @param read gets answers of every status that no further attempt would change; a connection that breaks while it
 *   reads counts as a failed attempt too
 * @throws {RoboportError} `PORTAL_RATE_LIMITED`, `PORTAL_STATUS` for a lasting 5xx, and whatever `send` and `read` throw.
 * @see rules RETRY-1 to RETRY-12
 */
export function withRetries<T>(
  context: PortalContext,
  request: PortalRequest,
  read: (response: PortalResponse) => Promise<T>,
): Promise<T> {
  const deadline = { ms: context.retry.totalMs, url: requestUrl(context.base, request) };
  return withinDeadline(request, deadline, (limited) => tryAgainAndAgain(context, limited, read));
}

async function tryAgainAndAgain<T>(
  context: PortalContext,
  request: PortalRequest,
  read: (response: PortalResponse) => Promise<T>,
): Promise<T> {
  const { clock, emit, retry } = context;
  const startedAt = clock.now();
  let waitedMs = 0;
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryOnce(context, request, read);
    if ("value" in outcome) return outcome.value;
    const { error, ...failure } = outcome.failure;
    const now = clock.now();
    const tried = { attempt, waitedMs, elapsedMs: now - startedAt };
    const decision = decideRetry({ ...failure, ...tried, now, random: clock.random() }, retry);
    if (decision.kind === "give-up") throw lastError(outcome.failure, decision.askedMs);
    const { ms } = decision;
    emit({ kind: "retry-waiting", url: safeUrl(requestUrl(context.base, request)), attempt, ms, why: error.message });
    await clock.sleep(ms, request.signal);
    waitedMs += ms;
  }
}

async function tryOnce<T>(
  context: PortalContext,
  request: PortalRequest,
  read: (response: PortalResponse) => Promise<T>,
): Promise<Outcome<T>> {
  try {
    const response = await send(context, request);
    const { status, headers } = response;
    if (!isPassingStatus(status)) return { value: await read(response) };
    const error = await statusError(context, response);
    return { failure: { error, status, retryAfter: headers["retry-after"], date: headers["date"] } };
  } catch (error) {
    if (isRoboportError(error, "PORTAL_UNREACHABLE") && error.data?.["lasting"] !== true) {
      return { failure: { error, timedOut: error.data?.["timedOut"] === true } };
    }
    throw error;
  }
}

function lastError({ error, status }: Failure, askedMs: number | undefined): RoboportError {
  return status === 429 || askedMs !== undefined ? rateLimitError(error, askedMs) : error;
}
