import { requireWhole } from "./aftermath.ts";
import { type Suite } from "./suite.ts";
import { runSweep } from "./sweep.ts";

export const suite: Suite = {
  name: "kill",
  goal: "kill -9 at every system call by which any command changes a disk leaves the old set or the new one, and the next command tidies up",
  run: (options) =>
    runSweep(
      {
        injectionsFor: () => ["signal=KILL"],
        ciCases: 24,
        check: async (stage, { exitCode, hit }) => {
          if (exitCode !== null && hit !== undefined) throw new Error(`It was not killed and ended with ${exitCode}`);
          await requireWhole(stage, exitCode === 0 ? "done" : "open");
        },
      },
      options,
    ),
};
