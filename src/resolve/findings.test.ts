import { describe, expect, it } from "vitest";
import { type Question, requestOf } from "../../test/scenarios/scenario.ts";
import { solve } from "./solve.ts";

/** What is found out about the answer to a question about a 2.0.60 server. */
function findingsOf(question: Partial<Question> & Pick<Question, "mods" | "ask">) {
  const answer = solve(requestOf({ game: "2.0.60", ...question }));
  return answer.ok ? answer.findings : undefined;
}

const CLEAN = { "1.0.0": [] };

describe("findings", () => {
  it("[FIND-1] is an error for mods that require each other in a circle", () => {
    const mods = { a: { "1.0.0": ["c"] }, b: { "1.0.0": ["a"] }, c: { "1.0.0": ["b", "? a"] } };
    expect(findingsOf({ mods, ask: ["b"] })).toEqual([
      {
        rule: "FIND-1",
        severity: "error",
        mods: ["a", "c", "b"],
        text: "These mods require each other in a circle, which the game refuses: a → c → b → a.",
      },
    ]);
  });

  it.each(["? ", "(?) ", "+ "])("[FIND-2] is a warning for a circle closed by %j", (prefix) => {
    const mods = { a: { "1.0.0": ["b"] }, b: { "1.0.0": [`${prefix}a`] } };
    expect(findingsOf({ mods, ask: ["a"] })).toEqual([
      {
        rule: "FIND-2",
        severity: "warning",
        mods: ["a", "b"],
        text: "These mods want to load after each other in a circle: a → b → a.",
      },
    ]);
  });

  it("[FIND-3] is a warning for a deprecated mod", () => {
    expect(findingsOf({ mods: { a: CLEAN, b: CLEAN }, deprecated: ["a", "b"], ask: ["a"] })).toEqual([
      { rule: "FIND-3", severity: "warning", mods: ["a"], text: "a is deprecated by its author." },
    ]);
  });

  it("[FIND-4] notes dependencies that cannot be read", () => {
    expect(findingsOf({ mods: { a: { "1.0.0": ["", "b >= 70000.1", "base"] } }, ask: ["a"] })).toEqual([
      {
        rule: "FIND-4",
        severity: "note",
        mods: ["a"],
        text: 'a 1.0.0 has a dependency that cannot be read and is ignored: "".',
      },
      {
        rule: "FIND-4",
        severity: "note",
        mods: ["a"],
        text: 'a 1.0.0 has a dependency that cannot be read and is ignored: "b >= 70000.1".',
      },
    ]);
  });

  it("[FIND-5] notes why a recommended mod is missing", () => {
    const mods = {
      a: { "1.0.0": ["+ gone", "+ old >= 1.0", "+ rival", "+ lib > 1.0", "+ off"] },
      lib: CLEAN,
      off: CLEAN,
      old: CLEAN,
      rival: { "1.0.0": ["! a"] },
    };
    const found = findingsOf({ mods, deprecated: ["old"], ask: ["a"], options: { without: ["off"] } });
    expect(found?.map(({ rule, severity, mods: about, text }) => [rule, severity, about.join(), text])).toEqual([
      ["FIND-5", "note", "a,gone", 'a 1.0.0 recommends "+ gone", which no portal has.'],
      ["FIND-5", "note", "a,old", 'a 1.0.0 recommends "+ old >= 1.0", which is deprecated.'],
      ["FIND-5", "note", "a,rival", 'a 1.0.0 recommends "+ rival", which does not go with the rest.'],
      ["FIND-5", "note", "a,lib", 'a 1.0.0 recommends "+ lib > 1.0", but lib has only 1.0.0 for Factorio 2.0.'],
    ]);
  });

  it("[FIND-5] has nothing to say of a built-in that is switched off", () => {
    const mods = { a: { "1.0.0": ["+ quality", "+ recycler"] } };
    expect(findingsOf({ game: "2.1.12", mods, ask: ["a"], disabled: ["quality"] })).toEqual([]);
    expect(findingsOf({ mods, ask: ["a"], disabled: ["quality", "space-age"] })?.map(({ text }) => text)).toEqual([
      'a 1.0.0 recommends "+ recycler", which Factorio 2.0 does not have.',
    ]);
  });

  it("[FIND-6] warns of a locked release that is gone, unless it was set free", () => {
    const question = { mods: { a: CLEAN, b: CLEAN }, ask: ["a", "b"] };
    const locked = { a: "0.9.0", b: "1.00.0" };
    expect(findingsOf({ ...question, options: { locked } })).toEqual([
      {
        rule: "FIND-6",
        severity: "warning",
        mods: ["a"],
        text: "a 0.9.0 is locked but not offered for this game; 1.0.0 takes its place.",
      },
    ]);
    expect(findingsOf({ ...question, options: { locked, free: ["a"] } })).toEqual([]);
  });
});
