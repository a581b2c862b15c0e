import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDependency } from "./dependency.ts";
import { computeLoadOrder } from "./load-order.ts";

type Mods = Readonly<Record<string, readonly string[]>>;

const orderOf = (mods: Mods) =>
  computeLoadOrder(
    Object.entries(mods).map(([name, texts]) => ({ name, dependencies: texts.map((text) => parseDependency(text)) })),
  );

describe("computeLoadOrder", () => {
  it("[ORDER-1] loads mods with shorter chains first", () => {
    const { names } = orderOf({ a: ["b"], b: ["c"], c: ["base"], d: ["base"], base: [], e: ["b", "base"] });
    expect(names).toEqual(["base", "c", "d", "b", "a", "e"]);
  });

  it.each(["", "? ", "(?) ", "+ "])("[ORDER-2] counts %j when the other mod is there", (prefix) => {
    expect(orderOf({ a: [`${prefix}z >= 9.9`], z: [] }).names).toEqual(["z", "a"]);
    expect(orderOf({ b: [`${prefix}z`], c: [] }).names).toEqual(["b", "c"]);
  });

  it.each(["~ ", "! ", "+~ "])("[ORDER-2] does not count %j", (prefix) => {
    expect(orderOf({ a: [`${prefix}z`], z: [] }).names).toEqual(["a", "z"]);
  });

  it("[ORDER-3] orders equal chains by upper case, so that _ comes after letters", () => {
    const names = ["zebra", "Alpha", "beta", "ab_c", "abcd", "ab-c", "a10", "a2"];
    const { names: sorted } = orderOf(Object.fromEntries(names.map((name) => [name, []])));
    expect(sorted).toEqual(["a10", "a2", "ab-c", "abcd", "ab_c", "Alpha", "beta", "zebra"]);
  });

  it("[ORDER-4] may load a mod without dependencies before base", () => {
    expect(orderOf({ base: [], autobuild: [], flib: ["base"], zz: [] }).names).toEqual([
      "autobuild",
      "base",
      "zz",
      "flib",
    ]);
  });

  it("[ORDER-5] places mods in a circle as if they did not order each other", () => {
    const { names } = orderOf({ base: [], b: ["base", "? c"], c: ["base", "? b"], a: ["b"] });
    expect(names).toEqual(["base", "b", "c", "a"]);
  });

  it("[ORDER-6] reports the shortest way round and whether required dependencies alone close it", () => {
    const { cycles } = orderOf({ d: ["b"], c: ["a"], b: ["c", "? d"], a: ["b"], x: ["? y"], y: ["x"] });
    expect(cycles).toEqual([
      { mods: ["a", "b", "c"], required: true },
      { mods: ["x", "y"], required: false },
    ]);
  });

  it.each(["~ a", "! a", "? z"])("[ORDER-6] sees no circle through %j", (back) => {
    expect(orderOf({ a: ["b"], b: [back] }).cycles).toEqual([]);
  });

  it("[ORDER-7] does not let a mod wait for itself", () => {
    expect(orderOf({ b: ["b >= 1.0", "? b"], c: [] })).toEqual({ names: ["b", "c"], cycles: [] });
  });

  it("[ORDER-7] gives the same answer for every order of its input", () => {
    const name = fc.constantFrom("a", "B", "c_d", "cd", "base", "E");
    const dependency = fc.tuple(fc.constantFrom("", "? ", "~ ", "+ "), name).map((parts) => parts.join(""));
    const mods = fc
      .dictionary(name, fc.uniqueArray(dependency, { maxLength: 3 }))
      .map((each) =>
        Object.entries(each).map(([key, texts]) => ({ name: key, dependencies: texts.map(parseDependency) })),
      );
    fc.assert(
      fc.property(
        mods.chain((each) => fc.tuple(fc.constant(each), fc.shuffledSubarray(each, { minLength: each.length }))),
        ([given, shuffled]) => {
          const { names, cycles } = computeLoadOrder(shuffled);
          expect(names).toEqual(computeLoadOrder(given).names);
          expect(cycles.map(({ mods: [first] }) => first)).toEqual(
            computeLoadOrder(given).cycles.map(({ mods: [first] }) => first),
          );
        },
      ),
    );
  });

  it("[ORDER-1] takes a chain of 50,000 mods", () => {
    const mods = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, at) => [`m${at}`, at > 0 ? [`m${at - 1}`] : []]),
    );
    expect(orderOf(mods).names.at(-1)).toBe("m49999");
  });
});
