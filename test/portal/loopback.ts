import http, { type RequestListener, type Server } from "node:http";
import net, { type AddressInfo, type Socket } from "node:net";
import { afterEach } from "vitest";

const open = new Set<{ close(): void }>();

afterEach(() => {
  for (const each of open) each.close();
  open.clear();
});

/** An HTTP server on a free loopback port, closed after the test. */
export async function serveHttp(listener: RequestListener, server: Server = http.createServer()): Promise<number> {
  server.on("request", listener);
  open.add({ close: () => (server.close(), server.closeAllConnections()) });
  return listen(server);
}

/** A server of raw bytes on a free loopback port, closed after the test. */
export async function serveBytes(listener: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    // A client that goes away in the middle of an answer is what these tests are about.
    socket.on("error", () => {});
    listener(socket);
  });
  open.add({
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  return listen(server);
}

/** Answer every request on a socket with these bytes, as soon as its headers are complete. */
export function answerWith(...parts: readonly (string | Uint8Array)[]): (socket: Socket) => void {
  return (socket) => {
    socket.once("data", () => {
      for (const part of parts) socket.write(part);
      socket.end();
    });
  };
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = net.createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Close something after the test. */
export function closeLater<T extends { close(): void }>(thing: T): T {
  open.add(thing);
  return thing;
}

function listen(server: net.Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
