import { describe, expect, it } from "vitest";
import { hardCases } from "../../bench/adversarial.ts";
import { solve } from "../../src/resolve/index.ts";

const TIMEOUT_MS = 60_000;

/** Those of which it is known by construction whether they have an answer. */
const CASES = hardCases()
  .map((make) => make())
  .filter(({ solvable }) => solvable !== undefined);

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
});
