import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { formatStamp, lookOf, STAMP_FILE } from "../src/plan/stamp.ts";
import { type Comparison, comparePaired, type Contender, countSystemCalls } from "./paired.ts";

/** Start-up against an empty Node.js: `--version`, and `install` where nothing has to be done. */
const ROUNDS = Number(process.argv[2] ?? 15);
const QUIET_MIN = 5;
const GOALS: Readonly<Record<string, number>> = {
  "--version": 1.25,
  "install, 200 mods": 1.35,
  "install, 600 mods": 1.6,
};

const entry = resolve("dist/cli/roboport.cjs");
const scratch = mkdtempSync(join(tmpdir(), "roboport-start-"));
try {
  const reference: Contender = { name: "node -e 0", command: [process.execPath, "-e", "0"] };
  const contenders: readonly Contender[] = [
    { name: "--version", command: [process.execPath, entry, "--version"] },
    ...[200, 600].map((mods) => satisfiedInstall(mods)),
    { name: "--help", command: [process.execPath, entry, "--help"] },
  ];
  const { comparisons, quietRounds } = comparePaired({ reference, contenders, rounds: ROUNDS });
  const hasVerdict = quietRounds >= QUIET_MIN;
  console.log(`${quietRounds} of ${ROUNDS} rounds were quiet${hasVerdict ? "" : ": no verdict, the machine is busy"}`);
  for (const comparison of comparisons) console.log(formatComparison(comparison, hasVerdict));
  console.log("system calls");
  for (const contender of [reference, ...contenders]) {
    console.log(`${contender.name.padEnd(20)} ${countSystemCalls(contender) ?? "strace is not here"}`);
  }
} finally {
  rmSync(scratch, { recursive: true });
}

function formatComparison({ name, min, median, p90, ratio }: Comparison, hasVerdict: boolean): string {
  const times = [min, median, p90].map((time) => time.toFixed(1).padStart(7)).join(" ");
  const goal = GOALS[name];
  const verdict = hasVerdict ? (ratio <= (goal ?? ratio) ? " met" : " MISSED") : "";
  const against = goal === undefined ? "" : `  goal ${goal.toFixed(2)}${verdict}`;
  return `${name.padEnd(20)} min/median/p90 ${times} ms  × node ${ratio.toFixed(2)}${against}`;
}

/** An installation of small files whose stamp says that it is as it was left. */
function satisfiedInstall(count: number): Contender {
  const root = join(scratch, String(count));
  mkdirSync(join(root, "mods"), { recursive: true });
  mkdirSync(join(root, ".roboport"));
  for (let at = 0; at < count; at++) writeFileSync(join(root, "mods", `mod-number-${at}_1.2.${at}.zip`), "zip");
  for (const file of ["roboport.json", "roboport.lock", "mods/mod-list.json"]) writeFileSync(join(root, file), "{}");
  const looks = (folder: string, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, lookOf(statSync(join(folder, name)))]));
  const stamp = formatStamp({
    modsDir: "mods",
    files: looks(root, ["roboport.json", "roboport.lock"]),
    mods: looks(join(root, "mods"), readdirSync(join(root, "mods"))),
    summary: { mods: count, factorio: "2.0.60" },
  });
  writeFileSync(join(root, STAMP_FILE), stamp);
  return { name: `install, ${count} mods`, command: [process.execPath, entry, "install"], cwd: root };
}
