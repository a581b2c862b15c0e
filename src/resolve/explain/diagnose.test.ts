import { describe, expect, it } from "vitest";
import { type Question, requestOf } from "../../../test/scenarios/scenario.ts";
import type { Failure } from "../request.ts";
import { solve } from "../solve.ts";

/** The "no" to a question about a 2.0.60 server. */
function failureOf(question: Partial<Question> & Pick<Question, "mods" | "ask">): Failure {
  const answer = solve(requestOf({ game: "2.0.60", ...question }));
  if (answer.ok) throw new Error("This can be solved");
  return answer;
}
const textsOf = ({ explanation }: Failure) => explanation.map(({ text }) => text);

const LIB = { "1.0.0": [], "2.0.0": [] };
const COLLISION = { a: { "1.0.0": ["lib < 2.0"] }, b: { "1.0.0": ["lib >= 2.0"] }, lib: LIB };

describe("explanations", () => {
  it("[SAY-4] numbers sentences from 1 and names the ones before that a sentence follows from", () => {
    const { explanation } = failureOf({ mods: COLLISION, ask: ["a", "b"] });
    expect(explanation.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(explanation.at(-1)).toEqual({
      number: 4,
      text: "So a and b cannot be installed together.",
      because: [1, 2, 3],
    });
  });

  it("[SAY-5] carries the mod, its releases and the dependency as written", () => {
    const { explanation } = failureOf({ mods: { ...COLLISION, b: { "1.0.0": ["lib>=2.0"] } }, ask: ["a", "b"] });
    expect(explanation.find(({ text }) => text.startsWith("b "))).toEqual({
      number: 3,
      text: 'b 1.0.0 needs "lib>=2.0".',
      mod: "b",
      releases: ["1.0.0"],
      dependency: "lib>=2.0",
    });
  });

  it.each([
    [["1.0.0"], "a 1.0.0 needs"],
    [["1.0.0", "1.1.0"], "every release of a for Factorio 2.0 needs"],
  ])("[SAY-6] tells %j in one sentence", (versions, subject) => {
    const a = Object.fromEntries(versions.map((version) => [version, ["nowhere"]]));
    const [told] = textsOf(failureOf({ mods: { a }, ask: ["a"] }));
    expect(told).toMatch(`${subject} "nowhere", which no portal has`);
  });

  it("[SAY-6] lists two releases and gives more as a range", () => {
    const none: readonly string[] = [];
    const releases = { "1.0.0": none, "1.1.0": ["nowhere"], "1.2.0": ["nowhere"] };
    const two = textsOf(failureOf({ mods: { a: releases }, ask: ["a@>1.0"] }));
    expect(two).toEqual(['You ask for a > 1.0, but a 1.1.0 and 1.2.0 need "nowhere", which no portal has.']);
    const more = { ...releases, "1.3.0": ["nowhere"], "1.4.0": ["b"], "2.0.0": none };
    const three = textsOf(failureOf({ mods: { a: more }, ask: ["a@>1.0, <2.0"] }));
    expect(three).toContain('a 1.1.0 to 1.3.0 need "nowhere", which no portal has, so they are out.');
  });

  it("[SAY-2] has a core from which no mod can be taken away", () => {
    const mods = { ...COLLISION, c: { "1.0.0": ["a", "b"] }, d: { "1.0.0": [] } };
    expect(failureOf({ mods, ask: ["d", "a", "b"] }).core).toEqual(["a", "b"]);
    expect(failureOf({ mods, ask: ["d", "c"] }).core).toEqual(["c"]);
  });

  it("[SAY-1] counts what lies in the mods folder and built-ins to the core", () => {
    const mods = { a: { "1.0.0": ["! mine"] }, b: { "1.0.0": ["! space-age"] } };
    const options = { fixed: { mine: { version: "1.0.0" } } };
    expect(failureOf({ mods, ask: ["a"], options }).core).toEqual(["a", "mine"]);
    expect(failureOf({ mods, ask: ["b"], options }).core).toEqual(["b", "space-age"]);
  });

  it("[SAY-7] tells separate conflicts one by one", () => {
    const mods = { ...COLLISION, x: { "1.0.0": ["! y"] }, y: { "1.0.0": [] } };
    const { conflicts, core } = failureOf({ mods, ask: ["a", "x", "b", "y", "gone"] });
    expect(conflicts.map((each) => each.core)).toEqual([["a", "b"], ["x", "y"], ["gone"]]);
    expect(core).toEqual(["a", "b"]);
    expect(conflicts[1]?.explanation.map(({ text }) => text)).toEqual([
      "You ask for x and y.",
      'x 1.0.0 does not go with y ("! y").',
      "So x and y cannot be installed together.",
    ]);
  });

  it("[SAY-8] sums up a proof that is too long for a person", () => {
    const places = [1, 2, 3, 4, 5];
    const guests = [...places, 6];
    const guest = (name: number) =>
      Object.fromEntries(places.map((place) => [`${place}.0.0`, [`place-${place} = ${name}.0.0`]]));
    const place = Object.fromEntries(guests.map((name) => [`${name}.0.0`, []]));
    const failure = failureOf({
      mods: {
        ...Object.fromEntries(guests.map((name) => [`guest-${name}`, guest(name)])),
        ...Object.fromEntries(places.map((each) => [`place-${each}`, place])),
      },
      ask: guests.map((name) => `guest-${name}`),
    });
    const told = textsOf(failure);
    expect(failure.core.toSorted()).toEqual(guests.map((name) => `guest-${name}`));
    expect(told[0]).toMatch(/^You ask for guest-\d, .+ and guest-\d\.$/);
    expect(told.at(-2)).toBe("Every choice among the releases of these 11 mods breaks one of 30 such rules.");
    expect(told.at(-1)).toMatch(/^So guest-\d, .+ and guest-\d cannot be installed together\.$/);
    expect(told.length).toBeLessThan(12);
  });

  it("[SAY-10] tells lines that cannot be met for the same reason in one sentence", () => {
    const mods = {
      a: { "1.0.0": ["nowhere"] },
      b: { "1.0.0": ["nowhere >= 2.0"], "2.0.0": ["nowhere >= 3.0"] },
      old: { "1.0.0": { for: "1.1" } },
      older: { "1.0.0": { for: "1.1" }, "0.1.0": { for: "0.17" } },
      oldest: { "0.1.0": { for: "0.17" } },
      empty: {},
    };
    const ask = ["gone", "old", "a", "lost", "older", "oldest", "b", "empty"];
    const { explanation, conflicts } = failureOf({ mods, ask });
    expect(explanation).toEqual([
      { number: 1, text: "You ask for gone and lost, which no portal has.", mods: ["gone", "lost"] },
      {
        number: 2,
        text: "You ask for old and older, which have no release for Factorio 2.0; the nearest are for Factorio 1.1.",
        mods: ["old", "older"],
      },
      {
        number: 3,
        text: "You ask for oldest, which has no release for Factorio 2.0, only for Factorio 0.17.",
        mod: "oldest",
      },
      { number: 4, text: "You ask for empty, which has no release.", mod: "empty" },
      {
        number: 5,
        text: 'You ask for a and b, which both need nowhere ("nowhere", "nowhere >= 2.0" and the like), which no portal has.',
        mods: ["a", "b"],
        sources: [
          { mod: "a", releases: ["1.0.0"], dependency: "nowhere" },
          { mod: "b", releases: ["1.0.0", "2.0.0"], dependency: "nowhere >= 2.0" },
        ],
      },
    ]);
    expect(conflicts.map(({ core, explanation: told }) => [...core, ...told.map(({ number }) => number)])).toEqual([
      ["gone", 1],
      ["old", 2],
      ["a", 5],
      ["lost", 1],
      ["older", 2],
      ["oldest", 3],
      ["b", 5],
      ["empty", 4],
    ]);
  });

  it("[SAY-10] tells a longer reason once for all that it keeps away", () => {
    const mods = { a: { "1.0.0": ["far"] }, b: { "2.0.0": ["far >= 1.0"] }, far: { "1.0.0": ["nowhere"] } };
    expect(textsOf(failureOf({ mods, ask: ["a", "b"] }))).toEqual([
      'You ask for a and b, which both need far ("far" and "far >= 1.0").',
      'far 1.0.0 needs "nowhere", which no portal has.',
      "So a and b cannot be installed.",
    ]);
  });

  it("[SAY-11] tells what is plain first, and what is asked for before what that needs", () => {
    const mods = { ...COLLISION, far: { "1.0.0": ["near"] }, near: { "1.0.0": ["nowhere"] } };
    expect(textsOf(failureOf({ mods, ask: ["a", "far", "b", "gone"] }))).toEqual([
      "You ask for gone, which no portal has.",
      'You ask for far, and far 1.0.0 needs "near".',
      'near 1.0.0 needs "nowhere", which no portal has.',
      "So far cannot be installed.",
      "You ask for a and b.",
      'a 1.0.0 needs "lib < 2.0".',
      'b 1.0.0 needs "lib >= 2.0".',
      "So a and b cannot be installed together.",
    ]);
  });

  it("[SAY-12] refers to what was said of a mod that cannot be had", () => {
    const mods = {
      a: { "1.0.0": ["b"] },
      b: { "1.0.0": ["nowhere"] },
      c: { "1.0.0": ["a"] },
    };
    const { explanation } = failureOf({ mods, ask: ["a", "b", "c"] });
    expect(explanation.map(({ text, because }) => [text, because])).toEqual([
      ['You ask for b, but b 1.0.0 needs "nowhere", which no portal has.', undefined],
      ['You ask for a, but a 1.0.0 needs "b", which cannot be installed (see 1).', [1]],
      ['You ask for c, but c 1.0.0 needs "a", which cannot be installed (see 2).', [2]],
    ]);
  });

  it("[SAY-13] only names what is left when twenty conflicts were told", () => {
    const names = Array.from({ length: 25 }, (_, at) => `m${String(at).padStart(2, "0")}`);
    const mods = Object.fromEntries(names.map((name) => [name, { "1.0.0": [`no-${name}`] }]));
    const { explanation, conflicts, suggestions } = failureOf({ mods, ask: names });
    expect(conflicts).toHaveLength(20);
    expect(explanation.at(-1)).toEqual({
      number: 21,
      text: "For more such reasons you cannot have m20, m21, m22, m23 and m24.",
      mods: names.slice(20),
    });
    expect(suggestions.map(({ change }) => change)).toEqual([{ kind: "drop", mods: names }]);
  });
});
