/**
 * Every error code is thrown somewhere and seen by a test, and docs/errors.md says what src/errors.ts says.
 *
 * `--write` brings docs/errors.md up to date.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isTest, listFiles, listSources, readSource, runCheck } from "./source-tree.mjs";

const SOURCE = "src/errors.ts";
const PAGE = "docs/errors.md";
const CODE = /\/\*\*((?:(?!\*\/)[^])+)\*\/\s*([A-Z_]+): (\d+),/g;

const MEANING_OF_EXIT = {
  2: "usage or bad input",
  3: "no solution, no such mod",
  4: "stale or locked out",
  5: "portal or network",
  6: "server running, apply refused",
  7: "credentials",
  130: "interrupted",
};

await runCheck((root) => {
  const codes = readCodes(root);
  const page = formatPage(codes);
  if (process.argv.includes("--write")) writeFileSync(join(root, PAGE), page);
  const sources = textOf(
    root,
    listSources(root).filter((path) => path !== SOURCE),
  );
  const tests = textOf(root, listFiles(root, ["src", "test"], [".ts"]).filter(isTest));
  const faults = [];
  for (const { code } of codes) {
    if (!sources.includes(`"${code}"`)) faults.push(`${SOURCE}: nothing throws ${code}`);
    if (!new RegExp(`\\b${code}\\b`).test(tests)) faults.push(`${SOURCE}: no test sees ${code}`);
  }
  const current = existsSync(join(root, PAGE)) ? readSource(root, PAGE) : "";
  if (current !== page) faults.push(`${PAGE}: differs from ${SOURCE}; run npm run docs`);
  return faults;
});

function readCodes(root) {
  const matches = [...readSource(root, SOURCE).matchAll(CODE)];
  return matches.map(([, comment, code, exit]) => ({ code, meaning: proseOf(comment), exit: Number(exit) }));
}

function proseOf(comment) {
  return comment.replaceAll(/\s*\n\s*\*\s*/g, " ").trim();
}

function textOf(root, paths) {
  return paths.map((path) => readSource(root, path)).join("\n");
}

function formatPage(codes) {
  const exits = [...new Set(codes.map(({ exit }) => exit))].sort((a, b) => a - b);
  const sections = exits.map((exit) => {
    const rows = codes.filter((each) => each.exit === exit).map(({ code, meaning }) => `| \`${code}\` | ${meaning} |`);
    return [`## Exit code ${exit}: ${MEANING_OF_EXIT[exit]}`, "", "| code | meaning |", "|---|---|", ...rows, ""];
  });
  const head = [
    "# Error codes",
    "",
    `Generated from [${SOURCE}](../${SOURCE}) by \`npm run docs\`. A released code keeps its meaning and its exit code.`,
    'With `--json` an error is `{"error": {"code", "message", "hint", "data"}}` on stdout. `INTERNAL`, with exit code 1, is a bug of ours.',
    "",
  ];
  return [...head, ...sections.flat()].join("\n").trimEnd() + "\n";
}
