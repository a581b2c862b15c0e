import { readFile } from "node:fs/promises";
import { writeAtomic } from "../src/store/atomic-file.ts";
import { makeFolder } from "../src/store/ownership.ts";
import { nodeFileSystem, unlessErrno } from "../src/store/file-system.ts";
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
}

/** The last results of all suites, none where none have run. */
export async function readResults(): Promise<readonly KeptResult[]> {
  const text = await unlessErrno(["ENOENT"], readFile(RESULTS, "utf8"));
  return text === undefined ? [] : JSON.parse(text).suites;
}

/** Keep results; a later one of the same suite takes the place of the earlier. */
export async function writeResults(results: readonly KeptResult[]): Promise<void> {
  const latest = [...new Map(results.map((each) => [each.name, each])).values()];
  await makeFolder(nodeFileSystem, "out");
  await writeAtomic(RESULTS, `${JSON.stringify({ suites: latest }, null, 2)}\n`);
}

export async function writeReport(): Promise<void> {
  await writeAtomic(REPORT, "");
}
