import { once } from "node:events";
import net, { type Socket } from "node:net";
import { Worker } from "node:worker_threads";

/** A port of this machine that neither takes connections nor refuses them. */
export interface Blackhole extends AsyncDisposable {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens and then never looks at its queue again. */
const LISTENER = `
  const { parentPort } = require("node:worker_threads");
  const server = require("node:net").createServer();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;
/** More than the shortest queue of any system holds. */
const FILLERS = 8;

/** Open a port at which connecting never ends, as behind a firewall that drops packets. */
export async function openBlackhole(): Promise<Blackhole> {
  const worker = new Worker(LISTENER, { eval: true });
  const [port] = (await once(worker, "message")) as [number];
  const fillers = await fill(port);
  const close = async () => {
    for (const socket of fillers) socket.destroy();
    await worker.terminate();
  };
  return { port, close, [Symbol.asyncDispose]: close };
}

/** Connect until the queue is full: until a connection is neither there nor refused after a while. */
async function fill(port: number): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  for (let taken = true; taken && sockets.length < FILLERS; ) {
    const socket = net.connect(port, "127.0.0.1");
    socket.on("error", () => {});
    sockets.push(socket);
    taken = await isTaken(socket);
  }
  return sockets;
}

const PATIENCE_MS = 250;

function isTaken(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE_MS);
    socket.once("connect", () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
