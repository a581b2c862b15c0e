import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { RoboportError } from "../errors.ts";
import { isOfDomain } from "../portal/contract/gaps/domain.ts";
import { findUrl } from "../portal/url.ts";
import type { Authority } from "./authority.ts";
import { type HostMap, meantUrl } from "./destination.ts";
import { forward, type Forwarding } from "./forward.ts";
import { type ConnectTarget, findConnectTarget } from "./connect-target.ts";

export interface ProxyOptions extends Pick<Forwarding, "clock" | "monotonic" | "onExchange"> {
  /** Address to listen on. */
  readonly host: string;
  /** 0 means any free one. */
  readonly port: number;
  readonly maps: readonly HostMap[];
  readonly authority: Authority;
  /** Told of a host that is not let through. */
  readonly onRefused: (host: string) => void;
  /** Told of a client that did not take our certificate for a host. */
  readonly onDistrust: (host: string) => void;
}

/** A proxy that is listening. */
export interface CaptureProxy {
  /** `127.0.0.1:8899` */
  readonly address: string;
  close(): Promise<void>;
}

const LIMITS = { headersTimeout: 15_000, requestTimeout: 0, connectionsCheckingInterval: 5_000 } as const;
const CONNECTIONS_MAX = 512;
const HANDSHAKE_MS = 15_000;

/**
 * Start a proxy that leads to Factorio's servers, or to what stands in for them, and nowhere else.
 *
 * @throws {RoboportError} `CANNOT_LISTEN`
 * @see rules CAPTURE-8 to CAPTURE-10
 */
export async function openProxy(options: ProxyOptions): Promise<CaptureProxy> {
  const { host } = options;
  const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };
  const server = openOuter(options, { ...options, agents });
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    address: `${host.includes(":") ? `[${host}]` : host}:${port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      agents.http.destroy();
      agents.https.destroy();
      await closed;
    },
  };
}

/** Takes requests for http addresses, and hands what asks for TLS to the server inside. */
function openOuter(options: ProxyOptions, forwarding: Forwarding): http.Server {
  const { maps, onRefused } = options;
  const inner = openInner(options, forwarding);
  const server = http.createServer(LIMITS, (request, response) => {
    const asked = findUrl(request.url ?? "");
    const url = asked?.protocol === "http:" ? meantUrl(asked, maps) : undefined;
    if (url) return forward(url, { request, response }, forwarding);
    if (asked) onRefused(asked.host);
    refuse(response, asked ? 403 : 400);
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const target = findConnectTarget(request.url ?? "");
    if (!target || !isOfDomain(target.host) || target.port !== 443) return refuseTunnel(socket, target, onRefused);
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.byteLength > 0) socket.unshift(head);
    inner.emit("connection", socket);
  });
  return server;
}

/** Speaks TLS with clients, with a certificate for whichever host they name. */
function openInner({ authority, onDistrust, maps }: ProxyOptions, forwarding: Forwarding): https.Server {
  const inner = https.createServer({
    ...LIMITS,
    ALPNProtocols: ["http/1.1"],
    handshakeTimeout: HANDSHAKE_MS,
    SNICallback(host, done) {
      if (isOfDomain(host)) done(null, authority.contextFor(host));
      else done(new Error("Not captured"));
    },
  });
  inner.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
    const host = "servername" in socket && typeof socket.servername === "string" ? socket.servername : "";
    if (/ALERT|CERTIFICATE|UNKNOWN_CA/i.test(error.code ?? "")) onDistrust(host);
    socket.destroy();
  });
  inner.on("request", (request, response) => {
    const { servername } = request.socket as Socket & { readonly servername?: string | false };
    const url = findUrl(`https://${servername || ""}${request.url ?? ""}`);
    const meant = url && meantUrl(url, maps);
    if (meant && request.url?.startsWith("/")) forward(meant, { request, response }, forwarding);
    else refuse(response, 400);
  });
  return inner;
}

function refuse(response: ServerResponse, status: 400 | 403): void {
  const text = status === 403 ? "This proxy leads to factorio.com only" : "This is a proxy, not a server";
  response.writeHead(status, { "content-type": "text/plain", connection: "close" }).end(`${text}\n`);
}

function refuseTunnel(socket: Socket, target: ConnectTarget | undefined, onRefused: (host: string) => void): void {
  if (target) onRefused(`${target.host}:${target.port}`);
  socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
}

async function listen(server: http.Server, { host, port }: { host: string; port: number }): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RoboportError("CANNOT_LISTEN", `Cannot listen on ${host} port ${port}: ${why}`, {
      hint: "Choose another --port, or 0 for any free one, and an address of this machine for --listen.",
      data: { host, port },
      cause: error,
    });
  }
}
