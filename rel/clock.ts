import { existsSync } from "node:fs";
import { buildProgram } from "../test/faults/program.ts";
import { openLab, requireExit } from "./lab.ts";
import { requireWhole } from "./aftermath.ts";
import { runCases } from "./run-cases.ts";
import { SCENARIOS } from "./scenarios.ts";
import type { Suite } from "./suite.ts";

const FAKETIME = "/usr/bin/faketime";
/** The day a file system knows first, the last ones of 32 bits, a day long gone, and a clock that runs too fast. */
const CLOCKS = ["@1970-01-02 00:00:00", "@2038-01-20 00:00:00", "@2106-02-08 00:00:00", "-30y", "+0 x5"];

export const suite: Suite = {
  name: "clock",
  goal: "A clock that is wrong or runs too fast changes nothing about what a command does",
  run: async (options) => {
    if (!existsSync(FAKETIME)) {
      return { passed: 0, failed: 0, failures: [], figures: {}, skipped: [`${FAKETIME} is not here`] };
    }
    await using lab = await openLab();
    await using program = await buildProgram();
    const scenarios = options.scale === "ci" ? SCENARIOS.filter(({ name }) => name === "add") : SCENARIOS;
    const cases = scenarios.flatMap((scenario) => CLOCKS.map((clock) => ({ scenario, clock })));
    const tally = await runCases(cases, options, async ({ scenario, clock }) => {
      const stage = await lab.open(scenario);
      await stage.reset();
      const { server } = stage;
      const through = [FAKETIME, "-f", clock];
      requireExit(await program.run(scenario.argv, { cwd: server.root, env: server.env, through }), 0);
      await requireWhole(stage, "done");
    });
    return { ...tally, figures: { clocks: CLOCKS.length, commands: scenarios.length }, skipped: [] };
  },
};
