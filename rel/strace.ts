import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestServer } from "../test/cli/harness.ts";
import type { Ended, Program, Run } from "../test/faults/program.ts";

const STRACE = "/usr/bin/strace";

/** Why system calls cannot be made to fail here; undefined where they can. */
export function whyNoStrace(): string | undefined {
  return existsSync(STRACE) ? undefined : `${STRACE} is not here`;
}

/** System calls that change a disk. */
const MUTATING = [
  "openat",
  "write",
  "pwrite64",
  "writev",
  "ftruncate",
  "fsync",
  "fdatasync",
  "rename",
  "renameat",
  "renameat2",
  "link",
  "linkat",
  "unlink",
  "unlinkat",
  "mkdir",
  "mkdirat",
  "rmdir",
  "chmod",
  "fchmod",
  "chown",
  "fchown",
  "fchownat",
  "copy_file_range",
  "ioctl",
  "sendfile",
  "bind",
];

/** One system call of one thread that touches a file of ours and changes it. */
export interface Point {
  readonly call: string;
  /** How many calls of this name its thread had made, itself included. */
  readonly turn: number;
}

/** What is done to the call in place of what it asks for: `signal=KILL`, `error=EIO`, `retval=0`. */
export type Injection = string;

/** A run under strace. */
export interface Traced extends Ended {
  /** The call that was met, where it could be told: a killed process tells nothing. */
  readonly hit: string | undefined;
  /** True when the call that was met is Node's own: what becomes of that says nothing about us. */
  readonly isForeign: boolean;
}

export interface Tracing {
  readonly program: Program;
  readonly server: TestServer;
  readonly argv: readonly string[];
}

/** Every point at which a command changes a file below its scratch folder, in the order of time. */
export async function findPoints(tracing: Tracing): Promise<readonly Point[]> {
  const calls = await trace(tracing, []);
  const turns = new Map<string, number>();
  const points: Point[] = [];
  for (const { thread, call, text } of calls.lines) {
    const turn = (turns.get(`${thread} ${call}`) ?? 0) + 1;
    turns.set(`${thread} ${call}`, turn);
    if (changes(call, text) && isOurs(text, tracing.server)) points.push({ call, turn });
  }
  return points;
}

/** Run the command with something done to one call. */
export async function runInjected(tracing: Tracing, { call, turn }: Point, injection: Injection): Promise<Traced> {
  const { ended, lines } = await trace(tracing, ["-e", `inject=${call}:${injection}:when=${turn}`]);
  const met = lines.find(({ text }) => text.includes("(INJECTED)"));
  return { ...ended, hit: met?.text, isForeign: met !== undefined && !isOurs(met.text, tracing.server) };
}

interface Line {
  readonly thread: string;
  readonly call: string;
  readonly text: string;
}

async function trace(
  tracing: Tracing,
  options: readonly string[],
): Promise<{ readonly ended: Ended; readonly lines: readonly Line[] }> {
  const { run, log } = start(tracing, options);
  const ended = await run.ended;
  return { ended, lines: joined(readFileSync(log, "utf8").split("\n")).flatMap(readLine) };
}

function start(
  { program, server, argv }: Tracing,
  options: readonly string[],
): { readonly run: Run; readonly log: string } {
  const log = join(dirname(server.root), "trace.txt");
  const through = [STRACE, "-f", "-qq", "-y", "-s", "0", "-o", log, "-e", `trace=${MUTATING.join(",")}`, ...options];
  const env = { ...server.env, UV_USE_IO_URING: "0", UV_THREADPOOL_SIZE: "1" };
  return { run: program.start(argv, { cwd: server.root, env, through }), log };
}

/** A call that another thread interrupted stands in two lines. */
function joined(lines: readonly string[]): readonly string[] {
  const unfinished = new Map<string, string>();
  return lines.flatMap((line) => {
    const [, thread = "", text = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (text.endsWith("<unfinished ...>")) {
      unfinished.set(thread, line);
      return [];
    }
    const [, rest] = /^<\.\.\. \w+ resumed>(.*)$/.exec(text) ?? [];
    return rest === undefined ? [line] : [`${unfinished.get(thread)}${rest}`];
  });
}

function readLine(line: string): readonly Line[] {
  const [, thread, text = "", call] = /^(\d+) +((\w+)\(.*)$/.exec(line) ?? [];
  return thread !== undefined && call !== undefined ? [{ thread, call, text }] : [];
}

function isOurs(text: string, { root }: TestServer): boolean {
  return text.includes(dirname(root)) || text.includes("/proc/self/fd/");
}

/** Opening a file to read it and asking a terminal its size change nothing. */
function changes(call: string, text: string): boolean {
  if (call === "openat") return /O_CREAT|O_WRONLY|O_RDWR/.test(text);
  return call !== "ioctl" || text.includes("FICLONE") || text.includes("BTRFS_IOC");
}

/** A process that was stopped in front of a call. */
export interface Held {
  goOn(): Promise<Ended>;
}

/** Run the command until it is about to make one call, and stop it there. */
export async function holdAt(tracing: Tracing, { call, turn }: Point): Promise<Held> {
  const { run, log } = start(tracing, ["-e", `inject=${call}:signal=STOP:when=${turn}`]);
  let hasEnded = false;
  void run.ended.then(() => (hasEnded = true));
  for (;;) {
    const [, thread] = (existsSync(log) && /^(\d+) .*stopped by SIGSTOP/m.exec(readFileSync(log, "utf8"))) || [];
    if (thread !== undefined || hasEnded) {
      return {
        goOn: () => {
          if (!hasEnded) process.kill(Number(thread), "SIGCONT");
          return run.ended;
        },
      };
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
