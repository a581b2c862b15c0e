import { RoboportError } from "../errors.ts";
import { switchFlag, valueFlag } from "./command.ts";

/** Options of every command that may ask a portal and change the installation. */
export const networkFlags = {
  offline: switchFlag("Ask nothing over the network; use what is in store and cache"),
  jobs: valueFlag("N", "Downloads at the same time, up to 8 (default 4, as the game)", parseJobs),
  breakLock: switchFlag("Take over from a process on another machine that cannot be asked whether it lives"),
} as const;

/** Connections that are polite to one server. */
const JOBS_MAX = 8;

/** @throws {RoboportError} `USAGE` */
function parseJobs(text: string): number {
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= JOBS_MAX) return jobs;
  throw new RoboportError("USAGE", `Cannot use --jobs ${text.slice(0, 20)}`, {
    hint: `Give a number from 1 to ${JOBS_MAX}.`,
  });
}
