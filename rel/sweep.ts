import { buildProgram, type Program } from "../test/faults/program.ts";
import { seededRandom } from "../test/faults/seeded-random.ts";
import { type Lab, openLab, type Scenario, type Stage } from "./lab.ts";
import { runCases } from "./run-cases.ts";
import { SCENARIOS } from "./scenarios.ts";
import { findPoints, type Injection, type Point, runInjected, type Traced, whyNoStrace } from "./strace.ts";
import type { SuiteOptions, SuiteResult } from "./suite.ts";

/** What is done to the calls, and what must come of it. */
export interface Sweep {
  /** Tried one after the other at every call. */
  injectionsFor(point: Point): readonly Injection[];
  /** @throws when a promise is broken; the stage is as the command left it */
  check(stage: Stage, traced: Traced, program: Program): Promise<void>;
}

interface Case {
  readonly scenario: Scenario;
  readonly point: Point;
  readonly injection: Injection;
}

const CI_COMMANDS = 3;
const CI_CASES = 16;
/** As many as there are cores on a small machine; what runs is mostly strace waiting. */
const AT_ONCE = 2;

/** Meddle with every system call by which any command changes a disk, one at a time. */
export async function runSweep(sweep: Sweep, options: SuiteOptions): Promise<SuiteResult> {
  const reason = whyNoStrace();
  if (reason !== undefined) return { passed: 0, failed: 0, failures: [], figures: {}, skipped: [reason] };
  await using lab = await openLab();
  await using program = await buildProgram();
  const stages = openStages(lab);
  const isSample = options.scale === "ci";
  const scenarios = isSample ? sample(SCENARIOS, CI_COMMANDS, options.seed) : SCENARIOS;
  const cases = await listCases(sweep, { scenarios, stages, program });
  const chosen = isSample ? sample(cases, CI_CASES, options.seed) : cases;
  const figures = { commands: scenarios.length, cases: chosen.length, "met Node's own calls": 0, "came too late": 0 };
  const tally = await runCases(chosen, { ...options, atOnce: AT_ONCE }, async ({ scenario, point, injection }) => {
    await stages.use(scenario, async (stage) => {
      const argv = [...scenario.argv, "--json"];
      const traced = await runInjected({ program, server: stage.server, argv }, point, injection);
      if (traced.isForeign) figures["met Node's own calls"]++;
      else if (traced.hit === undefined && traced.signal === null) figures["came too late"]++;
      if (traced.isForeign) return;
      await sweep.check(stage, traced, program).catch((error: unknown) => {
        const what = `${scenario.name}, ${injection} at ${point.call} ${point.turn}: ${traced.hit}`;
        throw new Error(`${what}\n${error instanceof Error ? error.message : error}`, { cause: error });
      });
    });
  });
  return { ...tally, figures, skipped: [] };
}

interface Stages {
  /** Run something on a fresh copy that nobody else uses. */
  use<T>(scenario: Scenario, action: (stage: Stage) => Promise<T>): Promise<T>;
}

function openStages(lab: Lab): Stages {
  const free = new Map<Scenario, Stage[]>();
  return {
    use: async (scenario, action) => {
      const idle = free.get(scenario) ?? [];
      free.set(scenario, idle);
      const stage = idle.pop() ?? (await lab.open(scenario));
      try {
        await stage.reset();
        return await action(stage);
      } finally {
        idle.push(stage);
      }
    },
  };
}

async function listCases(
  { injectionsFor }: Sweep,
  { scenarios, stages, program }: { scenarios: readonly Scenario[]; stages: Stages; program: Program },
): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const scenario of scenarios) {
    const points = await stages.use(scenario, ({ server }) => findPoints({ program, server, argv: scenario.argv }));
    for (const point of points) {
      for (const injection of injectionsFor(point)) cases.push({ scenario, point, injection });
    }
  }
  return cases;
}

/** So many of them, spread by chance. */
function sample<T>(all: readonly T[], count: number, seed: number): readonly T[] {
  const random = seededRandom(seed);
  return all
    .map((each) => ({ each, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ each }) => each);
}
