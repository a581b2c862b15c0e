import { randomBytes } from "node:crypto";
import type { RequestListener, ServerResponse } from "node:http";
import { connectionOf, countSent, noteQueued } from "./connections.ts";
import { readForwarded } from "./forwarded.ts";
import type { Limits } from "./limits.ts";
import type { Passage, PassageListener } from "./passage.ts";
import { sendError } from "./send-error.ts";
import { isLoopback, type TrustedProxies } from "./trusted-proxies.ts";
import { markUnderway, Underway, underwayOf } from "./underway.ts";

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
  const whenOver = observers.length > 0 ? tellAll(observers, now) : undefined;
  return (answer: PassageListener): RequestListener =>
    (incoming, outgoing) => {
      const connection = connectionOf(incoming.socket, proxies);
      const { peer, isProxy } = connection;
      const { headers, url: target = "/" } = incoming;
      const { address, origin } = isProxy
        ? readForwarded(headers, peer, proxies)
        : { address: peer, origin: undefined };
      const name = (isProxy ? givenName(headers["x-request-id"]) : undefined) ?? nameRequest;
      const underway = new Underway({ address, origin, target, incoming, outgoing, since: now(), name });
      connection.last = underway;
      markUnderway(underway);
      if (namesAnswers || isProxy) outgoing.setHeader("X-Request-Id", underway.id);
      if (whenOver) outgoing.on("close", whenOver);
      if (!outgoing.socket) noteQueued(connection, outgoing);
      const wait = isLoopback(address) ? 0 : limits.request(address);
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

/** For the end of every answer: one listener for all costs less than one for each. */
function tellAll(observers: readonly Observer[], now: () => number): (this: ServerResponse) => void {
  return function () {
    const underway = underwayOf(this.req);
    if (!underway) return;
    const { method = "", socket } = this.req;
    const outcome: Outcome = {
      method,
      status: this.headersSent ? this.statusCode : 0,
      milliseconds: now() - underway.since,
      bytes: countSent(socket),
      isWhole: this.writableFinished,
    };
    for (const tell of observers) tell(underway, outcome);
  };
}
