import { describe, expect, it } from "vitest";
import { type Question, requestOf } from "../../test/scenarios/scenario.ts";
import { parseVersion } from "../game/version.ts";
import { type Attainable, explainWhyNotRelease, type Unattainable } from "./why-not-release.ts";

const LIB = { "1.0.0": [], "1.5.0": [], "2.0.0": [] };
const FACTORY = { "1.0.0": ["lib < 2.0"], "2.0.0": ["lib >= 1.0"] };

type Scene = Partial<Question> & Pick<Question, "mods" | "ask">;

function whyNot(text: string, scene: Scene): Attainable | Unattainable {
  const [name = "", version] = text.split("@");
  const request = requestOf({ game: "2.0.60", ...scene });
  return explainWhyNotRelease({ request, name, version: version === undefined ? undefined : parseVersion(version) });
}

/** The answer in lines. */
function told(text: string, scene: Scene): readonly string[] {
  const answer = whyNot(text, scene);
  if (!answer.possible) {
    return [...answer.explanation.map((each) => each.text), ...answer.suggestions.map((each) => `* ${each.text}`)];
  }
  return [...answer.changes.map((each) => each.text), ...answer.obstacles.map((each) => `${each.kind}: ${each.text}`)];
}

describe("what is asked", () => {
  it("[WHYNOT-1] [WHYNOT-4] keeps what is locked unless it has to move", () => {
    const mods = {
      lib: LIB,
      factory: FACTORY,
      other: { "1.0.0": [], "2.0.0": [] },
      zeta: { "1.0.0": ["alpha"] },
      alpha: LIB,
    };
    const locked = { factory: "1.0.0", lib: "1.0.0", other: "1.0.0" };
    const answer = whyNot("lib@2.0.0", { mods, ask: ["factory", "other"], options: { locked } });
    expect(answer).toMatchObject({
      possible: true,
      version: "2.0.0",
      present: false,
      changes: [
        { name: "lib", from: "1.0.0", to: "2.0.0" },
        { name: "factory", from: "1.0.0", to: "2.0.0" },
      ],
    });
    expect(told("zeta", { mods, ask: ["lib"], options: { locked: { lib: "2.0.0", gone: "1.0.0" } } })).toEqual([
      "zeta 1.0.0 comes in.",
      "alpha 2.0.0 comes in.",
      "not-needed: You do not ask for zeta, and no mod needs it.",
    ]);
  });

  it("[WHYNOT-2] takes the newest release for this game, or what is there", () => {
    const mods = { lib: { ...LIB, "3.0.0": { for: "2.1" } } };
    const options = { locked: { lib: "1.0.0" } };
    expect(whyNot("lib", { mods, ask: ["lib"], options })).toMatchObject({ version: "2.0.0" });
    const dated = { "1.0.0": { at: "2025-01-01" }, "2.0.0": { at: "2025-02-01" } };
    expect(whyNot("lib", { mods: { lib: dated }, ask: [], options: { at: "2025-01-15" } })).toMatchObject({
      possible: true,
      version: "1.0.0",
    });
    const fixed = { mine: { version: "0.1.0" } };
    expect(whyNot("mine", { mods: { mine: LIB }, ask: [], options: { fixed } })).toMatchObject({ version: "0.1.0" });
    expect(told("late", { mods: { late: { "1.0.0": { for: "2.1" } } }, ask: [] })).toEqual([
      "You ask for late, which has no release for Factorio 2.0, only for Factorio 2.1.",
      "* Use Factorio 2.1.",
    ]);
  });

  it("[WHYNOT-3] names the nearest releases of one that never was", () => {
    const scene = { mods: { lib: { ...LIB, "3.0.0": { for: "2.1" } }, late: { "1.0.0": { for: "2.1" } } }, ask: [] };
    expect(told("lib@1.7.0", scene)).toEqual(["lib has no release 1.7.0; the nearest are 1.5.0 and 2.0.0."]);
    expect(told("lib@9.0.0", scene)).toEqual(["lib has no release 9.0.0; the nearest is 2.0.0."]);
    expect(told("late@2.0.0", scene)).toEqual(["late has no release 2.0.0; the nearest is 1.0.0."]);
    expect(told("lib@3.0.0", scene)).toEqual([
      expect.stringContaining("= 3.0.0 is for Factorio 2.1"),
      "* Use Factorio 2.1.",
    ]);
  });
});

describe("when it can be had", () => {
  const mods = { lib: LIB, factory: FACTORY };

  it("[WHYNOT-5] says so when it is there already", () => {
    const there = { possible: true, present: true, changes: [], obstacles: [] };
    const options = { locked: { lib: "1.5.0" }, fixed: { mine: { version: "1.0.0" } } };
    for (const name of ["lib@1.5.0", "mine@1.0.0", "mine", "quality", "base@2.0.60"]) {
      expect(whyNot(name, { mods, ask: ["lib"], options })).toMatchObject(there);
    }
  });

  it("[WHYNOT-6] tells a lock and a preferred release", () => {
    const ask = ["lib"];
    const lock = (lib: string) => ({ locked: { lib } });
    expect(told("lib@2.0.0", { mods, ask, options: lock("1.0.0") })).toEqual([
      "lib goes up from 1.0.0 to 2.0.0.",
      "locked: lib 1.0.0 is locked, and only an update moves it.",
    ]);
    expect(told("lib@1.0.0", { mods, ask, options: lock("2.0.0") })).toEqual([
      "lib goes back from 2.0.0 to 1.0.0.",
      "preferred: lib 2.0.0 is newer and goes with the rest.",
    ]);
    expect(told("lib@1.5.0", { mods, ask, options: lock("1.0.0") })).toEqual([
      "lib goes up from 1.0.0 to 1.5.0.",
      "locked: lib 1.0.0 is locked, and only an update moves it.",
      "preferred: lib 2.0.0 is newer and goes with the rest.",
    ]);
    const request = requestOf({ game: "2.0.60", mods, ask, options: { prefer: "oldest" } });
    const { locked: _, ...unlocked } = request;
    expect(explainWhyNotRelease({ request: unlocked, name: "lib", version: parseVersion("2.0.0") })).toMatchObject({
      changes: [{ from: "1.0.0", to: "2.0.0" }],
      obstacles: [{ kind: "preferred", text: "lib 1.0.0 is older and goes with the rest." }],
    });
  });

  it("[WHYNOT-7] tells who would have to make way", () => {
    const held = { lib: LIB, old: { "1.0.0": ["lib"], "2.0.0": ["lib < 2.0"] }, deep: { "1.0.0": ["old"] } };
    const locked = { lib: "1.5.0", old: "2.0.0", deep: "1.0.0" };
    expect(told("lib@2.0.0", { mods: held, ask: ["old"], options: { locked } })).toEqual([
      "lib goes up from 1.5.0 to 2.0.0.",
      "old goes back from 2.0.0 to 1.0.0.",
      "held-back: old 2.0.0 is locked, and would have to make way for 1.0.0.",
    ]);
    expect(told("lib@2.0.0", { mods: held, ask: ["deep"], options: { locked } }).at(-1)).toBe(
      "held-back: old 2.0.0 is locked, and would have to make way for 1.0.0.",
    );
    const pack = { ...held, friend: { "1.0.0": ["! lib"] }, a: { "1.0.0": ["+ friend"] } };
    expect(told("lib", { mods: pack, ask: ["a"], options: { locked: { a: "1.0.0", friend: "1.0.0" } } })).toEqual([
      "lib 2.0.0 comes in.",
      "friend 1.0.0 goes.",
      "not-needed: You do not ask for lib, and no mod needs it.",
    ]);
  });

  it("[WHYNOT-8] tells why nothing brings it in", () => {
    const pack = { a: { "1.0.0": ["+ extra", "? lib"] }, extra: LIB, lib: LIB };
    const last = (name: string, { options = {}, ...more }: Partial<Question>) =>
      told(name, {
        mods: pack,
        ask: ["a"],
        ...more,
        options: { locked: { a: "1.0.0", extra: "2.0.0" }, ...options },
      }).slice(1);
    expect(last("lib", {})).toEqual(["not-needed: You do not ask for lib, and no mod needs it."]);
    expect(last("lib", { deprecated: ["lib"] })).toEqual([
      "not-needed: You do not ask for lib, and no mod needs it.",
      "deprecated: lib is deprecated by its author.",
    ]);
    expect(last("extra", { options: { without: ["extra"] } })).toEqual(["turned-off: You turned extra off."]);
    expect(last("extra", { deprecated: ["extra"] })).toEqual([
      "deprecated: a recommends extra, but it is deprecated by its author.",
    ]);
    const against = { ...pack, b: { "1.0.0": [], "2.0.0": ["! extra"] } };
    expect(told("extra", { mods: against, ask: ["a", "b"], options: { locked: { a: "1.0.0", b: "2.0.0" } } })).toEqual([
      "extra 2.0.0 comes in.",
      "b goes back from 2.0.0 to 1.0.0.",
      "held-back: a recommends extra, but it does not go with the rest as it is.",
    ]);
  });

  it("[WHYNOT-9] tells what the next install brings", () => {
    expect(told("lib@2.0.0", { mods, ask: ["lib"] })).toEqual([
      "lib 2.0.0 comes in.",
      "not-installed: lib 2.0.0 is wanted already; the next install brings it.",
    ]);
  });
});

describe("when it cannot", () => {
  it("[WHYNOT-10] explains, and suggests nothing that takes the question back", () => {
    const mods = { lib: LIB, old: { "1.0.0": ["lib < 2.0"] } };
    const answer = whyNot("lib@2.0.0", { mods, ask: ["old"], options: { locked: { old: "1.0.0", lib: "1.5.0" } } });
    expect(answer).toMatchObject({ possible: false, undecided: false, version: "2.0.0", core: ["lib", "old"] });
    expect(told("lib@2.0.0", { mods, ask: ["old"] })).toEqual([
      "You ask for lib = 2.0.0 and old.",
      'old 1.0.0 needs "lib < 2.0".',
      "So lib and old cannot be installed together.",
      "* Drop old.",
    ]);
    expect(told("ghost@1.0.0", { mods, ask: ["old"] })).toEqual(["You ask for ghost = 1.0.0, which no portal has."]);
    expect(told("LIB", { mods, ask: [] })).toEqual([
      'You ask for LIB, which no portal has; the mod is called "lib".',
      "* Ask for lib instead of LIB.",
    ]);
    expect(told("space-age", { mods, ask: [], disabled: ["space-age"] }).at(-1)).toBe("* Switch space-age on.");
    const fixed = { lib: { version: "1.0.0" } };
    const byHand = told("lib@2.0.0", { mods, ask: [], options: { fixed } });
    expect(byHand[0]).toBe("You ask for lib = 2.0.0, but lib 1.0.0 lies in the mods folder and stays as it is.");
    expect(byHand.at(-1)).toBe("* Take lib out of the mods folder.");
  });

  it("[WHYNOT-11] suggests to allow what only the manifest's own bounds forbid", () => {
    const mods = { lib: LIB, old: { "1.0.0": ["lib < 2.0"] } };
    const suggestions = (ask: readonly string[]) => {
      const answer = whyNot("lib@2.0.0", { mods, ask });
      return answer.possible ? [] : answer.suggestions.map(({ text }) => text);
    };
    expect(suggestions(["lib@<2.0"])).toEqual(["Allow lib 2.0.0 instead of lib < 2.0."]);
    expect(suggestions(["lib@<2.0", "old"])).toEqual([]);
  });

  it("[WHYNOT-12] says so when time runs out", () => {
    let ticks = 0;
    const request = requestOf({ game: "2.0.60", mods: { lib: LIB, old: { "1.0.0": ["lib < 2.0"] } }, ask: ["old"] });
    const limits = { budgetMs: 0, now: () => ticks++ };
    const answer = explainWhyNotRelease({
      request: { ...request, limits },
      name: "lib",
      version: parseVersion("2.0.0"),
    });
    expect(answer).toMatchObject({ possible: false, undecided: true, suggestions: [] });
  });
});
