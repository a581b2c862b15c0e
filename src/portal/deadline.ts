import type { PortalRequest } from "./send.ts";
import { unreachableError } from "./unreachable.ts";

export interface DeadlineOptions {
  readonly ms: number;
  /** What takes so long, for the message. */
  readonly url: URL;
}

/**
 * Run something that stops when its request's signal aborts, for so long at most. What it returns may go on after that.
 *
 * @throws {RoboportError} `PORTAL_UNREACHABLE` when the time is over.
 * @see rule RETRY-12
 */
export async function withinDeadline<T>(
  request: PortalRequest,
  { ms, url }: DeadlineOptions,
  run: (request: PortalRequest) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const giveUp = () =>
    deadline.abort(unreachableError(url, `no answer within ${ms / 1000} s`, { timedOut: true, lasting: true }));
  const timer = setTimeout(giveUp, ms);
  const signal = request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal;
  try {
    return await run({ ...request, signal });
  } finally {
    clearTimeout(timer);
  }
}
