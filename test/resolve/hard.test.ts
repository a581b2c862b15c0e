import { describe, expect, it } from "vitest";
import { hardCases, randomWorld } from "../../bench/adversarial.ts";
import { colouring, latinSquare, satisfiability } from "../../bench/hard-puzzles.ts";
import { solveByTrial } from "../../src/resolve/by-trial.ts";
import { startDeadline } from "../../src/resolve/deadline.ts";
import { type Outcome, solveInOrder } from "../../src/resolve/in-order.ts";
import { solve } from "../../src/resolve/index.ts";
import { Search } from "../../src/resolve/search.ts";
import { chosenOf } from "../../src/resolve/solution.ts";

const TIMEOUT_MS = 60_000;
/** Ask for more with ROBOPORT_ORACLE_RUNS. */
const SEEDS = Math.ceil(Number(process.env.ROBOPORT_ORACLE_RUNS ?? 1500) / 150);
const deadline = startDeadline();

/** Those of which it is known by construction whether they have an answer. */
const CASES = hardCases()
  .map((make) => make())
  .filter(({ solvable }) => solvable !== undefined);

function answerOf({ agenda }: Search, outcome: Outcome): readonly string[] | string {
  if (outcome.kind !== "solved") return outcome.kind;
  return chosenOf(agenda.entries).map(({ package: { name }, candidate }) => `${name} ${candidate.version.text}`);
}

describe("requests made to be hard", () => {
  it.each(CASES)(
    "[RES-40] $name",
    ({ request, solvable }) => {
      const answer = solve(request);
      expect(answer.ok).toBe(solvable);
      if (!answer.ok) return expect(answer.undecided).toBe(false);
      expect(answer.stats.exact).toBe(true);
      for (const { name } of request.requirements) expect(answer.picks.has(name), name).toBe(true);
    },
    TIMEOUT_MS,
  );

  it.each([
    ["3-SAT", (seed: number) => satisfiability(12 + (seed % 10), 4 + (seed % 3) / 4, seed)],
    ["colouring", (seed: number) => colouring(12, 24, 3, seed)],
    ["latin squares", (seed: number) => latinSquare(4, seed)],
    ["random worlds", (seed: number) => randomWorld(60, 6, seed)],
  ])(
    "[RES-41] by trial finds the very answer of the search in order: %s",
    (_, make) => {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const { name, request } = make(seed);
        const [inOrder, byTrial] = [new Search(request), new Search(request)];
        const expected = answerOf(inOrder, solveInOrder(inOrder, { deadline }));
        const outcome = solveByTrial(byTrial, { deadline, conflicts: Number.POSITIVE_INFINITY });
        expect(answerOf(byTrial, outcome), name).toEqual(expected);
      }
    },
    TIMEOUT_MS,
  );

  it("[RES-40] ends where a conflict is about a lesson that says all there is to learn", () => {
    expect(solve(latinSquare(4, 38).request)).toMatchObject({ ok: false, undecided: false });
  });
});
