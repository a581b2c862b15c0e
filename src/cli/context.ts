import type { Session } from "../operations/session.ts";
import type { Secret } from "../portal/secret.ts";
import { eventShower } from "./event-shower.ts";
import type { GlobalFlags } from "./global-flags.ts";
import type { Output } from "./output.ts";
import { openPrompt, type Prompt } from "./prompt.ts";
import { keepHeapSmall } from "./small-heap.ts";
import { USER_AGENT, VERSION } from "./version.ts";
import type { World } from "./world.ts";

/** Everything a command may touch. Nothing in `commands/` reads `process`, prints by itself or looks at a clock. */
export interface CommandContext {
  readonly globals: GlobalFlags;
  readonly output: Output;
  readonly prompt: Prompt;
  readonly stdin: World["stdin"];
  /** For the bytes of other programs; our own words go through `output`. */
  readonly stdout: World["stdout"];
  readonly stderr: World["stderr"];
  readonly relaySignals: World["relaySignals"];
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly env: World["env"];
  /** Absolute. */
  readonly cwd: string;
  readonly clock: () => Date;
  /** Milliseconds from an arbitrary start, never going back. */
  readonly monotonic: () => number;
  readonly version: string;
  /** What runs us: `Node.js 20.20.2 on linux x64`. */
  readonly runtime: string;
  readonly userAgent: string;
  /** Never to appear in anything printed from here on, in any encoding. */
  readonly addSecret: (secret: Secret) => void;
  /** The installation, the portals and the store behind one value; what it takes is loaded only now. */
  readonly openSession: (options?: SessionChoices) => Promise<Session>;
}

/** What a command's own options say about its session. */
export interface SessionChoices {
  /** In place of --server-dir (`init DIR`). */
  readonly serverDir?: string | undefined;
  readonly offline?: boolean;
  /** Downloads at the same time. */
  readonly jobs?: number | undefined;
  readonly breakLock?: boolean;
}

interface ContextOptions {
  readonly world: World;
  readonly globals: GlobalFlags;
  readonly output: Output;
  readonly addSecret: (secret: Secret) => void;
}

/** Give a command its surroundings. */
export function createContext({ world, globals, output, addSecret }: ContextOptions): CommandContext {
  const { stdin, stdout, stderr, relaySignals, signal, env, cwd, clock, monotonic, runtime } = world;
  const surroundings = { signal, env, cwd, clock, monotonic, userAgent: USER_AGENT, addSecret } as const;
  return {
    ...surroundings,
    globals,
    output,
    stdin,
    stdout,
    stderr,
    relaySignals,
    runtime,
    prompt: openPrompt(world, { json: output.json }),
    version: VERSION,
    async openSession({ serverDir = globals.serverDir, offline = false, breakLock = false, jobs } = {}) {
      const { openSession } = await import("../operations/open-session.ts");
      keepHeapSmall();
      const choices = { serverDir, offline, breakLock, jobs };
      return openSession({ ...globals, ...surroundings, ...choices, emit: eventShower(output) });
    },
  };
}
