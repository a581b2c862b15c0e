import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SolveRequest } from "../../src/resolve/index.ts";
import { solve } from "../../src/resolve/index.ts";
import { solveByTrial } from "../../src/resolve/by-trial.ts";
import { startDeadline } from "../../src/resolve/deadline.ts";
import { type Outcome, solveInOrder } from "../../src/resolve/in-order.ts";
import { Search } from "../../src/resolve/search.ts";
import { chosenOf, loadOrderOf, picksOf } from "../../src/resolve/solution.ts";
import { bestOf } from "./oracle.ts";
import { requests } from "./requests.ts";

/** Ask for more with ROBOPORT_ORACLE_RUNS. */
const RUNS = Number(process.env.ROBOPORT_ORACLE_RUNS ?? 1500);
const deadline = startDeadline();

/** The answer of a search, by name, or undefined for none. */
type Answer = Readonly<Record<string, string>> | undefined;

function answerOf(search: Search, outcome: Outcome): Answer {
  if (outcome.kind !== "solved") return undefined;
  const chosen = chosenOf(search.agenda.entries);
  return named(picksOf(chosen, loadOrderOf(chosen).names));
}

function named(picks: ReadonlyMap<string, { readonly version: { readonly text: string } }>): Answer {
  return Object.fromEntries([...picks].map(([name, { version }]): [string, string] => [name, version.text]).sort());
}

function expectOracle(answer: (request: SolveRequest) => Answer): void {
  let solvable = 0;
  fc.assert(
    fc.property(requests, (request) => {
      const best = bestOf(request);
      if (best) solvable++;
      expect(answer(request)).toEqual(best && Object.fromEntries([...best].sort()));
    }),
    { numRuns: RUNS },
  );
  expect(solvable).toBeGreaterThan(RUNS / 10);
}

describe("against every possible set of releases", () => {
  it("[RES-40] solve finds an answer exactly when there is one, and the preferred one", () => {
    expectOracle((request) => {
      const answer = solve(request);
      return answer.ok ? named(answer.picks) : undefined;
    });
  });

  it.each([0, 1, Number.POSITIVE_INFINITY])("[RES-41] in order, jumping back %d levels at most", (jumpMax) => {
    expectOracle((request) => {
      const search = new Search(request);
      return answerOf(search, solveInOrder(search, { deadline, jumpMax }));
    });
  });

  it("[RES-41] by trial", () => {
    expectOracle((request) => {
      const search = new Search(request);
      const conflicts = Number.POSITIVE_INFINITY;
      return answerOf(search, solveByTrial(search, { deadline, conflicts }));
    });
  });

  it("[RES-41] in order and by trial in turn", () => {
    expectOracle((request) => {
      const search = new Search(request);
      for (;;) {
        const inOrder = solveInOrder(search, { deadline, conflicts: 0 });
        if (inOrder.kind !== "stopped") return answerOf(search, inOrder);
        const byTrial = solveByTrial(search, { deadline, conflicts: 0 });
        if (byTrial.kind !== "stopped") return answerOf(search, byTrial);
        search.backtrack(0);
      }
    });
  });
});
