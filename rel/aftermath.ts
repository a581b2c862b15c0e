import { isDeepStrictEqual } from "node:util";
import type { Ran } from "../test/cli/harness.ts";
import { findLeftovers, type InstalledState, readState } from "../test/faults/installed-state.ts";
import { requireExit, type Stage } from "./lab.ts";

/** How a command ended that met a fault: with success, with an error that says nothing has changed, or otherwise. */
export type Ending = "done" | "refused" | "open";

/**
 * How a command with `--json` says that it ended.
 *
 * @throws for an end that tells nobody what happened
 */
export function endingOf({
  exitCode,
  stdout,
  stderr,
}: Omit<Ran, "exitCode"> & { readonly exitCode: number | null }): Ending {
  if (exitCode === 0) return "done";
  if (exitCode === null || exitCode === 1) throw new Error(`Ended with ${exitCode}\n${stdout}${stderr}`);
  const { code, data } = JSON.parse(stdout).error;
  if (typeof code !== "string") throw new Error(`No error code in ${stdout}`);
  return data?.undone === false ? "open" : "refused";
}

/**
 * Hold an installation to its promises after a command met a fault: the next one finds the old set or the new, and
 * after one more the new set is there and nothing else.
 *
 * @throws when any is broken
 */
export async function requireWhole(stage: Stage, ending: Ending): Promise<void> {
  const { server, scenario, before, after } = stage;
  if (ending === "done") requireState("It was reported done", await readState(server.root), after);
  if (ending === "refused") requireState("It was refused", await readState(server.root), before);
  requireExit(await server.run(["list", "--json"]), 0, ...(before.manifest === undefined ? [2] : []));
  const found = await readState(server.root);
  const isDone = isDeepStrictEqual(found, after);
  if (!isDone) requireState("It is neither set", found, before);
  if (ending !== "open") requireState("The next command undid that", found, ending === "done" ? after : before);
  requireNone("after the next command", await findLeftovers(server.root, { marksAllowed: true }));
  if (!isDone) {
    await scenario.refresh?.(server);
    requireExit(await server.run(scenario.argv), 0);
  }
  requireState("It does not come about", await readState(server.root), after);
  requireExit(await server.run(["verify"]), 0);
  requireNone("in the end", await findLeftovers(server.root, { marksAllowed: isDone }));
}

function requireState(what: string, found: InstalledState, expected: InstalledState): void {
  if (isDeepStrictEqual(found, expected)) return;
  const parts = ["files", "switches", "lockfile", "manifest"] as const;
  const different = parts.filter((part) => !isDeepStrictEqual(found[part], expected[part]));
  const show = (state: InstalledState) => JSON.stringify(different.map((part) => [part, state[part]]));
  throw new Error(`${what}: ${show(found)}\nand not: ${show(expected)}`);
}

function requireNone(when: string, leftovers: readonly string[]): void {
  if (leftovers.length > 0) throw new Error(`Left ${when}: ${leftovers.join(", ")}`);
}
