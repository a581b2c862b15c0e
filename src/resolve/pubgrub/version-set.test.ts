import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  firstRelease,
  firstValues,
  has,
  intersect,
  isDisjoint,
  isSingle,
  isSubset,
  onlyValue,
  sizeOf,
  subtract,
  unite,
  type VersionSet,
  valuesOf,
  valuesWhere,
} from "./version-set.ts";

/** How many values a package has, and two sets of them; around the edges of a word, too. */
const pairs = fc.constantFrom(1, 2, 31, 32, 33, 64, 65, 150).chain((count) => {
  const values = fc.uniqueArray(fc.nat(count - 1)).map((list) => list.sort((a, b) => a - b));
  return fc.record({ count: fc.constant(count), a: values, b: values });
});

describe("a set of versions", () => {
  it("is what a set of numbers is", () => {
    fc.assert(
      fc.property(pairs, ({ count, a, b }) => {
        const [x, y] = [a, b].map((list) => valuesWhere(count, (value) => list.includes(value))) as [
          VersionSet,
          VersionSet,
        ];
        const shared = a.filter((value) => b.includes(value));
        expect(valuesOf(x)).toEqual(a);
        expect(sizeOf(x)).toBe(a.length);
        expect(isSingle(x)).toBe(a.length === 1);
        expect(firstRelease(x)).toBe(a.find((value) => value > 0) ?? 0);
        expect(valuesOf(intersect(x, y))).toEqual(shared);
        expect(valuesOf(unite(x, y))).toEqual([...new Set([...a, ...b])].sort((one, other) => one - other));
        expect(valuesOf(subtract(x, y))).toEqual(a.filter((value) => !b.includes(value)));
        expect(isSubset(x, y)).toBe(shared.length === a.length);
        expect(isDisjoint(x, y)).toBe(shared.length === 0);
        for (let value = 0; value < count; value++) expect(has(x, value)).toBe(a.includes(value));
      }),
    );
  });

  it("has all values or one", () => {
    for (const count of [1, 2, 31, 32, 33, 64, 65, 150]) {
      const all = firstValues(count);
      expect(sizeOf(all)).toBe(count);
      for (let value = 0; value < count; value++) expect(valuesOf(onlyValue(value, all))).toEqual([value]);
    }
  });
});
