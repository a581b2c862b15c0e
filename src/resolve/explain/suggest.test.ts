import { describe, expect, it } from "vitest";
import { type Question, requestOf } from "../../../test/scenarios/scenario.ts";
import { solve } from "../solve.ts";

/** What is suggested for a question about a 2.0.60 server. */
function suggestionsFor(question: Partial<Question> & Pick<Question, "mods" | "ask">) {
  const answer = solve(requestOf({ game: "2.0.60", ...question }));
  return answer.ok ? undefined : answer.suggestions.map(({ text, change }) => [text, change]);
}

function textsFor(question: Partial<Question> & Pick<Question, "mods" | "ask">): readonly string[] {
  const answer = solve(requestOf({ game: "2.0.60", ...question }));
  return answer.ok ? [] : answer.suggestions.map(({ text }) => text);
}

const LIB = { "1.0.0": [], "2.0.0": [] };

describe("suggestions", () => {
  it("[RES-60] puts fewer changes first, then fewer lost mods, then switches before bounds before fewer mods", () => {
    const mods = { a: { "1.0.0": ["! elevated-rails"] }, b: { "1.0.0": { for: "1.1" } } };
    const builtIns = { base: { version: "2.0.60" }, "elevated-rails": { version: "2.0.60" } };
    const off = { kind: "disable", builtIn: "elevated-rails", builtIns: ["elevated-rails"] };
    expect(suggestionsFor({ mods, builtIns, ask: ["a"] })).toEqual([
      ["Switch elevated-rails off.", off],
      ["Drop a.", { kind: "drop", mods: ["a"] }],
    ]);
    expect(suggestionsFor({ mods, builtIns, ask: ["a", "b"] })).toEqual([
      ["Switch elevated-rails off; drop b.", off],
      ["Drop a and b.", { kind: "drop", mods: ["a", "b"] }],
    ]);
    const dated = { lib: { "1.0.0": { at: "2025-01-01" }, "2.0.0": { at: "2025-03-01" } } };
    expect(suggestionsFor({ mods: dated, ask: ["lib@>=2.0"], options: { at: "2025-02-01" } })).toEqual([
      ["Allow releases published after 2025-02-01, up to 2025-03-01.", { kind: "date", until: "2025-03-01" }],
      ["Allow lib 1.0.0 instead of lib >= 2.0.", { kind: "allow", mod: "lib", version: "1.0.0" }],
      ["Drop lib.", { kind: "drop", mods: ["lib"] }],
    ]);
  });

  it("[RES-60] makes six suggestions at most, and none that does another one's work and more", () => {
    const mods = { a: { "1.0.0": ["space-age", "gone"] }, c: { "1.0.0": ["! d"] }, d: { "1.0.0": [] } };
    const texts = textsFor({ mods, ask: ["a", "c", "d"], disabled: ["space-age"] });
    expect(texts).toEqual(["Drop a and d.", "Drop a and c."]);
    const six = ["b", "c", "d", "e", "f", "g", "h"];
    const chain = Object.fromEntries(six.map((name, at) => [name, { "1.0.0": [`! ${six[(at + 1) % 7]}`] }]));
    expect(textsFor({ mods: chain, ask: six }).length).toBeLessThanOrEqual(6);
  });

  it("[RES-61] suggests to switch a built-in on that is missing, or off that is in the way", () => {
    const mods = { a: { "1.0.0": ["space-age"] }, b: { "1.0.0": ["! space-age"] } };
    const change = { builtIn: "space-age", builtIns: ["space-age"] };
    expect(suggestionsFor({ mods, ask: ["a"], disabled: ["space-age"] })).toEqual([
      ["Switch space-age on.", { kind: "enable", ...change }],
      ["Drop a.", { kind: "drop", mods: ["a"] }],
    ]);
    expect(suggestionsFor({ mods, ask: ["b"] })).toEqual([
      ["Switch space-age off.", { kind: "disable", ...change }],
      ["Drop b.", { kind: "drop", mods: ["b"] }],
    ]);
  });

  it.each([
    ["2.0.60", ["space-age"], "Switch elevated-rails, quality and space-age on."],
    ["2.1.12", ["space-age"], "Switch elevated-rails, recycler and space-age on."],
    ["2.1.12", ["space-age", "quality"], "Switch elevated-rails, quality, recycler and space-age on."],
    ["2.1.12", ["quality"], "Switch quality and recycler on."],
    ["2.0.60", ["quality"], "Switch quality on."],
    ["2.0.60", ["elevated-rails"], "Switch elevated-rails on."],
  ])("[RES-61] switches on what a base-only %s takes for %j", (game, needs, text) => {
    const disabled = ["elevated-rails", "recycler", "quality", "space-age"];
    expect(textsFor({ game, mods: { a: { "1.0.0": needs } }, ask: ["a"], disabled })).toEqual([text, "Drop a."]);
  });

  it.each([
    ["2.0.60", "quality", "Switch quality and space-age off."],
    ["2.1.12", "quality", "Switch quality off."],
    ["2.1.12", "recycler", "Switch quality, recycler and space-age off."],
  ])("[RES-61] switches off what a %s cannot keep without %s", (game, name, text) => {
    expect(textsFor({ game, mods: { a: { "1.0.0": [`! ${name}`] } }, ask: ["a"] })).toEqual([text, "Drop a."]);
  });

  it("[RES-61] mends built-ins that do not go together", () => {
    const mods = { a: { "1.0.0": [] } };
    expect(textsFor({ mods, ask: ["a"], disabled: ["quality"] })).toEqual([
      "Switch quality on.",
      "Switch space-age off.",
    ]);
  });

  it("[RES-62] suggests to take out what was put there by hand", () => {
    const options = { fixed: { mine: { version: "1.0.0", needs: ["! lib"] } } };
    expect(suggestionsFor({ mods: { lib: LIB }, ask: ["lib"], options })).toEqual([
      ["Take mine out of the mods folder.", { kind: "take-out", mod: "mine" }],
      ["Drop lib.", { kind: "drop", mods: ["lib"] }],
    ]);
  });

  it("[RES-63] suggests to allow newer releases, up to the first that will do", () => {
    const lib = { "1.0.0": { at: "2025-03-01" }, "1.1.0": { at: "2025-04-01" }, "1.2.0": { at: "2025-05-01" } };
    const ask = (line: string) => suggestionsFor({ mods: { lib }, ask: [line], options: { at: "2025-02-01" } })?.[0];
    expect(ask("lib")).toEqual([
      "Allow releases published after 2025-02-01, up to 2025-03-01.",
      { kind: "date", until: "2025-03-01" },
    ]);
    expect(ask("lib@>1.0")).toEqual([
      "Allow releases published after 2025-02-01, up to 2025-04-01.",
      { kind: "date", until: "2025-04-01" },
    ]);
  });

  it("[RES-63] looks at when dependencies were published, too", () => {
    const mods = {
      a: { "1.0.0": { needs: ["lib >= 2.0"], at: "2024-01-01" } },
      lib: { "2.0.0": { at: "2025-03-01" } },
    };
    expect(textsFor({ mods, ask: ["a"], options: { at: "2025-02-01" } })).toEqual([
      "Allow releases published after 2025-02-01, up to 2025-03-01.",
      "Drop a.",
    ]);
  });

  it("[RES-64] suggests a line of the game that every mod of the manifest has", () => {
    const a = { "1.0.0": { for: "1.1" }, "2.0.0": { for: "2.1" } };
    const b = { "1.0.0": { for: "1.1" }, "2.0.0": [] };
    expect(suggestionsFor({ mods: { a, b }, ask: ["a", "b"] })).toEqual([
      ["Use Factorio 1.1.", { kind: "game", line: "1.1" }],
      ["Drop a.", { kind: "drop", mods: ["a"] }],
    ]);
  });

  it("[RES-64] suggests no line on which something else is missing", () => {
    const a = { "1.0.0": { for: "1.1", needs: ["gone"] }, "2.0.0": { for: "2.1" } };
    expect(textsFor({ mods: { a }, ask: ["a"] })).toEqual(["Use Factorio 2.1.", "Drop a."]);
    expect(textsFor({ mods: { a, b: { "1.0.0": { for: "1.1" } } }, ask: ["a", "b"] })).toEqual(["Drop a and b."]);
  });

  it("[RES-64] suggests the first version of this line that a mod takes", () => {
    const a = { "1.0.0": ["base >= 2.0.72"], "1.1.0": ["base > 2.0.69"], "1.2.0": ["base >= 2.1"] };
    expect(suggestionsFor({ mods: { a }, ask: ["a"] })).toEqual([
      ["Use Factorio 2.0.70 or a later one.", { kind: "game", line: "2.0", version: "2.0.70" }],
      ["Drop a.", { kind: "drop", mods: ["a"] }],
    ]);
  });

  it("[RES-65] suggests the version that could be had without bounds", () => {
    const mods = { a: { "1.0.0": ["lib < 2.0"] }, lib: LIB };
    expect(suggestionsFor({ mods, ask: ["lib@2.0.0", "a"] })).toEqual([
      ["Allow lib 1.0.0 instead of lib = 2.0.0.", { kind: "allow", mod: "lib", version: "1.0.0" }],
      ["Drop a.", { kind: "drop", mods: ["a"] }],
      ["Drop lib.", { kind: "drop", mods: ["lib"] }],
    ]);
  });

  it("[RES-65] tells two lines about one mod apart", () => {
    expect(textsFor({ mods: { lib: LIB }, ask: ["lib@<1.5", "lib@>1.5"] })).toEqual([
      "Allow lib 2.0.0 instead of lib < 1.5.",
      "Allow lib 1.0.0 instead of lib > 1.5.",
      "Drop lib.",
    ]);
  });

  it("[RES-66] suggests to leave out the last of those that collide, or any other one", () => {
    const mods = { a: { "1.0.0": ["lib < 2.0"] }, b: { "1.0.0": ["lib >= 2.0"] }, lib: LIB, c: { "1.0.0": [] } };
    expect(suggestionsFor({ mods, ask: ["a", "c", "b"] })).toEqual([
      ["Drop b.", { kind: "drop", mods: ["b"] }],
      ["Drop a.", { kind: "drop", mods: ["a"] }],
    ]);
    expect(textsFor({ mods, ask: ["a", "b", "nowhere"] })).toEqual(["Drop b and nowhere.", "Drop a and nowhere."]);
  });

  it("[RES-66] leaves out as few as possible, whichever come last", () => {
    const one = { "1.0.0": [] };
    const mods = { a: { "1.0.0": ["! b", "! c", "! d"] }, b: one, c: one, d: one };
    expect(textsFor({ mods, ask: ["a", "b", "c", "d"] })).toEqual(["Drop a."]);
    const triangle = { ...mods, b: { "1.0.0": ["x < 2.0"] }, c: { "1.0.0": ["x >= 2.0"] }, x: LIB };
    expect(textsFor({ mods: triangle, ask: ["a", "b", "c"] })).toEqual([
      "Drop b and c.",
      "Drop a and b.",
      "Drop a and c.",
    ]);
  });

  it("[RES-66] finds conflicts that the first ones hide", () => {
    const one = { "1.0.0": [] };
    const mods = {
      a: { "1.0.0": ["! b", "! c"] },
      b: { "1.0.0": ["! d"] },
      c: one,
      d: one,
    };
    expect(textsFor({ mods, ask: ["a", "b", "c", "d"] })).toEqual(["Drop b and c.", "Drop a and b.", "Drop a and d."]);
  });

  it("[RES-67] suggests the mod that is meant by a name that no mod has", () => {
    expect(suggestionsFor({ mods: { "Even-Distribution": LIB }, ask: ["even-distribution@>=2.0"] })).toEqual([
      [
        "Ask for Even-Distribution instead of even-distribution.",
        { kind: "rename", mod: "even-distribution", to: "Even-Distribution" },
      ],
      ["Drop even-distribution.", { kind: "drop", mods: ["even-distribution"] }],
    ]);
    expect(textsFor({ mods: { "even-distribution": LIB }, ask: ["evn-distribution@>=3.0"] })).toEqual([
      "Drop evn-distribution.",
    ]);
  });

  it("[RES-68] says what has to be left out beside a change that is not enough", () => {
    const mods = { a: { "1.0.0": ["space-age"] }, b: { "1.0.0": ["space-age"] } };
    const answer = solve(requestOf({ game: "2.0.60", mods, ask: ["a", "b", "gone"], disabled: ["space-age"] }));
    expect(answer.ok ? [] : answer.suggestions).toEqual([
      {
        text: "Switch space-age on; drop gone.",
        change: { kind: "enable", builtIn: "space-age", builtIns: ["space-age"] },
        and: [{ kind: "drop", mods: ["gone"] }],
      },
      { text: "Drop a, b and gone.", change: { kind: "drop", mods: ["a", "b", "gone"] } },
    ]);
  });

  it("[RES-68] names one change alone where much has to be left out beside each", () => {
    const gone = Object.fromEntries(["p", "q", "r", "s", "t"].map((name) => [name, { "1.0.0": ["gone"] }]));
    const mods = { ...gone, a: { "1.0.0": ["space-age"] }, lib: LIB };
    expect(textsFor({ mods, ask: ["a", "lib@>=3.0", ...Object.keys(gone)], disabled: ["space-age"] })).toEqual([
      "Switch space-age on; allow lib 2.0.0 instead of lib >= 3.0; drop p, q, r, s and t.",
      "Drop a, lib, p, q, r, s and t.",
    ]);
  });

  it("[RES-69] mends each conflict for itself where that loses nothing", () => {
    const mods = { a: { "1.0.0": ["space-age"] }, lib: LIB, flib: LIB };
    const ask = ["a", "lib@>=3.0", "FLIB"];
    expect(textsFor({ mods, ask, disabled: ["space-age"] })[0]).toBe(
      "Switch space-age on; allow lib 2.0.0 instead of lib >= 3.0; ask for flib instead of FLIB.",
    );
  });
});
