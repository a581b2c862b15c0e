import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defaultBuiltIns } from "../src/game/built-ins.ts";
import { runsOn } from "../src/game/game-version.ts";
import { parseVersion, type Version } from "../src/game/version.ts";
import { formatUniverseFile, type Mod, solve } from "../src/resolve/index.ts";
import { readUniverseFile } from "../src/store/catalogue-source.ts";
import { type Comparison, comparePaired, type Contender } from "./paired.ts";
import { sample, startRandom } from "./random.ts";
import { generateUniverse } from "./universe-generator.ts";

/**
 * `roboport solve` as a whole process against an empty Node.js: over the real universe and a generated one, from the
 * catalogue and the first time, and over universes that hold the same mods among ever more others.
 *
 * @see reference/performance.md goal 8
 */
const ROUNDS = Number(process.argv[2] ?? 11);
/** Runs of which the one with the least CPU time counts. */
const USAGE_RUNS = 5;
const QUIET_MIN = 5;
const SIZES = [50, 200, 600];
const GOALS: Readonly<Record<number, number>> = { 50: 2, 200: 3.5, 600: 6 };
const RSS_MAX = 80;
const ROOTS_EXPONENT_MAX = 1.25;
const UNIVERSE_EXPONENT_MAX = 0.1;

const REAL = resolve(process.env["ROBOPORT_DATA"] ?? "../shared/data", "universe/universe-real.json.gz");
const entry = resolve("dist/cli/roboport.cjs");
const reference: Contender = { name: "node -e 0", command: [process.execPath, "-e", "0"] };

type Mods = ReadonlyMap<string, Mod>;

/** A universe in a file, and mods of it to ask for. */
interface Scene {
  readonly name: string;
  readonly path: string;
  readonly game: Version;
  readonly packs: readonly (readonly string[])[];
}

const scratch = mkdtempSync(join(tmpdir(), "roboport-solve-"));
process.env["ROBOPORT_CACHE_DIR"] = join(scratch, "cache");
// Costs Node.js 31 ms per start, and has nothing to do with us.
delete process.env["NODE_EXTRA_CA_CERTS"];
try {
  for (const scene of await openScenes()) benchScene(scene);
  benchUniverseSizes();
} finally {
  rmSync(scratch, { recursive: true });
}

async function openScenes(): Promise<readonly Scene[]> {
  const generated = writeScene("generated 20,000", generateUniverse().mods, parseVersion("2.0.60"));
  if (!existsSync(REAL)) return [generated];
  const { file } = await readUniverseFile(REAL);
  return [writeScene("real", file.mods, parseVersion("1.1.110")), generated];
}

function writeScene(name: string, mods: Mods, game: Version): Scene {
  const path = writeUniverse(name, mods, game);
  return { name, path, game, packs: SIZES.map((size) => solvableRoots(mods, game, size)) };
}

function writeUniverse(name: string, mods: Mods, game: Version): string {
  const path = join(scratch, `${name}.json`);
  writeFileSync(path, formatUniverseFile({ game, builtIns: defaultBuiltIns(game), mods }));
  return path;
}

/** Random mods that go together: what was in the way is replaced by others. */
function solvableRoots(mods: Mods, game: Version, size: number): readonly string[] {
  const fitting = [...mods.values()].filter(({ releases }) =>
    releases.some((each) => runsOn(each.factorioVersion, game)),
  );
  let pool = sample(fitting, fitting.length, startRandom(size)).map(({ name }) => name);
  for (;;) {
    const names = pool.slice(0, size);
    const requirements = names.map((name) => ({ name, constraints: [] }));
    const answer = solve({ universe: { game, builtIns: defaultBuiltIns(game), mods }, requirements });
    if (answer.ok) return names;
    const drop = answer.suggestions.find(({ change }) => change.kind === "drop")?.change;
    const inTheWay = new Set(drop?.kind === "drop" ? drop.mods : answer.core);
    pool = pool.filter((name) => !inTheWay.has(name));
  }
}

function benchScene(scene: Scene): void {
  const contenders = scene.packs.map((roots) => solving(scene, roots));
  const first = contenders.map((contender) => firstUsage(contender));
  const { comparisons, quietRounds } = comparePaired({ reference, contenders, rounds: ROUNDS });
  const hasVerdict = quietRounds >= QUIET_MIN;
  console.log(
    `${scene.name}: ${quietRounds} of ${ROUNDS} rounds were quiet${hasVerdict ? "" : ": no verdict on times"}`,
  );
  const [node, ...warm] = comparisons;
  const nodeUsage = leastUsage(reference);
  console.log(formatTimes(node));
  warm.forEach((comparison, at) => {
    const goal = GOALS[SIZES[at] ?? 0] ?? Number.NaN;
    const { cpu, rss } = leastUsage(contenders[at] as Contender);
    const against = `goal ${goal.toFixed(1)}${hasVerdict ? verdict(comparison.ratio <= goal) : ""}`;
    const work = `CPU × node ${(cpu / nodeUsage.cpu).toFixed(2)}`;
    const memory = `RSS ${rss.toFixed(0)} MiB, goal ${RSS_MAX}${verdict(rss <= RSS_MAX)}`;
    console.log(`${formatTimes(comparison)}  ${against}  ${work}  ${memory}  first run ${formatUsage(first[at])}`);
  });
  const beyondNode = warm.map(({ median }) => median - (node?.median ?? 0));
  printExponent("roots", exponent(SIZES, beyondNode), ROOTS_EXPONENT_MAX);
}

/** The same 200 mods asked of a universe, and of the same among copies of it under other names. */
function benchUniverseSizes(): void {
  const game = parseVersion("2.0.60");
  const { mods } = generateUniverse(5000);
  const roots = solvableRoots(mods, game, 200);
  const copies = [1, 2, 4, 8];
  const contenders = copies.map((count) => {
    const path = writeUniverse(`5,000 x ${count}`, multiplied(mods, count), game);
    return solving({ name: `5,000 x ${count}`, path, game, packs: [] }, roots);
  });
  const { comparisons } = comparePaired({ reference, contenders, rounds: ROUNDS });
  const [node, ...warm] = comparisons;
  for (const comparison of warm) console.log(formatTimes(comparison));
  const beyondNode = warm.map(({ median }) => median - (node?.median ?? 0));
  printExponent("universe size", exponent(copies, beyondNode), UNIVERSE_EXPONENT_MAX);
}

function multiplied(mods: Mods, count: number): Mods {
  const all = new Map(mods);
  for (let copy = 1; copy < count; copy++) {
    for (const mod of mods.values()) all.set(`${mod.name}-${copy}`, { ...mod, name: `${mod.name}-${copy}` });
  }
  return all;
}

function solving({ name, path, game }: Scene, roots: readonly string[]): Contender {
  const words = [entry, "solve", "--universe", path, "--factorio", game.text, "--json", ...roots];
  return { name: `${name}, ${roots.length} roots`, command: [process.execPath, ...words] };
}

/** What a run took. */
interface Usage {
  /** Milliseconds of all threads, which other work on the machine changes little. */
  readonly cpu: number;
  /** MiB, the most at a time. */
  readonly rss: number;
}

/** Of a run without a catalogue; leaves one. */
function firstUsage(contender: Contender): Usage {
  rmSync(process.env["ROBOPORT_CACHE_DIR"] ?? "", { recursive: true, force: true });
  return usageOf(contender);
}

function leastUsage(contender: Contender): Usage {
  const runs = Array.from({ length: USAGE_RUNS }, () => usageOf(contender));
  return runs.reduce((least, run) => (run.cpu < least.cpu ? run : least));
}

function usageOf({ command: [file = "", ...args] }: Contender): Usage {
  const [hook, report] = [join(scratch, "report.cjs"), join(scratch, "report")];
  const write = `require("node:fs").writeFileSync(${JSON.stringify(report)}, JSON.stringify(process.resourceUsage()))`;
  writeFileSync(hook, `process.on("exit", () => ${write});`);
  spawnSync(file, ["--require", hook, ...args]);
  const { userCPUTime, systemCPUTime, maxRSS }: NodeJS.ResourceUsage = JSON.parse(readFileSync(report, "utf8"));
  return { cpu: (userCPUTime + systemCPUTime) / 1000, rss: maxRSS / 1024 };
}

function formatUsage({ cpu, rss }: Usage = { cpu: Number.NaN, rss: Number.NaN }): string {
  return `${cpu.toFixed(0)} ms of CPU, ${rss.toFixed(0)} MiB`;
}

/** The slope of the straight line through the logarithms. */
function exponent(sizes: readonly number[], times: readonly number[]): number {
  const [x, y] = [sizes.map(Math.log), times.map(Math.log)];
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, each, at) => sum + (each - meanX) * ((y[at] ?? 0) - meanY), 0);
  return covariance / x.reduce((sum, each) => sum + (each - meanX) ** 2, 0);
}

function formatTimes(comparison: Comparison | undefined): string {
  const { name, min, median, p90, ratio } = comparison ?? { name: "", min: 0, median: 0, p90: 0, ratio: 0 };
  const times = [min, median, p90].map((time) => time.toFixed(1).padStart(7)).join(" ");
  return `${name.padEnd(28)} min/median/p90 ${times} ms  × node ${ratio.toFixed(2)}`;
}

function printExponent(what: string, found: number, goal: number): void {
  console.log(`exponent in ${what} ${found.toFixed(2)}  goal ${goal}${verdict(found <= goal)}`);
}

function verdict(isMet: boolean): string {
  return isMet ? " met" : " MISSED";
}
