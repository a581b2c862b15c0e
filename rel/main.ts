import { existsSync } from "node:fs";
import { release, type } from "node:os";
import { parseArgs } from "node:util";
import { randomInt } from "node:crypto";
import { readResults, writeReport, writeResults } from "./report.ts";
import type { Scale, Suite, SuiteOptions } from "./suite.ts";
import { SUITES } from "./suites.ts";

const USAGE = `Usage: npm run rel -- [SUITE…] [--seed S] [--case N] [--scale ci|full] [--report]
Suites: ${SUITES.map(({ name }) => name).join(", ")}`;

const PROGRESS_MS = 10_000;

/** Thousands of small files come and go; on a disk each would be waited for. */
const FAST_DISK = "/dev/shm";
if (existsSync(FAST_DISK)) process.env["TMPDIR"] ??= FAST_DISK;
process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const request = findRequest(argv);
  if (!request) {
    console.error(USAGE);
    return 2;
  }
  const { suites, options, isReport } = request;
  let failed = 0;
  for (const suite of isReport ? [] : suites) failed += await runSuite(suite, options);
  const isWhole = suites.length === SUITES.length && options.case === undefined && options.scale === "full";
  if (isReport || isWhole) await writeReport(SUITES.map(({ name }) => name));
  return failed > 0 ? 1 : 0;
}

/** @returns undefined when the command line makes no sense */
function findRequest(argv: readonly string[]): ReturnType<typeof readRequest> {
  try {
    return readRequest(argv);
  } catch (error) {
    if (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"))
      return undefined;
    throw error;
  }
}

/** @returns undefined when the command line makes no sense */
function readRequest(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      seed: { type: "string" },
      case: { type: "string" },
      scale: { type: "string", default: "full" },
      report: { type: "boolean", default: false },
    },
  });
  const suites = SUITES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const { scale } = values;
  const isKnown = positionals.every((name) => suites.some((suite) => suite.name === name));
  const numbers = [values.seed ?? "0", values.case ?? "1"];
  if (!isKnown || !isScale(scale) || !numbers.every((text) => /^\d{1,10}$/.test(text))) return undefined;
  const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed);
  const options: SuiteOptions = { seed, scale, case: values.case === undefined ? undefined : Number(values.case) };
  return { suites, options, isReport: values.report };
}

function isScale(text: string): text is Scale {
  return text === "ci" || text === "full";
}

/** Says now and then how far it is. */
function progress(): (number: number) => void {
  let told = performance.now();
  return (number) => {
    if (performance.now() - told < PROGRESS_MS) return;
    told = performance.now();
    process.stderr.write(`  … case ${number}\n`);
  };
}

/** @returns how many cases did not hold */
async function runSuite(suite: Suite, options: SuiteOptions): Promise<number> {
  const { name, goal } = suite;
  const again = `npm run rel -- ${name} --seed ${options.seed} --scale ${options.scale}`;
  console.log(`${name}: ${goal}\n  ${again}`);
  const start = performance.now();
  const result = await suite.run({ ...options, onCase: progress() });
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  for (const failure of result.failures) {
    console.log(`  FAILED ${again} --case ${failure.case}\n${failure.text.replaceAll(/^/gm, "    ")}`);
  }
  for (const reason of result.skipped) console.log(`  skipped: ${reason}`);
  console.log(`  ${JSON.stringify(result.figures)}`);
  console.log(`${name}: ${result.passed} passed, ${result.failed} failed (${seconds} s)`);
  if (options.case === undefined) {
    const { failures: _, ...counts } = result;
    const { seed, scale } = options;
    const about = {
      day: new Date().toISOString().slice(0, 10),
      on: `Node.js ${process.version}, ${type()} ${release()}`,
    };
    await writeResults([...(await readResults()), { name, goal, seed, scale, seconds, ...about, ...counts }]);
  }
  return result.failed;
}
