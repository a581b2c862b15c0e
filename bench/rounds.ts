import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** A command that is measured from start to exit. */
export interface Runner {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Brings about what the command finds; not measured. */
  readonly prepare?: () => void;
}

/** What one run took. */
export interface Taken {
  /** Milliseconds. */
  readonly wall: number;
  /** Processor milliseconds; NaN where `time` is not there. */
  readonly cpu: number;
  /** Largest resident set in MiB; NaN where `time` is not there. */
  readonly rss: number;
}

/** How a command did in all rounds. */
export interface Standing {
  readonly name: string;
  readonly min: Taken;
  readonly median: Taken;
  readonly max: Taken;
  /** Median over the rounds of wall time / wall time of the reference in that round. */
  readonly ratio: number;
}

export interface RoundsOptions {
  /** The reference first. */
  readonly runners: readonly Runner[];
  readonly rounds: number;
  /** Processes whose work belongs to what is measured. */
  readonly servers: readonly number[];
}

export interface Rounds {
  readonly standings: readonly Standing[];
  /** Rounds in which nothing else had much to do; only they count, unless there are none. */
  readonly clean: number;
}

/** Cores that others may use during a round that counts. */
const FOREIGN_MAX = 0.15;
/** Ticks of the kernel's clock for processes, in milliseconds. */
const TICK = 10;

/**
 * Run every command once per round, in an order that rotates, until there are enough rounds in which the machine had
 * nothing else to do, three times as many at most.
 *
 * @see reference/performance.md §5
 */
export function runRounds({ runners, rounds, servers }: RoundsOptions): Rounds {
  const all: { readonly taken: readonly Taken[]; readonly foreign: number }[] = [];
  const clean = () => all.filter(({ foreign }) => foreign <= FOREIGN_MAX);
  for (let round = 0; clean().length < rounds && round < 3 * rounds; round++)
    all.push(runRound(runners, servers, round));
  const counted = (clean().length > 0 ? clean() : all).map(({ taken }) => taken);
  const standings = runners.map(({ name }, at): Standing => {
    const own = counted.map((taken) => taken[at] as Taken);
    const ratio = quantile(
      counted.map((taken) => (taken[at]?.wall ?? Number.NaN) / (taken[0]?.wall ?? Number.NaN)),
      0.5,
    );
    return { name, min: summary(own, 0), median: summary(own, 0.5), max: summary(own, 1), ratio };
  });
  return { standings, clean: clean().length };
}

function runRound(runners: readonly Runner[], servers: readonly number[], round: number) {
  const taken: Taken[] = [];
  let [foreign, wall] = [0, 0];
  for (let step = 0; step < runners.length; step++) {
    const at = (round + step) % runners.length;
    const runner = runners[at] as Runner;
    runner.prepare?.();
    const before = busyTime() - serverTime(servers);
    const run = runOnce(runner);
    taken[at] = run;
    if (!Number.isNaN(run.cpu)) foreign += busyTime() - serverTime(servers) - before - run.cpu;
    wall += run.wall;
  }
  return { taken, foreign: foreign / wall };
}

/** Run a command once. @throws when it fails */
export function runOnce({ name, command, cwd, env }: Runner): Taken {
  const [file = "", ...args] = TIME ? [...TIME, ...command] : command;
  const start = performance.now();
  const { status, stderr } = spawnSync(file, args, {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  const wall = performance.now() - start;
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr.slice(-2000)}`);
  const [, user, system, rss] = /TAKEN ([\d.]+) ([\d.]+) (\d+)\s*$/.exec(stderr) ?? [];
  return { wall, cpu: (Number(user) + Number(system)) * 1000, rss: Number(rss) / 1024 };
}

/** GNU time, which tells what a process has used. */
const TIME =
  spawnSync("/usr/bin/time", ["-f", "", "true"]).status === 0 ? ["/usr/bin/time", "-f", "TAKEN %U %S %M"] : undefined;

/** Programs of this list that are not on this machine. */
export function missingPrograms(names: readonly string[]): readonly string[] {
  const missing = names.filter((name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0);
  return TIME ? missing : [...missing, "time"];
}

/** A system certificate bundle named there costs Node.js 31 ms per start, and a proxy has nothing to do with us. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(?:NODE_EXTRA_CA_CERTS|NODE_OPTIONS|FACTORIO_.*|ROBOPORT_.*|.*_proxy)$/i.test(name),
  );
  return Object.fromEntries(entries);
}

/** Milliseconds that all cores together have worked since the machine started. */
export function busyTime(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

function serverTime(servers: readonly number[]): number {
  return servers.reduce((sum, pid) => sum + processTime(pid), 0);
}

/** Processor milliseconds that a process has used. */
export function processTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

function summary(taken: readonly Taken[], share: number): Taken {
  const of = (key: keyof Taken) =>
    quantile(
      taken.map((each) => each[key]),
      share,
    );
  return { wall: of("wall"), cpu: of("cpu"), rss: of("rss") };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}
