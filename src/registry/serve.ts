import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { RoboportError } from "../errors.ts";
import { type Access, type Credentials, loginAccess, openAccess } from "./access.ts";
import { type AppOptions, createApp, createFilesApp } from "./app.ts";
import { createFileLinks } from "./downloads/file-links.ts";
import type { World } from "./world.ts";

/** Answers one request. */
export type Handler = (request: Request) => Response | Promise<Response>;

/** What to serve, where, and to whom. */
export interface PortalOptions extends Pick<AppOptions, "bookmarks" | "publishing" | "assets" | "logIn" | "originOf"> {
  readonly world: World;
  /** `127.0.0.1` when not given, which only this machine reaches. */
  readonly host?: string | undefined;
  /** Of the API; 0 or nothing means any free one. */
  readonly port?: number | undefined;
  /** Of the zips, another origin than the API's; 0 or nothing means any free one, `same` the API's own. */
  readonly filesPort?: number | "same" | undefined;
  /** Downloads are only for this user. */
  readonly requireLogin?: Credentials | undefined;
  /** Who may do what, in place of `requireLogin`. */
  readonly access?: Access | undefined;
  /** Sees every request to both origins before they do, to count or log it, or to answer in their place. */
  readonly around?: ((request: Request, next: Handler) => Response | Promise<Response>) | undefined;
  /** Told of errors that ended in an answer with status 500 or 503. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** A portal that is listening. */
export interface RunningPortal {
  /** Origin of the API, without a slash at the end. */
  readonly url: string;
  /** Origin of the zips, without a slash at the end. */
  readonly filesUrl: string;
  /** Lets requests under way finish for at most five seconds. */
  close(): Promise<void>;
}

/** A client that sends its request slower than this is cut off. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
} as const;

const CLOSE_GRACE_MS = 5_000;
const CLOSE_SWEEP_MS = 20;

/**
 * Start a portal on two listeners: one for the API, one for the zips.
 *
 * @throws {RoboportError} `CANNOT_LISTEN` when an address or port cannot be used.
 * @see rules REG-50 to REG-53
 */
export async function startPortal(options: PortalOptions): Promise<RunningPortal> {
  const { world, host = "127.0.0.1", requireLogin, onError, filesPort } = options;
  const links = createFileLinks({ secret: randomBytes(32), now: Date.now });
  const access = options.access ?? (requireLogin ? loginAccess(requireLogin) : openAccess);
  const own = createFilesApp({ world, links, onError });
  const files = filesPort === "same" ? undefined : await listen(own.fetch, filesPort, options);
  const originOf = options.originOf ?? ((request: Request) => new URL(request.url).origin);
  const filesOrigin = (request: Request) =>
    files ? `http://${new URL(request.url).hostname}:${portOf(files)}` : originOf(request);
  const app = createApp({ ...options, access, links, originOf, filesOrigin });
  if (!files) app.route("/", own);
  try {
    const api = await listen(app.fetch, options.port, options);
    const url = `http://${reachable(host)}:${portOf(api)}`;
    return {
      url,
      filesUrl: files ? `http://${reachable(host)}:${portOf(files)}` : url,
      close: async () => void (await Promise.all((files ? [api, files] : [api]).map(shutDown))),
    };
  } catch (error) {
    if (files) await shutDown(files);
    throw error;
  }
}

async function listen(handler: Handler, port = 0, { host = "127.0.0.1", around }: PortalOptions): Promise<Server> {
  const fetch: Handler = around ? (request) => around(request, handler) : handler;
  const server = createServer(LIMITS, getRequestListener(fetch));
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new RoboportError("CANNOT_LISTEN", `Cannot listen on ${host} port ${port}: ${reason(error)}`, {
      hint: "Choose another --port, or 0 for any free one, and a --host of this machine.",
      data: { host, port },
      cause: error,
    });
  }
  return server;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** A host that stands for all addresses is reached at the loopback one. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

async function shutDown(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), CLOSE_SWEEP_MS);
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
