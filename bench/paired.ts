import { spawnSync } from "node:child_process";
import { cpus } from "node:os";

/** A command whose time is compared. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd?: string;
}

/** How one contender did against the reference of the same round. */
export interface Comparison {
  readonly name: string;
  /** Milliseconds. */
  readonly min: number;
  readonly median: number;
  readonly p90: number;
  /** Median over the rounds of time / reference time in that round. */
  readonly ratio: number;
}

export interface PairedOptions {
  readonly reference: Contender;
  readonly contenders: readonly Contender[];
  readonly rounds: number;
}

/** What a paired run found. */
export interface PairedRun {
  /** The reference first. */
  readonly comparisons: readonly Comparison[];
  /** Rounds in which the machine had hardly anything else to do; only they count, unless there is none. */
  readonly quietRounds: number;
}

/** Cores that are busy when one command after the other runs alone; Node.js starts with more than one thread. */
const BUSY_CORES_MAX = 1.5;

/**
 * Run every command once per round, in an order that rotates, and compare within the round: what else the machine does
 * then meets all of them alike.
 *
 * @see reference/performance.md §5
 */
export function comparePaired({ reference, contenders, rounds }: PairedOptions): PairedRun {
  const all = [reference, ...contenders];
  for (const contender of all) measure(contender);
  const measured = Array.from({ length: rounds }, (_, round) => measureRound(all, round));
  const quiet = measured.filter(({ busyCores }) => busyCores <= BUSY_CORES_MAX);
  const times = (quiet.length > 0 ? quiet : measured).map((round) => round.times);
  return {
    quietRounds: quiet.length,
    comparisons: all.map(({ name }, at) => {
      const own = times.map((round) => round[at] ?? Number.NaN);
      const ratios = times.map((round) => (round[at] ?? Number.NaN) / (round[0] ?? Number.NaN));
      const [min, median, p90] = [quantile(own, 0), quantile(own, 0.5), quantile(own, 0.9)];
      return { name, min, median, p90, ratio: quantile(ratios, 0.5) };
    }),
  };
}

interface Round {
  /** Milliseconds, in the order of the contenders. */
  readonly times: readonly number[];
  readonly busyCores: number;
}

function measureRound(all: readonly Contender[], round: number): Round {
  const times: number[] = [];
  const [start, busyBefore] = [performance.now(), busyTime()];
  for (let step = 0; step < all.length; step++) {
    const at = (round + step) % all.length;
    const contender = all[at];
    if (contender) times[at] = measure(contender);
  }
  return { times, busyCores: (busyTime() - busyBefore) / (performance.now() - start) };
}

/** Milliseconds that all cores together have worked since the machine started. */
function busyTime(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** Counts system calls, on Linux. */
const TRACER = "strace";

/** The number of system calls a command makes with all its threads; undefined where there is no strace. */
export function countSystemCalls({ command, cwd }: Contender): number | undefined {
  const { status, stderr } = spawnSync(TRACER, ["-f", "-qq", "-c", "-U", "calls,name", ...command], {
    cwd,
    env: cleanEnvironment(),
    encoding: "utf8",
  });
  const total = /^\s*(\d+) total$/m.exec(stderr ?? "");
  return status === 0 && total ? Number(total[1]) : undefined;
}

/** Milliseconds from start to exit. */
function measure({ name, command: [file = "", ...args], cwd }: Contender): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(file, args, { cwd, env: cleanEnvironment(), encoding: "utf8" });
  const time = performance.now() - start;
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  return time;
}

/** A system certificate bundle named there costs Node.js 31 ms per start, and has nothing to do with us. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...rest } = process.env;
  return rest;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}
