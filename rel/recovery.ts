import { isDeepStrictEqual } from "node:util";
import { memoryWorld, startTestPortal } from "../src/testing/index.ts";
import { createTestServer } from "../test/cli/harness.ts";
import { findLeftovers, readState } from "../test/faults/installed-state.ts";
import { buildProgram } from "../test/faults/program.ts";
import { interrupt } from "./interrupt.ts";
import { requireExit } from "./lab.ts";
import { runCases } from "./run-cases.ts";
import type { Scale, Suite } from "./suite.ts";

const MODS: Readonly<Record<Scale, number>> = { ci: 60, full: 500 };
/** Where a change of all mods is cut short, in parts of its moves. */
const CUTS = [0, 0.5, 0.99];

export const suite: Suite = {
  name: "recovery",
  goal: "The first command after a crash finishes or takes back a change of hundreds of mods, in little more time than without",
  run: async ({ scale }) => {
    const count = MODS[scale];
    const names = Array.from({ length: count }, (_, index) => `mod-${index}`);
    const world = memoryWorld();
    for (const name of names) world.mod(name).release("1.0.0");
    const portal = await startTestPortal(world);
    await using program = await buildProgram();
    await using server = await createTestServer({ portal: portal.url });
    const list = () => program.run(["list", "--json"], { cwd: server.root, env: server.env });
    const figures = { mods: count, "ms of a command": 0, "ms more with a recovery, at most": 0 };
    try {
      for (const argv of [["init"], ["add", ...names]]) requireExit(await server.run(argv), 0);
      const tally = await runCases(CUTS, {}, async (part) => {
        await interrupt(server, ["remove", ...names], Math.floor(part * count));
        const [first, second] = [await list(), await list()];
        for (const each of [first, second]) requireExit(each, 0);
        const { files } = await readState(server.root);
        if (!isDeepStrictEqual(files, {})) throw new Error(`${Object.keys(files).length} mods are still there`);
        const left = await findLeftovers(server.root, { marksAllowed: true });
        if (left.length > 0) throw new Error(`Left behind: ${left.slice(0, 5).join(", ")}`);
        const more = "ms more with a recovery, at most";
        figures["ms of a command"] = Math.round(second.ms);
        figures[more] = Math.max(figures[more], Math.round(first.ms - second.ms));
        requireExit(await server.run(["add", ...names]), 0);
      });
      return { ...tally, figures, skipped: [] };
    } finally {
      await portal.close();
    }
  },
};
