import { describe, expect, it } from "vitest";
import { answerOf, type Question, requestOf } from "../../test/scenarios/scenario.ts";
import { solve } from "./solve.ts";

/** A question about a 2.0.60 server. */
const ask = (question: Partial<Question> & Pick<Question, "mods" | "ask">): Question => ({
  game: "2.0.60",
  ...question,
});
const answerTo = (question: Parameters<typeof ask>[0]) => answerOf(solve(requestOf(ask(question))));
const picksOf = (question: Parameters<typeof ask>[0]) => answerTo(question).picks;

const LIB = { "1.0.0": [], "1.5.0": [], "2.0.0": [] };

describe("what every answer satisfies", () => {
  it.each(["", "~ "])("[RES-1] [RES-2] brings in what %j names, within its bound", (prefix) => {
    const mods = { a: { "1.0.0": [`${prefix}lib < 2.0`] }, lib: LIB };
    expect(picksOf({ mods, ask: ["a"] })).toEqual({ a: "1.0.0", lib: "1.5.0" });
    expect(picksOf({ mods: { a: { "1.0.0": [`${prefix}lib > 2.0`] }, lib: LIB }, ask: ["a"] })).toBeUndefined();
  });

  it("[RES-2] takes a circle through ~ without a finding", () => {
    const mods = { a: { "1.0.0": ["b"] }, b: { "1.0.0": ["~ a"] } };
    expect(answerTo({ mods, ask: ["a"] })).toMatchObject({ picks: { a: "1.0.0", b: "1.0.0" }, findings: [] });
  });

  it.each(["? ", "(?) "])("[RES-3] [RES-4] brings nothing in for %j but keeps its bound", (prefix) => {
    const mods = { a: { "1.0.0": [`${prefix}lib < 2.0`] }, lib: LIB };
    expect(picksOf({ mods, ask: ["a"] })).toEqual({ a: "1.0.0" });
    expect(picksOf({ mods, ask: ["a", "lib"] })).toEqual({ a: "1.0.0", lib: "1.5.0" });
  });

  it("[RES-5] brings in what is recommended, if it can be had, within its bound", () => {
    const mods = { a: { "1.0.0": ["+ lib < 2.0", "+ nowhere"] }, b: { "1.0.0": ["lib >= 2.0"] }, lib: LIB };
    expect(picksOf({ mods, ask: ["a"] })).toEqual({ a: "1.0.0", lib: "1.5.0" });
    expect(picksOf({ mods, ask: ["a", "b"] })).toBeUndefined();
    const against = { ...mods, c: { "1.0.0": ["! lib"] } };
    expect(picksOf({ mods: against, ask: ["a", "c"] })).toEqual({ a: "1.0.0", c: "1.0.0" });
  });

  it.each([[["a", "b"]], [["b", "a"]]])("[RES-6] never has both sides of a ! (%j)", (order) => {
    const mods = { a: { "1.0.0": ["! b > 5.0"] }, b: { "1.0.0": [] } };
    expect(picksOf({ mods, ask: order })).toBeUndefined();
  });

  it("[RES-7] holds all dependencies on the same mod", () => {
    const mods = { a: { "1.0.0": ["lib >= 1.1", "? lib < 2.0"] }, lib: LIB };
    expect(picksOf({ mods, ask: ["a"] })).toEqual({ a: "1.0.0", lib: "1.5.0" });
    expect(picksOf({ mods: { a: { "1.0.0": ["? lib", "lib", "! lib"] }, lib: LIB }, ask: ["a"] })).toBeUndefined();
  });

  it("[RES-8] leaves out releases that exclude themselves, and only those", () => {
    const mods = {
      a: { "1.0.0": ["a", "? a <= 1.0"], "2.0.0": ["a < 2.0"], "3.0.0": ["? a > 3.0"], "4.0.0": ["! a"] },
    };
    expect(picksOf({ mods, ask: ["a"] })).toEqual({ a: "1.0.0" });
  });

  it("[RES-9] keeps every bound of every line", () => {
    expect(picksOf({ mods: { lib: LIB }, ask: ["lib@>1.0, <2.0"] })).toEqual({ lib: "1.5.0" });
    expect(picksOf({ mods: { lib: LIB }, ask: ["lib@<2.0", "lib@>=1.5"] })).toEqual({ lib: "1.5.0" });
    expect(picksOf({ mods: { lib: LIB }, ask: ["lib@<1.5", "lib@>=1.5"] })).toBeUndefined();
  });

  it("[RES-10] asks nothing for what is not there", () => {
    const mods = { a: { "1.0.0": ["? b"], "0.9.0": ["! lib", "nowhere"] }, b: { "1.0.0": ["! lib"] }, lib: LIB };
    const builtIns = { base: { version: "2.0.60" }, quality: { version: "2.0.60", needs: ["! lib"] } };
    const question = { mods, builtIns, ask: ["a", "lib"] };
    expect(picksOf({ ...question, disabled: ["quality"] })).toEqual({ a: "1.0.0", lib: "2.0.0" });
    expect(picksOf(question)).toBeUndefined();
  });

  it("[RES-11] takes what was put there by hand as it is, with what it asks for", () => {
    const mods = { a: { "1.0.0": ["mine"] }, lib: LIB, mine: { "3.0.0": ["nowhere"] } };
    const fixed = { mine: { version: "0.1.0", needs: ["lib = 1.5"] } };
    expect(answerTo({ mods, ask: ["a"], options: { fixed } })).toMatchObject({
      picks: { a: "1.0.0", lib: "1.5.0" },
      loadOrder: ["base", "lib", "elevated-rails", "mine", "quality", "a", "space-age"],
    });
    expect(picksOf({ mods: { a: { "1.0.0": ["mine > 1.0"] } }, ask: ["a"], options: { fixed } })).toBeUndefined();
  });

  it("[RES-12] tells names apart by case, and versions by number", () => {
    const mods = { lib: LIB, LIB: { "1.01.0": [] }, a: { "1.0.0": ["LIB = 1.1", "! lib"] } };
    expect(picksOf({ mods, ask: ["a"] })).toEqual({ a: "1.0.0", LIB: "1.01.0" });
  });
});

describe("which releases can be chosen", () => {
  it("[RES-13] takes releases for the line of the game", () => {
    const mods = { a: { "1.0.0": { for: "2.0.10" }, "2.0.0": { for: "1.1" }, "3.0.0": { for: "2.1" } } };
    expect(picksOf({ mods, ask: ["a"] })).toEqual({ a: "1.0.0" });
    const old = { a: { "1.0.0": { for: "0.18" } } };
    expect(picksOf({ game: "1.0.0", mods: old, ask: ["a"] })).toEqual({ a: "1.0.0" });
    expect(picksOf({ game: "1.1.110", mods: old, ask: ["a"] })).toBeUndefined();
  });

  it("[RES-14] compares a bound on base with the full version of the game", () => {
    const mods = { a: { "1.0.0": ["base >= 2.0.60"], "2.0.0": ["base >= 2.0.61"] } };
    expect(picksOf({ mods, ask: ["a"] })).toEqual({ a: "1.0.0" });
  });

  it("[RES-15] compares a bound on another built-in with its own version", () => {
    const mods = { a: { "1.0.0": ["quality >= 2.0.73"], "2.0.0": ["quality >= 2.0.75"] } };
    const builtIns = { base: { version: "2.0.75" }, quality: { version: "2.0.73" } };
    expect(picksOf({ game: "2.0.75", builtIns, mods, ask: ["a"] })).toEqual({ a: "1.0.0" });
  });

  it("[RES-16] takes no built-in from a portal", () => {
    const mods = {
      quality: { "9.0.0": [] },
      recycler: { "9.0.0": [] },
      a: { "1.0.0": ["quality"], "2.0.0": ["recycler"] },
    };
    expect(picksOf({ mods, ask: ["a"] })).toEqual({ a: "1.0.0" });
    expect(picksOf({ mods, ask: ["quality"] })).toEqual({});
    expect(picksOf({ mods, ask: ["recycler"] })).toBeUndefined();
  });

  it("[RES-48] has core in any case, and names it nowhere", () => {
    const a = { "1.0.0": ["core"], "2.0.0": ["! core"], "3.0.0": ["core >= 0.17"] };
    expect(picksOf({ mods: { a }, ask: ["a"] })).toEqual({ a: "1.0.0" });
    expect(picksOf({ mods: { a }, ask: ["core", "a"] })).toEqual({ a: "1.0.0" });
    const answer = solve(requestOf(ask({ mods: { a }, ask: ["core", "a"] })));
    expect(answer.ok && answer.loadOrder).not.toContain("core");
  });

  it("[RES-17] knows nothing from an instant on, nor what has no date", () => {
    const a = { "1.0.0": { at: "2025-01-01T00:00:00Z" }, "2.0.0": { at: "2025-01-02T00:00:00.5Z" }, "3.0.0": [] };
    const at = (instant: string) => picksOf({ mods: { a }, ask: ["a"], options: { at: instant } });
    expect(at("2025-01-02T00:00:01Z")).toEqual({ a: "2.0.0" });
    expect(at("2025-01-02T01:00:00+01:00")).toEqual({ a: "1.0.0" });
    expect(at("2025-01-02")).toEqual({ a: "1.0.0" });
    expect(at("2025-01-01T00:00:00Z")).toBeUndefined();
  });

  it("[RES-18] takes one spelling of equal versions", () => {
    const early = { at: "2025-01-01T00:00:00Z" };
    const late = { at: "2025-02-01T00:00:00Z" };
    const pick = (a: Question["mods"][string], locked = {}) =>
      picksOf({ mods: { a }, ask: ["a"], options: { locked } });
    expect(pick({ "1.1.1": early, "1.1.01": late })).toEqual({ a: "1.1.01" });
    expect(pick({ "1.1.1": late, "1.1.01": early })).toEqual({ a: "1.1.1" });
    expect(pick({ "1.1.1": [], "1.1.01": [] })).toEqual({ a: "1.1.01" });
    expect(pick({ "1.1.1": early, "1.1.01": late }, { a: "1.1.1" })).toEqual({ a: "1.1.1" });
  });

  it("[RES-19] solves nothing beside a mod put there by hand for another game", () => {
    const mods = { a: { "1.0.0": [] } };
    const options = { fixed: { mine: { version: "1.0.0", for: "1.1" } } };
    expect(answerTo({ mods, ask: ["a"], options }).no).toEqual([
      "mine 1.0.0 in the mods folder is for Factorio 1.1, but the game is 2.0.60.",
      "So Factorio 2.0 would not start while mine lies in the mods folder.",
    ]);
  });
});

describe("what is preferred", () => {
  const mods = {
    lib: { "1.9.0": { at: "2025-03-01" }, "1.10.0": { at: "2025-01-01" }, "1.2.0": { at: "2025-02-01" } },
  };

  it("[RES-30] prefers the newest by number", () => {
    expect(picksOf({ mods, ask: ["lib"] })).toEqual({ lib: "1.10.0" });
  });

  it("[RES-31] prefers the oldest by number when asked to", () => {
    expect(picksOf({ mods, ask: ["lib"], options: { prefer: "oldest" } })).toEqual({ lib: "1.2.0" });
  });

  it("[RES-32] prefers what is locked, and the newest where that cannot be had", () => {
    const locked = { lib: "1.9.0" };
    expect(picksOf({ mods, ask: ["lib"], options: { locked } })).toEqual({ lib: "1.9.0" });
    expect(picksOf({ mods, ask: ["lib@<1.9"], options: { locked } })).toEqual({ lib: "1.2.0" });
    expect(picksOf({ mods, ask: ["lib"], options: { locked: { lib: "1.8.0" } } })).toEqual({ lib: "1.10.0" });
  });

  it("[RES-33] decides first what was set free", () => {
    const pack = {
      a: { "1.0.0": ["lib < 2.0"], "2.0.0": ["lib"] },
      b: { "1.0.0": ["lib < 2.0"], "2.0.0": ["lib >= 2.0"] },
    };
    const question = { mods: { ...pack, lib: LIB }, ask: ["a", "b"] };
    const locked = { a: "1.0.0", b: "1.0.0", lib: "1.0.0" };
    expect(picksOf({ ...question, options: { locked } })).toEqual(locked);
    const moved = { a: "2.0.0", b: "2.0.0", lib: "2.0.0" };
    expect(picksOf({ ...question, options: { locked, free: ["b"] } })).toEqual(moved);
    expect(picksOf({ ...question, options: { locked, free: ["a"] } })).toEqual({ ...locked, a: "2.0.0" });
  });

  it("[RES-34] does not follow recommendations of what was turned off or is deprecated", () => {
    const pack = { a: { "1.0.0": ["+ lib"] }, b: { "1.0.0": ["lib"] }, lib: LIB };
    const both = [{ options: { without: ["lib"] } }, { deprecated: ["lib"] }];
    for (const more of both) {
      expect(picksOf({ mods: pack, ask: ["a"], ...more })).toEqual({ a: "1.0.0" });
      expect(picksOf({ mods: pack, ask: ["a", "b"], ...more })).toMatchObject({ lib: "2.0.0" });
    }
  });

  it("[RES-35] installs nothing that nobody asks for", () => {
    const pack = { a: { "1.0.0": ["? lib"] }, lib: LIB };
    expect(picksOf({ mods: pack, ask: ["a"], options: { locked: { lib: "1.0.0" } } })).toEqual({ a: "1.0.0" });
    expect(picksOf({ mods: pack, ask: [] })).toEqual({});
  });
});

describe("the guarantee", () => {
  const pair = { a: { "1.0.0": ["b"], "2.0.0": ["b < 2.0"] }, b: { "1.0.0": [], "2.0.0": [] } };

  it("[RES-41] lets a mod of the manifest only give way to those before it", () => {
    expect(picksOf({ mods: pair, ask: ["a", "b"] })).toEqual({ a: "2.0.0", b: "1.0.0" });
    expect(picksOf({ mods: pair, ask: ["b", "a"] })).toEqual({ a: "1.0.0", b: "2.0.0" });
  });

  it("[RES-41] prefers a mod of the manifest to every dependency", () => {
    const mods = { r: { "1.0.0": ["x", "y"], "2.0.0": ["x < 2.0", "y < 2.0"] }, x: LIB, y: LIB };
    expect(picksOf({ mods, ask: ["r"] })).toEqual({ r: "2.0.0", x: "1.5.0", y: "1.5.0" });
  });

  it("[RES-41] decides dependencies in the order in which they are written, nearest first", () => {
    const mods = {
      a: { "1.0.0": ["b", "d"] },
      b: { "1.0.0": ["c"] },
      c: { "1.0.0": [], "2.0.0": ["! e"] },
      d: { "1.0.0": [], "2.0.0": ["e"] },
      e: { "1.0.0": [] },
    };
    expect(picksOf({ mods, ask: ["a"] })).toEqual({ a: "1.0.0", b: "1.0.0", c: "1.0.0", d: "2.0.0", e: "1.0.0" });
  });

  it("[RES-42] lets nothing give way to a recommendation", () => {
    const mods = {
      a: { "1.0.0": ["+ x", "+ y", "lib"] },
      lib: LIB,
      x: { "1.0.0": ["lib < 2.0"], "0.9.0": [] },
      y: { "1.0.0": ["! x"] },
    };
    expect(picksOf({ mods, ask: ["a"] })).toEqual({ a: "1.0.0", lib: "2.0.0", x: "0.9.0" });
  });

  it("[RES-43] does not depend on the order of the universe", () => {
    const turned = { b: { "2.0.0": [], "1.0.0": [] }, a: { "2.0.0": ["b < 2.0"], "1.0.0": ["b"] } };
    expect(answerTo({ mods: turned, ask: ["a", "b"] })).toEqual(answerTo({ mods: pair, ask: ["a", "b"] }));
  });

  it("[RES-44] does not depend on mods that nothing names", () => {
    const more = { ...pair, c: { "1.0.0": ["! a", "! b", "+ a"] } };
    expect(answerTo({ mods: more, ask: ["a", "b"] })).toEqual(answerTo({ mods: pair, ask: ["a", "b"] }));
  });

  it("[RES-45] gives a locked answer again", () => {
    const mods = { ...pair, lib: LIB, c: { "1.0.0": ["+ lib", "b"] } };
    const question = { mods, ask: ["c", "a"], options: { prefer: "oldest" as const } };
    const locked = picksOf(question) ?? {};
    expect(locked).toEqual({ a: "1.0.0", b: "1.0.0", c: "1.0.0", lib: "1.0.0" });
    expect(picksOf({ ...question, options: { locked } })).toEqual(locked);
  });

  it("[RES-47] picks what has to be downloaded and orders all that loads", () => {
    const options = { fixed: { mine: { version: "1.0.0" } } };
    const builtIns = { base: { version: "2.0.60" } };
    expect(answerTo({ mods: { lib: LIB, a: { "1.0.0": ["lib"] } }, builtIns, ask: ["a"], options })).toMatchObject({
      picks: { a: "1.0.0", lib: "2.0.0" },
      loadOrder: ["base", "lib", "mine", "a"],
    });
  });
});
