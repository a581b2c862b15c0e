import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findModel } from "./sat.ts";

const VARIABLES = 7;

type Clauses = readonly (readonly number[])[];

const literal = fc.tuple(fc.integer({ min: 1, max: VARIABLES }), fc.boolean()).map(([v, on]) => (on ? v : -v));
const clauses = fc.array(fc.array(literal, { minLength: 1, maxLength: 3 }), { maxLength: 40 });

function holds(model: readonly boolean[], all: Clauses): boolean {
  return all.every((clause) => clause.some((each) => model[Math.abs(each)] === each > 0));
}

function hasModel(all: Clauses): boolean {
  const models = Array.from({ length: 2 ** VARIABLES }, (_, bits) =>
    Array.from({ length: VARIABLES + 1 }, (_each, at) => at > 0 && (bits & (1 << (at - 1))) !== 0),
  );
  return models.some((model) => holds(model, all));
}

/** So many pigeons, and one hole less: unsolvable, and not by looking at a few clauses. */
function pigeons(count: number): Clauses {
  const holes = count - 1;
  const sits = (pigeon: number, hole: number) => pigeon * holes + hole + 1;
  const range = (length: number) => Array.from({ length }, (_, at) => at);
  const somewhere = range(count).map((pigeon) => range(holes).map((hole) => sits(pigeon, hole)));
  const alone = range(holes).flatMap((hole) =>
    range(count).flatMap((a) => range(a).map((b) => [-sits(a, hole), -sits(b, hole)])),
  );
  return [...somewhere, ...alone];
}

describe("findModel", () => {
  it("says the same as trying everything, and its models hold", () => {
    fc.assert(
      fc.property(clauses, (all) => {
        const model = findModel(VARIABLES, all);
        expect(model !== undefined).toBe(hasModel(all));
        if (model) expect(holds(model, all)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("learns enough to refuse pigeons", () => {
    expect(findModel(7 * 6, pigeons(7))).toBeUndefined();
    expect(findModel(7 * 6, pigeons(7).slice(1))).toBeDefined();
  });
});
