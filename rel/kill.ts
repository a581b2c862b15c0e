import { requireWhole } from "./aftermath.ts";
import type { Suite } from "./suite.ts";
import { runSweep } from "./sweep.ts";

export const suite: Suite = {
  name: "kill",
  goal: "kill -9 at every system call by which any command changes a disk leaves the old set or the new one, and the next command tidies up",
  run: (options) =>
    runSweep(
      {
        injectionsFor: () => ["signal=KILL"],
        check: async (stage, { exitCode }) => requireWhole(stage, exitCode === 0 ? "done" : "open"),
      },
      options,
    ),
};
