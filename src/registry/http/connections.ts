import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { refuseClient } from "./client-error.ts";
import { isLoopback, plainAddress, type TrustedProxies } from "./trusted-proxies.ts";
import type { Underway } from "./underway.ts";

/** How long a client may take, in milliseconds. */
export interface TimeLimits {
  /** For the head of a request. */
  readonly head: number;
  /** For the body of a request that is no upload. */
  readonly body: number;
  /** For a whole upload. */
  readonly upload: number;
  /** Without a byte in either direction. */
  readonly idle: number;
}

/** How many connections there may be at once. */
export interface ConnectionLimits {
  readonly all: number;
  /** Of one address, unless it is this machine or a trusted proxy. */
  readonly perAddress: number;
}

/** As long as patient clients need, and no longer. */
export const DEFAULT_TIMES: TimeLimits = { head: 10_000, body: 30_000, upload: 900_000, idle: 120_000 };

/** More than a thousand servers behind one address open. */
export const DEFAULT_CONNECTIONS: ConnectionLimits = { all: 20_000, perAddress: 2_000 };

/** Longer than proxies keep their side open, so that none of them writes into a connection that is just being closed. */
const KEEP_ALIVE_MS = 75_000;
const SWEEP_MS = 2_000;
const HEAD_BYTES_MAX = 16 * 1024;

/** What `createServer` has to know. */
export function serverOptions({ head, upload }: TimeLimits) {
  return {
    headersTimeout: head,
    requestTimeout: Math.max(upload, head),
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(SWEEP_MS, head),
    maxHeaderSize: HEAD_BYTES_MAX,
  } as const;
}

/** A connection as long as it is open. */
export interface Connection {
  /** Address of whoever is connected to us. */
  readonly peer: string;
  /** Whether that is a trusted proxy. */
  readonly isProxy: boolean;
  /** The request that came last. */
  last: Underway | undefined;
  /** Bytes that were sent with the answers that are over. */
  sent: number;
  /** Answers to requests that came before the answer to an earlier one was over. */
  readonly queued: Set<ServerResponse>;
}

const CONNECTION = Symbol("connection");

interface Marked extends Socket {
  [CONNECTION]?: Connection;
}

/** What is known of a connection; the system is asked once for each. */
export function connectionOf(socket: Marked, proxies: TrustedProxies): Connection {
  return (socket[CONNECTION] ??= openConnection(plainAddress(socket.remoteAddress ?? ""), proxies));
}

function openConnection(peer: string, proxies: TrustedProxies): Connection {
  return { peer, isProxy: peer !== "" && proxies.has(peer), last: undefined, sent: 0, queued: new Set() };
}

/** An answer that waits for its turn would never learn that the connection ended before. */
export function noteQueued({ queued }: Connection, outgoing: ServerResponse): void {
  queued.add(outgoing);
  outgoing.once("close", () => queued.delete(outgoing));
}

function endQueued({ queued }: Connection): void {
  for (const outgoing of queued) {
    // Those that had their turn are told by Node.
    if (outgoing.socket || outgoing.writableFinished) continue;
    outgoing.destroy();
    outgoing.emit("close");
  }
}

/** Bytes that were sent since this was asked last. */
export function countSent(socket: Marked): number {
  const connection = socket[CONNECTION];
  const { bytesWritten } = socket;
  if (!connection) return bytesWritten;
  const count = bytesWritten - connection.sent;
  connection.sent = bytesWritten;
  return count;
}

export interface WatchOptions {
  readonly proxies: TrustedProxies;
  readonly times: TimeLimits;
  readonly connections: ConnectionLimits;
  /** Milliseconds from any beginning that never run backwards. */
  readonly now: () => number;
}

/** The open connections of a server. */
export interface Connections {
  /** Close those on which nothing is under way. Node's own counts an answer as sent that still waits to be written. */
  closeIdle(): void;
}

/**
 * Keep the connections of a server within bounds until it is closed. Node's own limit for a whole request has to leave time
 * for a large zip, so whoever trickles any other body is cut off here.
 *
 * @see reference/reliability.md N23, rules HTTP-11 to HTTP-13
 */
export function watchConnections(server: Server, { proxies, times, connections, now }: WatchOptions): Connections {
  const open = new Set<Marked>();
  const perAddress = new Map<string, number>();
  server.maxConnections = connections.all;
  server.timeout = times.idle;
  server.on("connection", (socket: Marked) => {
    const connection = connectionOf(socket, proxies);
    const { peer, isProxy } = connection;
    const count = (perAddress.get(peer) ?? 0) + 1;
    if (count > connections.perAddress && !isLoopback(peer) && !isProxy) return void socket.destroy();
    perAddress.set(peer, count);
    open.add(socket);
    socket.once("close", () => {
      open.delete(socket);
      endQueued(connection);
      const left = (perAddress.get(peer) ?? 1) - 1;
      if (left > 0) perAddress.set(peer, left);
      else perAddress.delete(peer);
    });
  });
  server.on("clientError", (error, socket: Marked) => refuseClient(error, socket, isAnswering(socket[CONNECTION])));
  const sweep = setInterval(
    () => {
      const before = now() - times.body;
      for (const socket of open) if (isLate(socket[CONNECTION], before)) socket.destroy();
    },
    Math.min(SWEEP_MS, times.body),
  );
  sweep.unref();
  server.once("close", () => clearInterval(sweep));
  return {
    closeIdle: () => {
      for (const socket of open) if (isIdle(socket[CONNECTION])) socket.destroy();
    },
  };
}

function isAnswering(connection: Connection | undefined): boolean {
  const outgoing = connection?.last?.outgoing;
  return outgoing?.headersSent === true && !outgoing.writableFinished;
}

function isIdle(connection: Connection | undefined): boolean {
  return connection?.last === undefined || connection.last.outgoing.writableFinished;
}

const UPLOAD = /^(?:https?:\/\/[^/]*)?\/api\/v2\/mods\/[a-z_/]*finish_/;

function isLate(connection: Connection | undefined, before: number): boolean {
  if (!connection?.last || connection.last.since > before) return false;
  const { complete, url } = connection.last.incoming;
  return !complete && !UPLOAD.test(url ?? "");
}
