/** Every check the project has, two at a time: one line each, all of its output when it fails. */
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const AT_ONCE = 2;

/** Real packs, faults, models, oracles, crashes, whole commands and the packed package: `npm test` runs these, too. */
const LONG_TESTS = [
  "test/{real,faults,model,e2e,house,cli}/**",
  "**/*.oracle.test.ts",
  "src/apply/transaction*.test.ts",
];

const bin = (name) => join("node_modules", ".bin", name);
const script = (name) => ["node", `scripts/${name}.mjs`];
const excluded = (pattern) => `--exclude=${pattern}`;

/** In the order they start. A check waits for the one it names in `after`. */
const CHECKS = [
  { name: "build", command: script("build") },
  { name: "tests", command: [bin("vitest"), "run", "--reporter=dot", ...LONG_TESTS.map(excluded)], after: "build" },
  { name: "types", command: [bin("tsc"), "-p", "."] },
  { name: "format", command: [bin("biome"), "format", "."] },
  { name: "lint", command: [bin("oxlint"), "--type-aware", "--deny-warnings"] },
  { name: "style", command: script("check-style") },
  { name: "layers", command: script("check-layers") },
  { name: "rules", command: script("check-rules") },
  { name: "errors", command: script("check-errors") },
  { name: "api", command: script("check-api") },
  { name: "docs", command: script("check-docs") },
  { name: "unused", command: [bin("knip")] },
  { name: "sizes", command: script("report-sizes") },
  { name: "package", command: script("check-package"), after: "build" },
];

const started = performance.now();
const outcomes = new Map();
const waiting = [...CHECKS];
await Promise.all(Array.from({ length: AT_ONCE }, work));

const failed = CHECKS.filter(({ name }) => !outcomes.get(name));
console.log(
  `${failed.length === 0 ? "ok" : `not ok: ${failed.map(({ name }) => name).join(", ")}`} (${secondsSince(started)})`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

async function work() {
  for (let next = takeReady(); waiting.length > 0 || next; next = takeReady()) {
    if (next) outcomes.set(next.name, await check(next));
    else await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function takeReady() {
  const index = waiting.findIndex(({ after }) => after === undefined || outcomes.has(after));
  return index < 0 ? undefined : waiting.splice(index, 1)[0];
}

async function check({ name, command: [program, ...args] }) {
  const start = performance.now();
  const { status, output } = await run(program, args);
  console.log(`${name.padEnd(8)} ${status === 0 ? "ok    " : "FAILED"} ${secondsSince(start).padStart(7)}`);
  if (status !== 0) console.log(output.trimEnd().replaceAll(/^/gm, "  "));
  return status === 0;
}

function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      shell: process.platform === "win32",
      env: { ...process.env, NO_COLOR: "1" },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? 1, output }));
  });
}

function secondsSince(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
