import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { memoryWorld, startTestPortal } from "../src/testing/index.ts";
import { createTestServer } from "../test/cli/harness.ts";
import { findLeftovers, readState } from "../test/faults/installed-state.ts";
import { buildProgram, type Program } from "../test/faults/program.ts";
import { type Random, seededRandom } from "../test/faults/seeded-random.ts";
import { openLab, requireExit, type Stage } from "./lab.ts";
import { runCases } from "./run-cases.ts";
import { SCENARIOS } from "./scenarios.ts";
import { findPoints, holdAt, type Point, runInjected, whyNoStrace } from "./strace.ts";
import type { Scale, Suite, SuiteOptions, SuiteResult } from "./suite.ts";

/** How many processes at once, and how many commands each of them runs. */
const CROWD: Readonly<Record<Scale, readonly [processes: number, commands: number]>> = { ci: [8, 3], full: [32, 10] };
/** Moments at which a change is stopped, and at which one is killed. */
const MOMENTS: Readonly<Record<Scale, number>> = { ci: 4, full: 40 };

export const suite: Suite = {
  name: "concurrent",
  goal: "Of any number of processes one at a time changes an installation, also when the one with the lock is stopped and goes on; the lock of a killed one is free at once",
  run: async (options) => {
    const [crowd, stopped] = [await runCrowd(options), await runStopped(options)];
    return {
      passed: crowd.passed + stopped.passed,
      failed: crowd.failed + stopped.failed,
      failures: [...crowd.failures, ...stopped.failures],
      figures: { ...crowd.figures, ...stopped.figures },
      skipped: stopped.skipped,
    };
  },
};

/** Each process adds and removes a mod of its own: in the end each mod is what the last command that succeeded says. */
async function runCrowd({ seed, scale }: SuiteOptions): Promise<SuiteResult> {
  const [processes, commands] = CROWD[scale];
  const names = Array.from({ length: processes }, (_, index) => `mine-${index}`);
  const world = memoryWorld();
  for (const name of names) world.mod(name).release("1.0.0");
  const portal = await startTestPortal(world);
  await using program = await buildProgram();
  await using server = await createTestServer({ portal: portal.url });
  const figures = { "processes at once": processes, "commands in a crowd": 0, "turned away": 0 };
  try {
    requireExit(await server.run(["init"]), 0);
    const random = seededRandom(seed);
    const lives = names.map((name) => ({ name, chance: seededRandom(Math.floor(random() * 2 ** 31)) }));
    const expected: string[] = [];
    const crowd = await runCases(lives, { atOnce: processes }, async ({ name, chance }) => {
      if (await live(name, chance)) expected.push(name);
    });
    const end = await runCases([expected], {}, async () => {
      const { mods } = JSON.parse(await readFile(join(server.root, "roboport.json"), "utf8"));
      requireEqual("roboport.json", Object.keys(mods ?? {}).sort(), [...expected].sort());
      const { files } = await readState(server.root);
      requireEqual("the mods folder", Object.keys(files).sort(), expected.map((name) => `${name}_1.0.0.zip`).sort());
      requireExit(await server.run(["verify"]), 0);
      requireEqual("what is left", await findLeftovers(server.root), []);
    });
    return {
      passed: crowd.passed + end.passed,
      failed: crowd.failed + end.failed,
      failures: [...crowd.failures, ...end.failures],
      figures,
      skipped: [],
    };
  } finally {
    await portal.close();
  }

  /** @returns whether its mod is there in the end */
  async function live(name: string, random: Random): Promise<boolean> {
    let isThere = false;
    for (let turn = 0; turn < commands; turn++) {
      const argv = random() < 0.6 ? ["add", name] : ["remove", name];
      const { exitCode, stdout, stderr } = await program.run(argv, { cwd: server.root, env: server.env });
      figures["commands in a crowd"]++;
      // 3: the mod to be removed is not there. 4: somebody else was at it.
      requireExit({ exitCode, stdout, stderr }, 0, 4, ...(argv[0] === "remove" && !isThere ? [3] : []));
      if (exitCode === 4) figures["turned away"]++;
      if (exitCode === 0) isThere = argv[0] === "add";
    }
    return isThere;
  }
}

function requireEqual(what: string, found: readonly string[], expected: readonly string[]): void {
  if (!isDeepStrictEqual(found, expected)) throw new Error(`In ${what}: ${found.join()}, and not: ${expected.join()}`);
}

/** Stop a process in the middle of its change, and kill one there. */
async function runStopped(options: SuiteOptions): Promise<SuiteResult> {
  const reason = whyNoStrace();
  if (reason !== undefined) return { passed: 0, failed: 0, failures: [], figures: {}, skipped: [reason] };
  await using lab = await openLab();
  await using program = await buildProgram();
  const scenario = SCENARIOS.find(({ name }) => name === "remove");
  if (!scenario) throw new Error("There is no such scenario");
  const stage = await lab.open(scenario);
  await stage.reset();
  const tracing = { program, server: stage.server, argv: scenario.argv };
  const moves = (await findPoints(tracing)).filter(({ call }) => call === "rename");
  const random = seededRandom(options.seed);
  const moments = Array.from({ length: MOMENTS[options.scale] }, () => moves[Math.floor(random() * moves.length)]);
  const figures = { "stopped with the lock": 0, interleavings: 0, "ms until a killed one's lock was taken": 0 };
  const tally = await runCases(moments, {}, async (point = { call: "rename", turn: 1 }) => {
    await stage.reset();
    if (await intrudeOn(stage, { program, point })) figures.interleavings++;
    figures["stopped with the lock"]++;
    await stage.reset();
    await runInjected(tracing, point, "signal=KILL");
    const start = performance.now();
    requireExit(await stage.server.run(["add", "other"]), 0);
    const ms = Math.round(performance.now() - start);
    const slowest = "ms until a killed one's lock was taken";
    figures[slowest] = Math.max(figures[slowest], ms);
  });
  return { ...tally, figures, skipped: [] };
}

/** @returns true when another process changed something while one was stopped in the middle */
async function intrudeOn(stage: Stage, { program, point }: { program: Program; point: Point }): Promise<boolean> {
  const { server, scenario, after } = stage;
  const held = await holdAt({ program, server, argv: scenario.argv }, point);
  const hasLock = existsSync(join(server.root, ".roboport/lock.json"));
  const before = await readState(server.root);
  const intruder = await program.run(["disable", "other"], { cwd: server.root, env: server.env });
  const isChanged = !isDeepStrictEqual(await readState(server.root), before);
  requireExit(await held.goOn(), 0);
  if (hasLock) requireExit(intruder, 4);
  if (hasLock && !isDeepStrictEqual(await readState(server.root), after))
    throw new Error("The change did not come about");
  return hasLock && isChanged;
}
