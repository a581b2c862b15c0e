import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findHittingSets } from "./hitting-sets.ts";

const NAMES = ["a", "b", "c", "d", "e"];

/** Every choice of some names. */
const CHOICES = NAMES.reduce<readonly (readonly string[])[]>(
  (all, name) => [...all, ...all.map((each) => [...each, name])],
  [[]],
);

describe("findHittingSets", () => {
  it("takes the last of what collides first", () => {
    expect(findHittingSets([["a", "b"]], 5)).toEqual([["b"], ["a"]]);
    expect(findHittingSets([["x"], ["a", "b"], ["a", "c"]], 5)).toEqual([["x", "a"]]);
    expect(findHittingSets([], 5)).toEqual([[]]);
  });

  it("finds the smallest ones, all of them when there are few", () => {
    const set = fc.subarray(NAMES, { minLength: 1 });
    fc.assert(
      fc.property(fc.array(set, { maxLength: 6 }), (sets) => {
        const hits = CHOICES.filter((choice) => sets.every((each) => each.some((name) => choice.includes(name))));
        const size = Math.min(...hits.map(({ length }) => length));
        const smallest = hits.filter(({ length }) => length === size).map((each) => each.join());
        const found = findHittingSets(sets, 100)?.map((each) => each.toSorted().join());
        expect(found?.toSorted()).toEqual(smallest.toSorted());
      }),
    );
  });

  it("gives up on what would take too long", () => {
    const sets = Array.from({ length: 60 }, (_, at) =>
      Array.from({ length: 12 }, (__, step) => String((at * 7 + step * step * 5) % 97)),
    );
    expect(findHittingSets(sets, 5)).toBeUndefined();
  });
});
