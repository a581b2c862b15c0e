import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, Server as NetServer } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { RoboportError } from "../../errors.ts";
import {
  type ConnectionLimits,
  type Connections,
  DEFAULT_CONNECTIONS,
  DEFAULT_TIMES,
  serverOptions,
  type TimeLimits,
  watchConnections,
} from "./connections.ts";
import type { ReadyAnswers } from "../ready-answers.ts";
import { openFront, type Observer } from "./front.ts";
import type { Limits } from "./limits.ts";
import type { Passage, PassageListener } from "./passage.ts";
import { NO_PROXIES, type TrustedProxies } from "./trusted-proxies.ts";
import { underwayOf } from "./underway.ts";

/** Answers one request; what is known beside it is there when it came through a listener. */
export type Handler = (request: Request, passage?: Passage) => Response | Promise<Response>;

export interface ListenOptions {
  /** `127.0.0.1` when not given, which only this machine reaches. */
  readonly host?: string | undefined;
  /** Those whose `Forwarded` and `X-Forwarded-*` count. */
  readonly proxies?: TrustedProxies | undefined;
  readonly times?: TimeLimits | undefined;
  readonly connections?: ConnectionLimits | undefined;
  readonly limits: Limits;
  /** Told of every request when its answer is over. */
  readonly observers?: readonly Observer[] | undefined;
  /** Says in every answer what its request is called, for logs; else only where a proxy named it. */
  readonly namesAnswers?: boolean | undefined;
  /** Comes before the handler, and leaves to it what is not at hand. */
  readonly ready?: ReadyAnswers | undefined;
  /** Milliseconds from any beginning that never run backwards. */
  readonly now: () => number;
}

/** A port that is listened on. */
export interface Listening {
  /** The one that was found free, when any would do. */
  readonly port: number;
  /** Takes no new connection, lets what is under way finish for so many milliseconds, and cuts off what is left then. */
  close(grace: number): Promise<void>;
}

const CLOSE_SWEEP_MS = 20;
/** Connections that wait to be taken; Node's 511 are fewer than a thousand clients that begin together. */
const BACKLOG = 4096;

/**
 * Listen on a port and hand every request to a handler.
 *
 * @throws {RoboportError} `CANNOT_LISTEN` when an address or port cannot be used.
 */
export async function listen(handler: Handler, port: number, options: ListenOptions): Promise<Listening> {
  const { host = "127.0.0.1", proxies = NO_PROXIES, times = DEFAULT_TIMES, observers = [] } = options;
  const { connections = DEFAULT_CONNECTIONS, namesAnswers = false, limits, ready, now } = options;
  const server = createServer(
    serverOptions(times),
    openFront({ proxies, limits, observers, namesAnswers, now })(answerWith(handler, ready)),
  );
  const open = watchConnections(server, { proxies, times, connections, now });
  server.listen({ port, host, backlog: BACKLOG });
  try {
    await once(server, "listening");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RoboportError("CANNOT_LISTEN", `Cannot listen on ${host} port ${port}: ${reason}`, {
      hint: "Choose another --port, or 0 for any free one, and a --host of this machine.",
      data: { host, port },
      cause: error,
    });
  }
  return { port: (server.address() as AddressInfo).port, close: (grace) => shutDown(server, open, grace) };
}

function answerWith(handler: Handler, ready: ListenOptions["ready"]): PassageListener {
  const listener = getRequestListener((request, { incoming }) =>
    handler(request, underwayOf(incoming as Parameters<typeof underwayOf>[0])),
  );
  return (incoming, outgoing, { origin, target }) => {
    const leave = () => {
      // With an absolute target, as RFC 9112 §3.2.2 has it, a handler sees the URL that the client used.
      if (origin !== undefined && target.startsWith("/")) incoming.url = origin + target;
      void listener(incoming, outgoing);
    };
    if (ready) ready(incoming, outgoing, leave);
    else leave();
  };
}

async function shutDown(server: Server, connections: Connections, grace: number): Promise<void> {
  const closed = once(server, "close");
  // The close of an HTTP server begins with cutting off answers that still wait to be written.
  NetServer.prototype.close.call(server);
  const sweep = setInterval(() => connections.closeIdle(), CLOSE_SWEEP_MS);
  const cut = setTimeout(() => server.closeAllConnections(), grace);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
  server.close();
}
