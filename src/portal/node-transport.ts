import { setMaxListeners } from "node:events";
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Socket } from "node:net";
import { pipeline, Readable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { discardBody, decoded, type Encoding, ENCODINGS, readGuarded } from "./node-body.ts";
import { sendBulk } from "./node-bulk.ts";
import { openPool, type Pool, type Route } from "./node-pool.ts";
import { openWirePool } from "./node-wire-pool.ts";
import { findProxy, type ProxySettings } from "./proxy.ts";
import type { HttpRequest, HttpResponse, Transport } from "./transport.ts";
import { unreachableError, wrapError } from "./unreachable.ts";

export type { ProxySettings } from "./proxy.ts";

/** How to connect, and how long to wait for what. */
export interface NodeTransportOptions {
  readonly proxy?: ProxySettings | undefined;
  /** PEM certificates trusted beside the built-in ones. */
  readonly ca?: string | undefined;
  /** Milliseconds until connected, TLS included. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Milliseconds from connected to the headers of the answer: a list of all mods takes the portal 14 s. Default 30,000. */
  readonly answerTimeoutMs?: number | undefined;
  /** Milliseconds without a byte of the body. Default 30,000. */
  readonly idleTimeoutMs?: number | undefined;
  /** A body slower than this over one idle timeout is given up, in bytes per second. Default 1,024. */
  readonly minBytesPerSecond?: number | undefined;
  /** Connections to one host. Default 8. */
  readonly maxConnections?: number | undefined;
}

/** A transport over Node's own HTTP client, with connections kept for reuse. */
export interface NodeTransport extends Transport {
  /** Ends its connections. */
  close(): void;
}

/**
 * Open a transport over Node's own HTTP client.
 *
 * @see reference/reliability.md N1 to N21, rules NET-1 to NET-13
 */
export function openNodeTransport(options: NodeTransportOptions = {}): NodeTransport {
  const limits: Limits = {
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    answerTimeoutMs: options.answerTimeoutMs ?? 30_000,
    idleTimeoutMs: options.idleTimeoutMs ?? 30_000,
    minBytesPerSecond: options.minBytesPerSecond ?? 1_024,
  };
  const { ca, proxy = {}, maxConnections = 8 } = options;
  const pool = openPool({ proxy, ca, maxConnections, connectTimeoutMs: limits.connectTimeoutMs });
  const wires = openWirePool({ ca, maxConnections, ...limits });
  const isDirect = (url: string) => findProxy(new URL(url), proxy) === undefined;
  const transport: Transport = async (request) =>
    request.bulk === true && isDirect(request.url)
      ? sendBulk(wires, request, limits)
      : toResponse(request, await sendAlive(pool, request, limits), limits);
  const close = () => {
    pool.close();
    wires.close();
  };
  return Object.assign(transport, { close });
}

interface Limits {
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly minBytesPerSecond: number;
}

/** Send over a connection that lives: a kept one may have been closed by the server in the meantime. */
async function sendAlive(pool: Pool, request: HttpRequest, limits: Limits): Promise<IncomingMessage> {
  // One signal for a whole program is good practice here, and no leak that Node should warn of.
  if (request.signal) setMaxListeners(0, request.signal);
  const route = await pool.findRoute(new URL(request.url));
  for (;;) {
    request.signal?.throwIfAborted();
    const sent = start(route, request);
    try {
      return await answerOf(sent, request, limits);
    } catch (error) {
      const isStale = sent.reusedSocket && error instanceof Error && "code" in error && error.code === "ECONNRESET";
      if (!isStale || request.signal?.aborted) throw wrapError(request, error);
    }
  }
}

function start({ request: open, options }: Route, request: HttpRequest): ClientRequest {
  const headers: RequestOptions["headers"] = {
    "accept-encoding": ENCODINGS.join(", "),
    ...(request.body instanceof Blob && { "content-length": String(request.body.size) }),
    ...request.headers,
    ...options.headers,
  };
  const sent = open({ ...options, method: request.method, headers, ...(request.signal && { signal: request.signal }) });
  if (request.body instanceof Blob) pipeline(Readable.fromWeb(request.body.stream()), sent, toldByRequest);
  else sent.end(request.body);
  return sent;
}

/** A body that cannot be read or sent ends its request, which tells of it. */
function toldByRequest(): void {}

/** Waits for the headers: first for the connection, then for the answer, each with its own limit. */
function answerOf(sent: ClientRequest, request: HttpRequest, limits: Limits): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const limit = (ms: number, why: string) => {
      clearTimeout(timer);
      timer = setTimeout(() => sent.destroy(unreachableError(request.url, why, { timedOut: true })), ms);
    };
    const awaitAnswer = () => limit(limits.answerTimeoutMs, "it does not answer");
    sent.once("socket", (socket) => {
      if (isConnected(socket)) return awaitAnswer();
      limit(limits.connectTimeoutMs, "it does not take the connection");
      socket.once(isTls(socket) ? "secureConnect" : "connect", awaitAnswer);
    });
    // A large body takes its time; as long as the other side reads, nothing is wrong.
    sent.on("drain", awaitAnswer);
    sent.once("response", (message) => {
      sent.off("drain", awaitAnswer);
      clearTimeout(timer);
      resolve(message);
    });
    sent.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

/** `reusedSocket` would not tell: it is false for a request that waited for a connection to become free. */
function isConnected(socket: Socket): boolean {
  return isTls(socket) ? socket.alpnProtocol !== null : !socket.connecting;
}

function isTls(socket: Socket): socket is TLSSocket {
  return "alpnProtocol" in socket;
}

function toResponse(request: HttpRequest, message: IncomingMessage, limits: Limits): HttpResponse {
  const encoding = request.headers["accept-encoding"] === undefined ? encodingOf(message) : undefined;
  const raw = readGuarded(request, message, limits);
  return {
    status: message.statusCode ?? 0,
    headers: headersOf(message, encoding),
    body: encoding ? decoded(request, raw, encoding) : raw,
    discard: () => discardBody(message, limits),
  };
}

function encodingOf(message: IncomingMessage): Encoding | undefined {
  return ENCODINGS.find((each) => each === message.headers["content-encoding"]?.trim().toLowerCase());
}

function headersOf(message: IncomingMessage, encoding: Encoding | undefined): Record<string, string> {
  const entries = Object.entries(message.headers).filter(
    ([name]) => !encoding || (name !== "content-encoding" && name !== "content-length"),
  );
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
}
