import { setFlagsFromString } from "node:v8";

/**
 * How V8 is told, by the line of Node.js it came with, to wait longer before it optimises a function. A command that is over
 * in a tenth of a second never gets back what that costs; a search that takes longer is optimised a moment later.
 */
const PATIENCE: ReadonlyMap<string, string> = new Map([
  ["20", "--interrupt-budget=1000000"],
  ["22", "--invocation-count-for-turbofan=30000"],
  ["24", "--invocation-count-for-turbofan=30000"],
]);

/** Call it when everything is loaded: what Node.js keeps compiled of its own modules is for the flags it was started with. */
export function askForPatience(): void {
  const flag = PATIENCE.get(process.versions.node.replace(/\..*/, ""));
  if (flag !== undefined) setFlagsFromString(flag);
}
