import { describe, expect, it } from "vitest";
import { type Question, requestOf } from "../../test/scenarios/scenario.ts";
import { parseVersion } from "../game/version.ts";
import { explainWhyNot } from "./why-not.ts";

const LIB = { "1.0.0": [], "1.5.0": [], "2.0.0": [] };

/** What `NAME` or `NAME@VERSION` takes on a 2.0.60 server. */
function whyNot(wanted: string, question: Partial<Question> & Pick<Question, "mods" | "ask">) {
  const [name = "", version] = wanted.split("@");
  const request = requestOf({ game: "2.0.60", ...question });
  return explainWhyNot(request, version === undefined ? { name } : { name, version: parseVersion(version) });
}

describe("explainWhyNot", () => {
  it("[WHY-4] tells what would come in, go, go up and go back", () => {
    const mods = {
      a: { "1.0.0": ["lib < 2.0", "old"], "2.0.0": ["lib"] },
      b: { "1.0.0": [], "2.0.0": ["! c"] },
      c: { "1.0.0": ["lib >= 2.0", "new"] },
      lib: LIB,
      old: { "1.0.0": [] },
      new: { "1.0.0": [] },
    };
    const options = { locked: { a: "1.0.0", b: "2.0.0", lib: "1.0.0" } };
    const answer = whyNot("c", { mods, ask: ["a", "b"], options });
    expect(answer.possible && answer.changes.map(({ text }) => text)).toEqual([
      "a goes up from 1.0.0 to 2.0.0.",
      "b goes back from 2.0.0 to 1.0.0.",
      "c 1.0.0 comes in.",
      "lib goes up from 1.0.0 to 2.0.0.",
      "new 1.0.0 comes in.",
      "old 1.0.0 goes.",
    ]);
  });

  it("[WHY-4] keeps what is asked for before what the mod recommends", () => {
    const mods = { a: { "1.0.0": [], "2.0.0": ["! lib"] }, c: { "1.0.0": ["+ lib"] }, lib: LIB };
    expect(whyNot("c", { mods, ask: ["a"] })).toMatchObject({
      possible: true,
      changes: [{ name: "c", from: undefined, to: "1.0.0" }],
    });
  });

  it("[WHY-4] moves a mod to the release that is named", () => {
    expect(whyNot("lib@1.5", { mods: { lib: LIB }, ask: ["lib"] })).toEqual({
      possible: true,
      changes: [{ name: "lib", from: "2.0.0", to: "1.5.0", text: "lib goes back from 2.0.0 to 1.5.0." }],
    });
  });

  it.each(["lib", "lib@2.0"])("[WHY-5] changes nothing for %s, which is there", (wanted) => {
    const mods = { a: { "1.0.0": ["lib"] }, lib: LIB };
    expect(whyNot(wanted, { mods, ask: ["a"] })).toEqual({ possible: true, changes: [] });
  });

  it("[WHY-6] gives the explanation of the resolver", () => {
    const mods = { a: { "1.0.0": ["lib < 2.0"] }, lib: LIB };
    const answer = whyNot("lib@2.0", { mods, ask: ["a"] });
    expect(!answer.possible && answer.failure.explanation.map(({ text }) => text)).toEqual([
      "You ask for a and lib = 2.0.",
      'a 1.0.0 needs "lib < 2.0".',
      "So a and lib cannot be installed together.",
    ]);
  });
});
