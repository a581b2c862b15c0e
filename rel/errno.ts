import { endingOf, requireWhole } from "./aftermath.ts";
import type { Suite } from "./suite.ts";
import { runSweep } from "./sweep.ts";

const ERRNOS = ["ENOSPC", "EIO", "EINTR", "EACCES", "EMFILE", "EXDEV"];
/** Bytes that a write claims to have written, and has not. */
const SHORT = "retval=7";

export const suite: Suite = {
  name: "errno",
  goal: "An error of the system at any call that changes a disk ends as success with the new set or as a typed error with the old one, never as success with damage",
  run: (options) =>
    runSweep(
      {
        injectionsFor: ({ call }) => [...ERRNOS.map((errno) => `error=${errno}`), ...(call === "write" ? [SHORT] : [])],
        ciCases: 40,
        check: async (stage, traced) => requireWhole(stage, endingOf(traced)),
      },
      options,
    ),
};
