import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { cannotStart, type ProgramCall } from "./run-program.ts";
import { type LoadFailure, openRunWatch } from "./run-watch.ts";

/** Signals that somebody may send us for the server. */
export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** A server to start, and what it is connected with. */
export interface RunOrder extends ProgramCall {
  readonly stdin: Readable & { readonly fd?: unknown; readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly fd?: unknown };
  /** Tells `handler` the signals that come, until what it answers is called. */
  readonly relaySignals: (handler: (signal: StopSignal) => void) => () => void;
  /** The map is loaded. */
  readonly onInGame: () => void;
}

/** How a server ended. */
export interface RunEnd {
  /** Its own; 128 and the number of the signal that killed it. */
  readonly exitCode: number;
  /** True when somebody asked us to end it. */
  readonly isStopped: boolean;
  readonly wasInGame: boolean;
  readonly failure: LoadFailure | undefined;
}

/**
 * Run a server to its end. What it prints comes out byte by byte as it is; signals that are for it are passed on, and it is
 * given all the time it takes to save.
 *
 * @throws {RoboportError} `USAGE` when the program cannot be started.
 * @see reference/formats.md §14, rules RUNNER-1 to RUNNER-3
 */
export async function runServer(order: RunOrder): Promise<RunEnd> {
  const watch = openRunWatch(order.onInGame);
  const child = spawnServer(order);
  let isStopped = false;
  const release = order.relaySignals((signal) => {
    isStopped = true;
    // A terminal has sent its Ctrl-C to the server already; a second one would keep it from saving.
    if (signal !== "SIGINT" || order.stdin.isTTY !== true) child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
  });
  try {
    await requireStarted(child, order);
    connect(child, order, (bytes) => watch.read(bytes));
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
    return { exitCode, isStopped, wasInGame: watch.isInGame(), failure: watch.failure() };
  } finally {
    release();
  }
}

function spawnServer({ command, env, cwd, stdin, stderr }: RunOrder): ChildProcess {
  const [program = "", ...args] = command;
  const own = (stream: { readonly fd?: unknown }) => (typeof stream.fd === "number" ? "inherit" : "pipe");
  return spawn(program, args, { cwd, env: { ...env }, stdio: [own(stdin), "pipe", own(stderr)] });
}

/** @throws {RoboportError} `USAGE` */
async function requireStarted(child: ChildProcess, order: RunOrder): Promise<void> {
  try {
    await once(child, "spawn");
  } catch (error) {
    throw cannotStart(order, error);
  }
}

function connect(child: ChildProcess, order: RunOrder, read: (bytes: Uint8Array) => void): void {
  // A server that has ended reads no more, which is no fault.
  if (child.stdin) order.stdin.pipe(child.stdin.on("error", () => {}));
  if (child.stderr) child.stderr.on("data", (bytes: Uint8Array) => void order.stderr.write(bytes));
  child.stdout?.on("data", (bytes: Uint8Array) => {
    read(bytes);
    passOn(bytes, child.stdout as Readable, order.stdout);
  });
}

/** No faster than our own reader takes it; where that has gone the server must not wait for it. */
function passOn(bytes: Uint8Array, from: Readable, to: Writable): void {
  if (to.destroyed || to.errored || to.write(bytes)) return;
  from.pause();
  const go = () => {
    for (const event of ["drain", "error", "close"]) to.off(event, go);
    from.resume();
  };
  for (const event of ["drain", "error", "close"]) to.on(event, go);
}
