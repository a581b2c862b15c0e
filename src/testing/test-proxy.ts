import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import net, { type Socket } from "node:net";
import { closePort, openPort } from "./loopback-port.ts";

/** How a test proxy differs from one that leads everywhere. */
export interface TestProxyOptions {
  /** Answered to every request, 407 for example, in place of passing it on. */
  readonly refuseWith?: number | undefined;
  /** Key and certificate as PEM: then it wants to be spoken to in https. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

/** A request that a test proxy received. */
export interface ProxyRequest {
  /** `CONNECT` for what is encrypted. */
  readonly method: string;
  /** `host:port` for `CONNECT`, else the whole URL. */
  readonly target: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A proxy on loopback. */
export interface TestProxy extends AsyncDisposable {
  /** `host:port` */
  readonly address: string;
  readonly requests: readonly ProxyRequest[];
  close(): Promise<void>;
}

const HOST = "127.0.0.1";

/** Start a proxy that leads every name to this machine: to the port that is asked for, whatever the host. */
export async function startTestProxy({ refuseWith, tls }: TestProxyOptions = {}): Promise<TestProxy> {
  const requests: ProxyRequest[] = [];
  const tunnels = new Set<Socket>();
  const note = ({ method = "", url = "", headers }: IncomingMessage) =>
    void requests.push({ method, target: url, headers });
  const server = tls ? https.createServer(tls) : http.createServer();
  server.on("request", (request, response) => {
    note(request);
    if (refuseWith !== undefined) return void response.writeHead(refuseWith).end();
    const { port, pathname, search } = new URL(request.url ?? "");
    const { method, headers } = request;
    const passed = http.request({ host: HOST, port, path: `${pathname}${search}`, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  });
  server.on("connect", (request: IncomingMessage, socket: Socket) => {
    note(request);
    tunnels.add(socket.on("error", () => socket.destroy()));
    if (refuseWith === undefined) openTunnel(socket, Number(request.url?.split(":").at(-1)));
    else socket.end(`HTTP/1.1 ${refuseWith} No\r\ncontent-length: 0\r\n\r\n`);
  });
  const port = await openPort(server, HOST);
  const close = async () => {
    for (const socket of tunnels) socket.destroy();
    await closePort(server);
  };
  return { address: `${HOST}:${port}`, requests, close, [Symbol.asyncDispose]: close };
}

function openTunnel(socket: Socket, port: number): void {
  const target = net.connect(port, HOST, () => {
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    socket.pipe(target).pipe(socket);
  });
  target.on("error", () => socket.destroy());
  socket.on("close", () => target.destroy());
}
