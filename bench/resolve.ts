import { spawnSync } from "node:child_process";
import { findVersion } from "../src/game/version.ts";
import { solve } from "../src/resolve/index.ts";
import { hardCases } from "./adversarial.ts";
import { formatTiming, summarise, type Timing, timeRounds } from "./cpu-time.ts";
import type { HardCase } from "./hard-world.ts";
import { hasLibsolv, solveWithLibsolv } from "./libsolv.ts";
import { type Pack, rawPack, solvablePack } from "./packs.ts";
import { type GeneratedUniverse, generateUniverse } from "./universe-generator.ts";
import { describeShape } from "./universe-shape.ts";

/**
 * The resolver against libsolv (Debian: `apt-get install python3-solv`) on random packs, how its cost grows, and requests
 * made to be hard: `npm run bench -- resolve [shape|packs|growth|hard]`, all of them by default.
 *
 * Times are CPU milliseconds, min/median, in one warm process, for the machine may have other work. libsolv's hold building
 * its pool from text and solving, in one warm process, too.
 *
 * @see reference/performance.md §2 and goals 7 to 10
 */
const PARTS: Readonly<Record<string, () => void>> = { shape, packs, growth, hard };
const SEEDS = [1, 2, 3];
const ROUNDS = 25;
const UNIVERSE_SIZES = [5000, 10_000, 20_000, 40_000] as const;

const part = process.argv[2];
for (const [name, run] of Object.entries(PARTS)) if (part === undefined || part === name) run();

function shape(): void {
  console.log("\n== The generated universe, and in brackets what it imitates");
  for (const line of describeShape(generateUniverse())) console.log(line);
}

function packs(): void {
  const isCompared = hasLibsolv();
  console.log(`\n== Packs of random mods${isCompared ? "" : " (libsolv is not here)"}`);
  const universe = generateUniverse();
  for (const size of [50, 200, 600]) {
    for (const make of [solvablePack, rawPack]) {
      for (const seed of SEEDS) console.log(describePack(universe, make(universe, size, seed), isCompared));
    }
  }
}

function describePack(universe: GeneratedUniverse, { name, request }: Pack, isCompared: boolean): string {
  const timing = timeRounds(ROUNDS, () => solve(request));
  const answer = solve(request);
  const own = answer.ok
    ? `${answer.picks.size} mods, ${releasesBehind(universe, answer.picks)} releases behind`
    : `no, ${answer.conflicts.length} conflicts explained`;
  const cells = [name.padEnd(18), formatTiming(timing).padEnd(16), own.padEnd(32)];
  if (!isCompared) return cells.join(" ");
  const theirs = solveWithLibsolv(request, ROUNDS);
  const their = summarise(theirs.times.map(([build, solving]) => build + solving));
  const picks = new Map(Object.entries(theirs.picks).map(([mod, text]) => [mod, { version: findVersion(text) }]));
  const what = theirs.ok ? `${releasesBehind(universe, picks)} behind` : "no";
  return [...cells, `libsolv ${formatTiming(their)}, ${what}`.padEnd(40), formatRatio(timing, their)].join(" ");
}

function formatRatio(own: Timing, their: Timing): string {
  return `× ${(own.min / their.min).toFixed(2)}/${(own.median / their.median).toFixed(2)}`;
}

/** How many newer releases for the game there are than those picked. */
function releasesBehind(
  { mods }: GeneratedUniverse,
  picks: ReadonlyMap<string, { readonly version: { readonly key: number } | undefined }>,
): number {
  let behind = 0;
  for (const [name, { version }] of picks) {
    const newer = (mods.get(name)?.releases ?? []).filter(
      (release) => release.factorioVersion === "2.0" && release.version.key > (version?.key ?? 0),
    );
    behind += newer.length;
  }
  return behind;
}

function growth(): void {
  console.log("\n== Growth: exponent of a power law through the smallest times");
  const universe = generateUniverse();
  const roots = [50, 100, 200, 400, 600, 800].map((size) => ({ size, packs: [solvablePack(universe, size, 1)] }));
  printGrowth("roots", roots);
  const small = generateUniverse(UNIVERSE_SIZES[0]);
  const packs = SEEDS.map((seed) => solvablePack(small, 200, seed));
  const around = UNIVERSE_SIZES.map((size) => {
    const others = generateUniverse(size - small.mods.size, 1, "other");
    return { size, packs: packs.map((pack) => surround(pack, others)) };
  });
  printGrowth("mods of the universe, the same 200 roots", around);
  const own = UNIVERSE_SIZES.map((size) => {
    const larger = generateUniverse(size);
    return { size, packs: SEEDS.map((seed) => solvablePack(larger, 200, seed)) };
  });
  printGrowth("mods of the universe, 200 roots of its own, per mod looked at", own, modsLookedAt);
}

/** A pack in a universe that has other mods, too. */
function surround({ request, ...pack }: Pack, others: GeneratedUniverse): Pack {
  const mods = new Map([...request.universe.mods, ...others.mods]);
  return { ...pack, request: { ...request, universe: { ...request.universe, mods } } };
}

function modsLookedAt({ request }: Pack): number {
  return solve(request).stats.mods;
}

interface GrowthPoint {
  readonly size: number;
  readonly packs: readonly Pack[];
}

/**
 * Every pack once per round, so that what else the machine does meets all sizes alike.
 *
 * @param weigh what the time of a pack is divided by
 */
function printGrowth(what: string, points: readonly GrowthPoint[], weigh: (pack: Pack) => number = () => 1): void {
  const runs = points.flatMap(({ size, packs }) =>
    packs.map((pack) => ({ size, pack, best: Number.POSITIVE_INFINITY })),
  );
  for (let round = 0; round < ROUNDS; round++) {
    for (const run of runs) run.best = Math.min(run.best, timeRounds(1, () => solve(run.pack.request)).first);
  }
  const measured = points.map(({ size }) => {
    const times = runs.filter((run) => run.size === size).map(({ best, pack }) => best / weigh(pack));
    return { size, time: times.reduce((sum, time) => sum + time, 0) / times.length };
  });
  const cells = measured.map(({ size, time }) => `${size}: ${time.toPrecision(3)} ms`);
  console.log(`${what}: ${cells.join(", ")}; exponent ${slope(measured).toFixed(2)}`);
}

/** Least squares on logarithms. */
function slope(points: readonly { readonly size: number; readonly time: number }[]): number {
  const logs = points.map(({ size, time }) => [Math.log(size), Math.log(time)] as const);
  const mean = (of: (point: readonly [number, number]) => number) =>
    logs.reduce((sum, point) => sum + of(point), 0) / logs.length;
  const [x, y] = [mean(([size]) => size), mean(([, time]) => time)];
  return mean(([size, time]) => (size - x) * (time - y)) / mean(([size]) => (size - x) ** 2);
}

/** Each in a process of its own, so that its memory is its own, too. */
function hard(): void {
  const number = process.argv[3];
  if (number !== undefined) return printHardCase(hardCases()[Number(number)]);
  console.log("\n== Requests made to be hard: first time in a process, and the most memory it had");
  for (const at of hardCases().keys()) {
    spawnSync(process.execPath, [process.argv[1] ?? "", "hard", String(at)], { stdio: "inherit" });
  }
}

function printHardCase(make: (() => HardCase) | undefined): void {
  if (!make) throw new Error("No such case");
  const { name, request, solvable } = make();
  const limits = { now: () => performance.now() };
  let verdict = "";
  const { first } = timeRounds(1, () => {
    const answer = solve({ ...request, limits });
    verdict = answer.ok ? `yes${answer.stats.exact ? "" : ", not exact"}` : answer.undecided ? "undecided" : "no";
    const isWrong = solvable !== undefined && verdict !== "undecided" && answer.ok !== solvable;
    verdict += `${isWrong ? " WRONG" : ""}, ${answer.stats.conflicts} conflicts`;
  });
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${name.padEnd(40)} ${first.toFixed(0).padStart(6)} ms  ${verdict.padEnd(32)} RSS ${memory} MiB`);
}
