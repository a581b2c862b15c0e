import { readFile } from "node:fs/promises";
import { writeAtomic } from "../src/store/atomic-file.ts";
import { nodeFileSystem, unlessErrno } from "../src/store/file-system.ts";
import { makeFolder } from "../src/store/ownership.ts";
import type { Scale, SuiteResult } from "./suite.ts";

const RESULTS = "out/reliability.json";
const REPORT = "docs/reliability.md";

/** What is kept of the last run of a suite. */
export interface KeptResult extends Omit<SuiteResult, "failures"> {
  readonly name: string;
  readonly goal: string;
  readonly seed: number;
  readonly scale: Scale;
  readonly seconds: number;
  /** ISO 8601 day. */
  readonly day: string;
  /** Node.js and kernel. */
  readonly on: string;
}

/** The last results of all suites, none where none have run. */
export async function readResults(): Promise<readonly KeptResult[]> {
  const text = await unlessErrno(["ENOENT"], readFile(RESULTS, "utf8"));
  return text === undefined ? [] : JSON.parse(text).suites;
}

/** Keep results; a later one of the same suite and scale takes the place of the earlier. */
export async function writeResults(results: readonly KeptResult[]): Promise<void> {
  const latest = [...new Map(results.map((each) => [`${each.name} ${each.scale}`, each])).values()];
  await makeFolder(nodeFileSystem, "out");
  await writeAtomic(RESULTS, `${JSON.stringify({ suites: latest }, null, 2)}\n`);
}

/** Write the page about these suites from their last whole runs. */
export async function writeReport(names: readonly string[]): Promise<void> {
  const results = (await readResults()).filter(({ scale }) => scale === "full");
  const known = names.flatMap((name) => results.filter((each) => each.name === name));
  await writeAtomic(REPORT, formatReport(known));
}

/** The page, with the results it was made from, so that nobody types a number. */
export function formatReport(results: readonly KeptResult[]): string {
  return [
    HEAD,
    "| suite | cases that held | broken |",
    "|---|---:|---:|",
    ...results.map(
      ({ name, passed, failed }) => `| [${name}](#${name}) | ${formatNumber(passed)} | ${formatNumber(failed)} |`,
    ),
    "",
    ...results.flatMap(formatSuite),
    LIMITS,
    `<!-- made from ${JSON.stringify(results).replaceAll("-->", "")} -->`,
    "",
  ].join("\n");
}

/** The results a page was made from. */
export function findResults(page: string): readonly KeptResult[] | undefined {
  const [, text] = /^<!-- made from (.*) -->$/m.exec(page) ?? [];
  return text === undefined ? undefined : JSON.parse(text);
}

function formatSuite(result: KeptResult): readonly string[] {
  const { name, goal, passed, failed, figures, skipped, seconds, seed, scale, day, on } = result;
  const numbers = Object.entries(figures).map(([what, count]) => `| ${what} | ${formatNumber(count)} |`);
  return [
    `## ${name}`,
    "",
    `${goal}.`,
    "",
    "| what | how many |",
    "|---|---:|",
    `| cases that held | ${formatNumber(passed)} |`,
    `| broken | ${formatNumber(failed)} |`,
    ...numbers,
    "",
    ...skipped.map((reason) => `Not tried there: ${reason}\n`),
    `\`npm run rel -- ${name} --seed ${seed} --scale ${scale}\` (${day}, ${formatNumber(Math.round(seconds))} s, ${on})`,
    "",
  ];
}

function formatNumber(value: number): string {
  return value.toLocaleString("en-US");
}

const HEAD = `# Reliability: what was tried to break it

This page is written by \`npm run rel\` from \`out/reliability.json\`; no number on it was typed. Each suite makes one promise
and tries to break it. \`npm test\` runs a sample of every suite, \`npm run rel\` all of them.

\`\`\`
npm run rel                                   every suite in full, for an hour or so, then this page
npm run rel -- kill power --scale ci          some of them, a sample
npm run rel -- bitrot --seed 7 --case 12      one case again
\`\`\`

A seed gives the same cases in the same order. Suites that need root, \`strace\`, \`faketime\` or a file system that is not
there say so, and are not counted.
`;

const LIMITS = `## What this does not prove

- A power cut is simulated: the file system is shut down between two of its writes, and the disk below it keeps what it was
  given. A disk that lies about what it has written can lose the last changes that were reported done; what is lost then is
  found out by its digests (\`roboport verify\`), not prevented.
- \`crash\` models disks that lose or keep whole names and whole, half, zeroed or no bytes. A disk that writes other bytes
  than it was given is the subject of \`bitrot\`.
- \`kill\` and \`errno\` meddle with system calls on Linux. Windows and macOS have other calls; what differs there is tested
  as far as one seam in the code reaches (\`src/store/file-system.ts\`), not on those systems.
- Two processes are kept apart by a lock that the kernel gives back when its holder ends. On file systems that are shared
  by several machines it can tell that another machine holds it, not whether that machine still lives.
- A bit that flips in \`roboport.json\`, \`mod-list.json\` or \`mod-settings.dat\`, which people and the game write, is seen only
  where it makes no sense any more.
- SHA-1 is the only digest the official portal publishes: whoever can forge that can forge a first download. From then on
  SHA-256 in the lockfile counts.
`;
