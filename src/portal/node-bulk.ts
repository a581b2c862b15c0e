import { setMaxListeners } from "node:events";
import { type BodyLimits, readGuarded, SHORT_REST } from "./node-body.ts";
import type { WireAnswer, WirePool } from "./node-wire-pool.ts";
import type { HttpRequest, HttpResponse } from "./transport.ts";
import { wrapError } from "./unreachable.ts";

/**
 * Send a request whose answer is large, over a connection that reads into the same memory again and again.
 *
 * Node's own client takes a new piece of memory for every 64 KiB: a third more processor time and twice the memory.
 *
 * @throws as a {@link Transport} does.
 * @see reference/performance.md §1.4 and §1.5, rules WIRE-1 to WIRE-4
 */
export async function sendBulk(wires: WirePool, request: HttpRequest, limits: BodyLimits): Promise<HttpResponse> {
  if (request.signal) setMaxListeners(0, request.signal);
  try {
    const answer = await wires.exchange({ ...request, headers: { "accept-encoding": "identity", ...request.headers } });
    const { status, headers } = answer.head;
    return {
      status,
      headers,
      body: readGuarded(request, answer, limits),
      discard: () => discardAnswer(answer, limits),
    };
  } catch (error) {
    throw wrapError(request, error);
  }
}

/** Give up the rest of an answer; a short rest is read, because that keeps the connection. */
function discardAnswer(answer: WireAnswer, { idleTimeoutMs }: BodyLimits): void {
  const { framing } = answer.head;
  if (typeof framing === "string" || framing.length > SHORT_REST) {
    answer.destroy();
    return;
  }
  const timer = setTimeout(() => answer.destroy(), idleTimeoutMs).unref();
  void Promise.allSettled([readToEnd(answer)]).then(() => clearTimeout(timer));
}

async function readToEnd(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body);
}
