/**
 * `npm run demo` and `npm test` on a fresh clone: look at Node, install what the lockfile says, build, and go.
 *
 * Only Node's own modules here: when this starts, nothing is installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const REPORT = join(ROOT, "out", "tests.json");

const [task, ...rest] = process.argv.slice(2);
if (task !== "demo" && task !== "test") stop("Usage: node scripts/bootstrap.mjs demo|test [ARGUMENTS FOR VITEST]", 2);
requireNode();
if (!isInstalled()) install();
step("Building", () => run(process.execPath, ["scripts/build.mjs"], "pipe"));
process.exitCode = task === "demo" ? run(process.execPath, ["scripts/demo.mjs", ...rest]).status : test(rest);

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24) return;
  stop(`Roboport needs Node 20.19 or later in the 20 line, 22.13 or later in the 22 line, or 24 and up. This is ${process.version}.
Get a current one from https://nodejs.org, then run the command again.`);
}

/** npm leaves a lockfile of what it installed: everything that is not optional must stand there as our lockfile has it. */
function isInstalled() {
  const installed = join(ROOT, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const have = JSON.parse(readFileSync(installed, "utf8")).packages;
  const want = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
  return Object.entries(want).every(
    ([path, { version, optional }]) => path === "" || (have[path] ? have[path].version === version : optional),
  );
}

function install() {
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env.npm_execpath;
  step("Installing what package-lock.json names", () =>
    npm ? run(process.execPath, [npm, ...args], "pipe") : run("npm", args, "pipe"),
  );
}

/** One line while it works, all it said when it fails. */
function step(name, work) {
  const start = performance.now();
  process.stdout.write(`${name} … `);
  const { status, stdout, stderr } = work();
  process.stdout.write(`${status === 0 ? "done" : "failed"} (${((performance.now() - start) / 1000).toFixed(1)} s)\n`);
  if (status !== 0) stop(`${stdout}${stderr}`, status ?? 1);
}

function run(command, args, stdio = "inherit") {
  const shell = process.platform === "win32" && command === "npm";
  const result = spawnSync(command, args, { cwd: ROOT, stdio, shell, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (result.error) stop(`Cannot start ${command}: ${result.error.message}`);
  return { ...result, status: result.status ?? 1 };
}

function test(args) {
  mkdirSync(dirname(REPORT), { recursive: true });
  rmSync(REPORT, { force: true });
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${REPORT}`];
  const { status } = run(process.execPath, [vitest, "run", ...reporters, ...args]);
  if (!existsSync(REPORT)) stop("The tests did not run to their end: vitest wrote no report", status || 1);
  const counts = count(JSON.parse(readFileSync(REPORT, "utf8")));
  const failed = counts.failed + (status !== 0 && counts.failed === 0 ? 1 : 0);
  for (const name of counts.skipped) console.log(`skipped: ${name}`);
  for (const name of counts.broken) console.log(`could not run: ${name}`);
  console.log(`${counts.passed} passed, ${failed} failed`);
  return failed > 0 ? status || 1 : 0;
}

/** A file that fails before its first test counts as one failure, and so does a run that ends badly for another reason. */
function count({ testResults, numPassedTests, numFailedTests }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const skipped = tests
    .filter(({ status }) => status !== "passed" && status !== "failed")
    .map(({ fullName }) => fullName);
  const broken = testResults
    .filter(
      ({ status, assertionResults }) =>
        status === "failed" && !assertionResults.some((each) => each.status === "failed"),
    )
    .map(({ name, message }) => `${name}: ${message}`);
  return { passed: numPassedTests, failed: numFailedTests + broken.length, skipped, broken };
}

function stop(message, status = 1) {
  console.error(message);
  process.exit(status);
}
