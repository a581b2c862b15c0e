import { isDeepStrictEqual } from "node:util";
import { startTestPortal } from "../src/testing/index.ts";
import { createTestServer, type TestServer } from "../test/cli/harness.ts";
import { findLeftovers, type InstalledState, readState } from "../test/faults/installed-state.ts";
import { buildProgram, type Program } from "../test/faults/program.ts";
import { type Random, seededRandom } from "../test/faults/seeded-random.ts";
import { labWorld, requireExit } from "./lab.ts";
import { type DiskKind, type LoopDisk, openLoopDisk, whyNoLoopDisk } from "./loop-disk.ts";
import { runCases } from "./run-cases.ts";
import type { Scale, Suite, SuiteOptions, SuiteResult } from "./suite.ts";

const CUTS: Readonly<Record<Scale, number>> = { ci: 4, full: 60 };

export const suite: Suite = {
  name: "power",
  goal: "After a power cut on ext4 or XFS the old set or the new one is there, whole, and no change that was reported done is lost",
  run: async (options) => {
    const results: SuiteResult[] = [];
    for (const kind of ["ext4", "xfs"] as const) results.push(await cutPower(kind, options));
    const sum = (key: "passed" | "failed") => results.reduce((total, each) => total + each[key], 0);
    return {
      passed: sum("passed"),
      failed: sum("failed"),
      failures: results.flatMap(({ failures }) => failures),
      figures: Object.assign({}, ...results.map(({ figures }) => figures)),
      skipped: results.flatMap(({ skipped }) => skipped),
    };
  },
};

async function cutPower(kind: DiskKind, options: SuiteOptions): Promise<SuiteResult> {
  const reason = whyNoLoopDisk(kind);
  if (reason !== undefined) return { passed: 0, failed: 0, failures: [], figures: {}, skipped: [reason] };
  const portal = await startTestPortal(labWorld());
  await using program = await buildProgram();
  await using disk = openLoopDisk(kind);
  try {
    const server = await serverOn(disk, portal.url);
    const trial = { disk, server, program, random: seededRandom(options.seed), ...(await measure(server, program)) };
    disk.sync();
    let [present, cuts, finished] = [0, 0, 0];
    // Each goes on from what the one before left, so that none can be had alone.
    const tally = await runCases(Array.from({ length: CUTS[options.scale] }), {}, async () => {
      const cut = await cutOnce(trial, present);
      present = await findSet(trial, cut);
      cuts++;
      if (present === cut.next) finished++;
    });
    const figures = { [`${kind} cuts`]: cuts, [`${kind} cuts that left the next set`]: finished };
    return { ...tally, figures, skipped: [] };
  } finally {
    await portal.close();
  }
}

/** The folders of a server are made where temporary ones are. */
async function serverOn({ folder }: LoopDisk, portal: string): Promise<TestServer> {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  try {
    return await createTestServer({ portal });
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}

/** What leads from each set to the other. */
const WAYS = [
  ["add", "wanted", "other"],
  ["remove", "wanted", "other"],
] as const;

interface Trial {
  readonly disk: LoopDisk;
  readonly server: TestServer;
  readonly program: Program;
  readonly random: Random;
  /** The sets, by the number of the way that leads from them. */
  readonly sets: readonly InstalledState[];
  /** Milliseconds that a change takes. */
  readonly ms: number;
}

async function measure(server: TestServer, program: Program): Promise<Pick<Trial, "sets" | "ms">> {
  const sets: InstalledState[] = [];
  let ms = 0;
  for (const argv of [["init"], ["add", "settled@1.0.0"], ...WAYS, ...WAYS]) {
    if (argv === WAYS[0] || argv === WAYS[1]) sets[WAYS.indexOf(argv)] = await readState(server.root);
    const ended = await program.run(argv, { cwd: server.root, env: server.env });
    requireExit(ended, 0);
    ms = Math.max(ms, ended.ms);
  }
  return { sets, ms };
}

interface Cut {
  /** The set of the last change that was reported done. */
  readonly acknowledged: number;
  /** The set of the change under way, the same when there was none. */
  readonly next: number;
}

/** Change back and forth until the power fails. */
async function cutOnce({ disk, server, program, random, ms }: Trial, present: number): Promise<Cut> {
  const cut = await disk.arm();
  let isCut = false;
  const moment = new Promise<void>((resolve) => setTimeout(resolve, random() * 2 * ms)).then(() => {
    isCut = true;
    return cut();
  });
  for (let from = present; ; from = 1 - from) {
    const run = program.start([...(WAYS[from] ?? [])], { cwd: server.root, env: server.env });
    const ended = await Promise.race([run.ended, moment]);
    if (ended && !isCut) {
      requireExit(ended, 0);
      continue;
    }
    run.kill("SIGKILL");
    await run.ended;
    await moment;
    disk.restart();
    return { acknowledged: from, next: 1 - from };
  }
}

/** @throws when it is none that may be there, or not whole */
async function findSet({ server, program, sets }: Trial, { acknowledged, next }: Cut): Promise<number> {
  // Not in this process: a lock of it that comes back with the disk would be taken for a living one.
  const run = (...argv: readonly string[]) => program.run(argv, { cwd: server.root, env: server.env });
  requireExit(await run("list"), 0);
  const found = await readState(server.root);
  const set = [acknowledged, next].find((each) => isDeepStrictEqual(found, sets[each]));
  if (set === undefined) throw new Error(`Neither the acknowledged set nor the next one: ${JSON.stringify(found)}`);
  requireExit(await run("verify"), 0);
  requireExit(await run("cache", "verify"), 0);
  const left = await findLeftovers(server.root, { marksAllowed: true });
  if (left.length > 0) throw new Error(`Left behind: ${left.join(", ")}`);
  return set;
}
