import type { Readable, Writable } from "node:stream";

/** The process as this program sees it, so that a test can be one. */
export interface World {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** The home directory, which reports leave out. */
  readonly home: string;
  /** Aborted with a {@link Interruption} by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** From now on tell `handler` of signals, and leave {@link World.signal} alone, until what is returned is called. */
  readonly relaySignals: (handler: (signalName: Interruption["signalName"]) => void) => () => void;
  readonly clock: () => Date;
  /** Milliseconds from an arbitrary start, never going back. */
  readonly monotonic: () => number;
  /** What runs us, for bug reports: `Node.js 20.20.2 on linux x64`. */
  readonly runtime: string;
}

export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Why the world's signal was aborted. */
export interface Interruption {
  readonly signalName: "SIGINT" | "SIGTERM" | "SIGHUP";
  readonly exitCode: 130 | 143 | 129;
}
