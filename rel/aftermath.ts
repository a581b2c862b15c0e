import { isDeepStrictEqual } from "node:util";
import { findLeftovers, type InstalledState, readState } from "../test/faults/installed-state.ts";
import { requireExit, type Stage } from "./lab.ts";

/** How a command ended that met a fault. */
export type Ending = "done" | "refused" | "killed";

/**
 * Hold an installation to its promises after a command met a fault: the next one finds the old set or the new, and
 * after one more the new set is there and nothing else.
 *
 * @throws when any is broken
 */
export async function requireWhole(stage: Stage, ending: Ending): Promise<void> {
  const { server, scenario, before, after } = stage;
  if (ending === "done") requireState("It was reported done", await readState(server.root), after);
  requireExit(await server.run(["list", "--json"]), 0, ...(before.manifest === undefined ? [2] : []));
  const found = await readState(server.root);
  const isDone = isDeepStrictEqual(found, after);
  if (!isDone) requireState(`It ${ending === "done" ? "was reported done" : "is neither set"}`, found, before);
  requireNone("after the next command", await findLeftovers(server.root, { marksAllowed: true }));
  if (!isDone) requireExit(await server.run(scenario.argv), 0);
  requireState("It does not come about", await readState(server.root), after);
  requireExit(await server.run(["verify"]), 0);
  requireNone("in the end", await findLeftovers(server.root, { marksAllowed: isDone }));
}

function requireState(what: string, found: InstalledState, expected: InstalledState): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(`${what}: ${JSON.stringify(found)}\nand not: ${JSON.stringify(expected)}`);
}

function requireNone(when: string, leftovers: readonly string[]): void {
  if (leftovers.length > 0) throw new Error(`Left ${when}: ${leftovers.join(", ")}`);
}
