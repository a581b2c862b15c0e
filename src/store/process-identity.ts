import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Which process, on which machine: a process number alone is used again and means nothing elsewhere. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the kernel's ticks since boot; empty where the system does not tell. */
  readonly started: string;
  /** Changes with every boot of the kernel; empty where the system does not tell. */
  readonly boot: string;
  /** The container, if any: the kernel's number of the process namespace. */
  readonly space: string;
  readonly host: string;
}

let current: ProcessIdentity | undefined;

/** This process. */
export function currentProcess(): ProcessIdentity {
  current ??= {
    pid: process.pid,
    started: startOf(process.pid),
    boot: procText(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    space: procText(() => readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "")),
    host: hostname(),
  };
  return current;
}

/**
 * Whether a process still runs; undefined when it cannot be seen from here: another machine, or another container.
 *
 * @see reference/reliability.md §2, F13, rule OWN-4
 */
export function isRunning(other: ProcessIdentity, self: ProcessIdentity = currentProcess()): boolean | undefined {
  if (other.host === self.host && other.boot !== self.boot) return false;
  if (other.boot !== self.boot || other.space !== self.space || other.host !== self.host) return undefined;
  if (self.started !== "") return startOf(other.pid) === other.started;
  try {
    return process.kill(other.pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Field 22 of `/proc/PID/stat`, counted from behind the name, which may hold anything. */
function startOf(pid: number): string {
  const text = procText(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

/** Only Linux has these files, and a process that ended has none. */
function procText(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "errno" in error) return "";
    throw error;
  }
}
