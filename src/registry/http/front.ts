import { randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import { connectionOf, type Underway } from "./connections.ts";
import { readForwarded } from "./forwarded.ts";
import type { Limits } from "./limits.ts";
import { markPassage, type Passage, type PassageListener } from "./passage.ts";
import { sendError } from "./send-error.ts";
import { isLoopback, type TrustedProxies } from "./trusted-proxies.ts";

/** How a request ended. */
export interface Outcome {
  readonly method: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly milliseconds: number;
  /** Head and body as they went out. */
  readonly bytes: number;
  /** False when the connection ended before the answer did. */
  readonly isWhole: boolean;
}

/** Told of every request when its answer is over. */
export type Observer = (passage: Passage, outcome: Outcome) => void;

export interface FrontOptions {
  readonly proxies: TrustedProxies;
  readonly limits: Limits;
  readonly observers: readonly Observer[];
  /** Says in every answer what its request is called; else only where a proxy named it. */
  readonly namesAnswers: boolean;
  /** Milliseconds from any beginning that never run backwards. */
  readonly now: () => number;
}

/**
 * What every request passes before it is answered, whatever answers it: who sent it, whether that one may send more, and
 * who is told when it is over.
 *
 * @see rules HTTP-1 to HTTP-13
 */
export function openFront({ proxies, limits, observers, namesAnswers, now }: FrontOptions) {
  const nameRequest = openNames();
  return (answer: PassageListener): RequestListener =>
    (incoming, outgoing) => {
      const connection = connectionOf(incoming.socket, proxies);
      const { peer, isProxy } = connection;
      const told = isProxy ? readForwarded(incoming.headers, peer, proxies) : undefined;
      const underway: Underway = {
        id: (isProxy ? givenName(incoming.headers["x-request-id"]) : undefined) ?? nameRequest(),
        address: told?.address ?? peer,
        origin: told?.origin,
        target: incoming.url ?? "/",
        user: undefined,
        incoming,
        outgoing,
        since: now(),
      };
      connection.last = underway;
      markPassage(incoming, underway);
      if (namesAnswers || isProxy) outgoing.setHeader("X-Request-Id", underway.id);
      if (observers.length > 0) observe(underway, observers, now);
      const wait = isLoopback(underway.address) ? 0 : limits.request(underway.address);
      if (wait === 0) answer(incoming, outgoing, underway);
      else sendError(outgoing, 429, `Too many requests; try again in ${wait} s`, { "Retry-After": String(wait) });
    };
}

/** Names that no other run of the server gives. */
function openNames(): () => string {
  const run = randomBytes(6).toString("hex");
  let count = 0;
  return () => `${run}-${(++count).toString(36)}`;
}

function givenName(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" && /^[\w.:+/=-]{1,128}$/.test(header) ? header : undefined;
}

function observe(underway: Underway, observers: readonly Observer[], now: () => number): void {
  const { incoming, outgoing, since } = underway;
  const { socket, method = "" } = incoming;
  const before = socket.bytesWritten;
  outgoing.once("close", () => {
    const outcome: Outcome = {
      method,
      status: outgoing.headersSent ? outgoing.statusCode : 0,
      milliseconds: now() - since,
      bytes: socket.bytesWritten - before,
      isWhole: outgoing.writableFinished,
    };
    for (const tell of observers) tell(underway, outcome);
  });
}
