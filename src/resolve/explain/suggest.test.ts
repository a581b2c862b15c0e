import { describe, expect, it } from "vitest";
import { type Question, requestOf } from "../../../test/scenarios/scenario.ts";
import { solve } from "../solve.ts";

/** What is suggested for a question about a 2.0.60 server. */
function suggestionsFor(question: Partial<Question> & Pick<Question, "mods" | "ask">) {
  const answer = solve(requestOf({ game: "2.0.60", ...question }));
  return answer.ok ? undefined : answer.suggestions.map(({ text, change }) => [text, change]);
}

const LIB = { "1.0.0": [], "2.0.0": [] };

describe("suggestions", () => {
  it("[RES-60] puts switches before files, date, game, bounds and fewer mods, and only names what helps", () => {
    const mods = {
      a: { "1.0.0": { needs: ["! elevated-rails"] } },
      b: { "1.0.0": { for: "1.1" } },
    };
    const builtIns = { base: { version: "2.0.60" }, "elevated-rails": { version: "2.0.60" } };
    expect(suggestionsFor({ mods, builtIns, ask: ["a"] })).toEqual([
      ["Switch elevated-rails off.", { kind: "disable", builtIn: "elevated-rails" }],
      ["Drop a.", { kind: "drop", mods: ["a"] }],
    ]);
    expect(suggestionsFor({ mods, builtIns, ask: ["a", "b"] })).toEqual([
      ["Drop a and b.", { kind: "drop", mods: ["a", "b"] }],
    ]);
    const dated = { lib: { "1.0.0": { at: "2025-01-01" }, "2.0.0": { at: "2025-03-01" } } };
    expect(suggestionsFor({ mods: dated, ask: ["lib@>=2.0"], options: { at: "2025-02-01" } })).toEqual([
      ["Allow releases published after 2025-02-01.", { kind: "date" }],
      ["Allow lib 1.0.0 instead of lib >= 2.0.", { kind: "allow", mod: "lib", version: "1.0.0" }],
      ["Drop lib.", { kind: "drop", mods: ["lib"] }],
    ]);
  });

  it("[RES-61] suggests to switch a built-in on that is missing, or off that is in the way", () => {
    const mods = { a: { "1.0.0": ["space-age"] }, b: { "1.0.0": ["! space-age"] } };
    expect(suggestionsFor({ mods, ask: ["a"], disabled: ["space-age"] })).toEqual([
      ["Switch space-age on.", { kind: "enable", builtIn: "space-age" }],
      ["Drop a.", { kind: "drop", mods: ["a"] }],
    ]);
    expect(suggestionsFor({ mods, ask: ["b"] })).toEqual([
      ["Switch space-age off.", { kind: "disable", builtIn: "space-age" }],
      ["Drop b.", { kind: "drop", mods: ["b"] }],
    ]);
  });

  it("[RES-61] does not suggest a switch that breaks something else", () => {
    const mods = { b: { "1.0.0": ["! quality"] } };
    expect(suggestionsFor({ mods, ask: ["b"] })).not.toContainEqual([
      "Switch quality off.",
      { kind: "disable", builtIn: "quality" },
    ]);
  });

  it("[RES-62] suggests to take out what was put there by hand", () => {
    const options = { fixed: { mine: { version: "1.0.0", needs: ["! lib"] } } };
    expect(suggestionsFor({ mods: { lib: LIB }, ask: ["lib"], options })).toEqual([
      ["Take mine out of the mods folder.", { kind: "take-out", mod: "mine" }],
      ["Drop lib.", { kind: "drop", mods: ["lib"] }],
    ]);
  });

  it("[RES-63] suggests to allow newer releases", () => {
    const mods = { lib: { "1.0.0": { at: "2025-03-01" } } };
    expect(suggestionsFor({ mods, ask: ["lib"], options: { at: "2025-02-01" } })).toEqual([
      ["Allow releases published after 2025-02-01.", { kind: "date" }],
      ["Drop lib.", { kind: "drop", mods: ["lib"] }],
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

  it("[RES-65] suggests the version that could be had without bounds", () => {
    const mods = { a: { "1.0.0": ["lib < 2.0"] }, lib: LIB };
    expect(suggestionsFor({ mods, ask: ["lib@2.0.0", "a"] })).toEqual([
      ["Allow lib 1.0.0 instead of lib = 2.0.0.", { kind: "allow", mod: "lib", version: "1.0.0" }],
      ["Drop a.", { kind: "drop", mods: ["a"] }],
      ["Drop lib.", { kind: "drop", mods: ["lib"] }],
    ]);
  });

  it("[RES-66] suggests to leave out the last of those that collide, or any other one", () => {
    const mods = { a: { "1.0.0": ["lib < 2.0"] }, b: { "1.0.0": ["lib >= 2.0"] }, lib: LIB, c: { "1.0.0": [] } };
    expect(suggestionsFor({ mods, ask: ["a", "c", "b"] })).toEqual([
      ["Drop b.", { kind: "drop", mods: ["b"] }],
      ["Drop a.", { kind: "drop", mods: ["a"] }],
    ]);
    expect(suggestionsFor({ mods, ask: ["a", "b", "nowhere"] })).toEqual([
      ["Drop b and nowhere.", { kind: "drop", mods: ["b", "nowhere"] }],
    ]);
  });
});
