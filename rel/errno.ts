import { endingOf, requireWhole } from "./aftermath.ts";
import type { Suite } from "./suite.ts";
import { runSweep } from "./sweep.ts";

/** Bytes that a call claims to have written, and has not. */
const SHORT = "retval=7";
const COPYING = ["write", "copy_file_range"];
const DEFAULT = ["EIO", "EACCES"];

/** What each call may answer; a signal, too, may interrupt those that wait for the disk. */
const ERRNOS: Readonly<Record<string, readonly string[]>> = {
  openat: ["ENOSPC", "EIO", "EINTR", "EACCES", "EMFILE"],
  write: ["ENOSPC", "EIO", "EINTR"],
  copy_file_range: ["ENOSPC", "EIO", "EINTR", "EXDEV"],
  fsync: ["ENOSPC", "EIO", "EINTR"],
  rename: ["ENOSPC", "EIO", "EACCES", "EXDEV"],
  link: ["ENOSPC", "EIO", "EACCES", "EXDEV"],
  mkdir: ["ENOSPC", "EIO", "EACCES"],
  bind: ["ENOSPC", "EIO", "EACCES"],
  ioctl: ["EIO", "EXDEV"],
};

export const suite: Suite = {
  name: "errno",
  goal: "An error of the system at any call that changes a disk ends as success with the new set or as a typed error with the old one, never as success with damage",
  run: (options) =>
    runSweep(
      {
        injectionsFor: ({ call }) => [
          ...(ERRNOS[call] ?? DEFAULT).map((errno) => `error=${errno}`),
          ...(COPYING.includes(call) ? [SHORT] : []),
        ],
        check: async (stage, traced) => requireWhole(stage, endingOf(traced)),
      },
      options,
    ),
};
