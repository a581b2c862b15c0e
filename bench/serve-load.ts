import { spawn } from "node:child_process";
import autocannon from "autocannon";
import { processTime } from "./rounds.ts";
import { onCore, type Peer } from "./serve-peers.ts";

/** The first argument of a process that makes requests. */
export const LOAD = "load";

/** One kind of request, or several in turn. */
export interface Load {
  readonly path: string;
  /** In place of it: every connection has its share of them, one after the other. */
  readonly paths?: readonly string[];
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  /** Taken as paths are. */
  readonly bodies?: readonly string[];
  readonly connections: number;
  /** Seconds. */
  readonly duration: number;
}

/** What a server answered. */
export interface Slice {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Processor microseconds of the server for each answer. */
  readonly cpu: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** Let a process on the second core ask a server for a while. */
export async function askFor(peer: Peer, load: Load): Promise<Slice> {
  const before = processTime(peer.pid);
  const told = await runLoad(peer.url, load);
  const answers = Object.values(told.statuses).reduce((sum, count) => sum + count, 0);
  return { ...told, cpu: ((processTime(peer.pid) - before) * 1000) / answers };
}

function runLoad(url: string, load: Load): Promise<Omit<Slice, "cpu">> {
  const program = [process.execPath, process.argv[1] ?? "", LOAD];
  const [file = "", ...args] = onCore(1, program);
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify({ url, load }));
  let text = "";
  child.stdout.on("data", (piece: Buffer) => (text += piece.toString()));
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => (code === 0 ? resolve(JSON.parse(text)) : reject(new Error("The load failed"))));
  });
}

/** Make the requests that standard input describes, and tell on standard output what came back. */
export async function makeLoad(): Promise<void> {
  let text = "";
  for await (const piece of process.stdin) text += String(piece);
  const { url, load } = JSON.parse(text) as { readonly url: string; readonly load: Load };
  const { path, paths = [path], method = "GET", bodies = [], connections, duration } = load;
  const headers = { ...load.headers };
  const requests_ = bodies.length > 0 ? bodies.map((body) => ({ path, body })) : paths.map((each) => ({ path: each }));
  let client = 0;
  const result = await autocannon({
    url,
    method,
    headers,
    connections,
    duration,
    setupClient: (each: autocannon.Client) => {
      const own = requests_.filter(
        (_, at) => at % Math.min(connections, requests_.length) === client % requests_.length,
      );
      client++;
      each.setRequests(own.map((request) => ({ method, headers, ...request })));
    },
  });
  const { latency, requests, statusCodeStats = {}, errors, timeouts } = result;
  if (errors + timeouts > 0) throw new Error(`${errors} errors, ${timeouts} timeouts`);
  const statuses = Object.fromEntries(Object.entries(statusCodeStats).map(([code, { count = 0 }]) => [code, count]));
  console.log(JSON.stringify({ perSecond: requests.average, p50: latency.p50, p99: latency.p99, statuses }));
}
