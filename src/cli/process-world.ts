import { homedir } from "node:os";
import type { Interruption, World } from "./world.ts";

const INTERRUPTIONS: readonly Interruption[] = [
  { signalName: "SIGINT", exitCode: 130 },
  { signalName: "SIGTERM", exitCode: 143 },
  { signalName: "SIGHUP", exitCode: 129 },
];

/** This process. The first Ctrl-C asks the command to stop, the second one does not ask. */
export function openProcessWorld(): World {
  const interrupt = new AbortController();
  let relay: ((signalName: Interruption["signalName"]) => void) | undefined;
  for (const interruption of INTERRUPTIONS) {
    process.on(interruption.signalName, () => {
      if (relay) return relay(interruption.signalName);
      if (interrupt.signal.aborted) process.exit(interruption.exitCode);
      interrupt.abort(interruption);
    });
  }
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    home: findHome(),
    signal: interrupt.signal,
    relaySignals: (handler) => {
      relay = handler;
      return () => {
        relay = undefined;
      };
    },
    clock: () => new Date(),
    monotonic: () => performance.now(),
    runtime: `Node.js ${process.versions.node} on ${process.platform} ${process.arch}`,
  };
}

/**
 * A user whom the system does not know, as containers are started with, lives where they say: in `/`.
 *
 * @see rule CLI-45
 */
function findHome(): string {
  try {
    return homedir();
  } catch (error) {
    if (error instanceof Error && "syscall" in error && error.syscall === "uv_os_homedir") return "/";
    throw error;
  }
}
