import { describe, expect, it } from "vitest";
import { answerOf, requestOf } from "../../test/scenarios/scenario.ts";
import type { SolveRequest } from "./request.ts";
import { solve } from "./solve.ts";

/** Eight mods and seven places that are for one mod each; only the first mod has a release that needs none. */
function crowded(): SolveRequest {
  const places = [1, 2, 3, 4, 5, 6, 7];
  const names = [...places, 8];
  const guest = (name: number) =>
    Object.fromEntries(places.map((place) => [`${place}.0.0`, [`place-${place} = ${name}.0.0`]]));
  const guests = Object.fromEntries(names.map((name) => [`guest-${name}`, guest(name)]));
  const place = Object.fromEntries(names.map((name) => [`${name}.0.0`, []]));
  return requestOf({
    game: "2.0.60",
    mods: {
      ...guests,
      "guest-1": { ...guests["guest-1"], "0.1.0": [] },
      ...Object.fromEntries(places.map((each) => [`place-${each}`, place])),
    },
    ask: names.map((name) => `guest-${name}`),
  });
}

/** Clauses that each need one of three random variables to be on or off: as hard as so many variables get. */
function puzzle(): SolveRequest {
  const [variables, clauses] = [60, 246];
  let state = 3;
  const below = (count: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * count);
  };
  const literal = () => [`variable-${below(variables)} = ${1 + below(2)}.0.0`];
  const names = Array.from({ length: clauses }, (_, at) => `clause-${at}`);
  const variable = { "1.0.0": [], "2.0.0": [] };
  const entries = [
    ...Array.from({ length: variables }, (_, at) => [`variable-${at}`, variable] as const),
    ...names.map((name) => [name, { "1.0.0": literal(), "2.0.0": literal(), "3.0.0": literal() }] as const),
  ];
  return requestOf({ game: "2.0.60", mods: Object.fromEntries(entries), ask: names });
}

/** Solve while a clock ticks once per look at it. */
function solveInTicks(request: SolveRequest, budgetMs: number) {
  let ticks = 0;
  return solve({ ...request, limits: { budgetMs, now: () => ticks++ } });
}

describe("the budget of time", () => {
  const request = crowded();
  const best = solve(request);

  it("[RES-46] has no limit without a clock", () => {
    expect(best).toMatchObject({ ok: true, stats: { exact: true } });
    expect(answerOf(best).picks?.["guest-1"]).toBe("0.1.0");
  });

  it("[RES-46] [SAY-9] is undecided when time is over before there is any answer", () => {
    const answer = solveInTicks(request, 100);
    expect(answer).toMatchObject({ ok: false, undecided: true, suggestions: [] });
    const [over, most, ...lessons] = answerOf(answer).no ?? [];
    expect(over).toMatch(/^The time was over after \d+ conflicts, with no answer and no proof that there is none\.$/);
    expect(most).toMatch(/^Most conflicts are among the releases of (guest|place)-\d, .+\.$/);
    expect(lessons).not.toEqual([]);
    for (const lesson of lessons) expect(lesson).toMatch(/^With what you ask for, (guest|place)-\d .+\.$/);
  });

  it("[RES-46] [FIND-7] marks an answer that was not proved to be the preferred one, and no other", () => {
    const hard = puzzle();
    let ticks = 0;
    const exact = solve({ ...hard, limits: { budgetMs: 1e9, now: () => ticks++ } });
    expect(exact).toMatchObject({ ok: true, findings: [], stats: { exact: true } });
    expect(solveInTicks(hard, 0.5 * ticks)).toMatchObject({ ok: false, undecided: true });
    const early = solveInTicks(hard, 0.95 * ticks);
    expect(early).toMatchObject({ ok: true, findings: [{ rule: "FIND-7" }], stats: { exact: false } });
    for (const { name } of hard.requirements) expect(early.ok && early.picks.has(name), name).toBe(true);
  });
});
