import { describe, expect, it } from "vitest";
import type { Offer } from "./no-checker.ts";
import { gameForLine } from "./pack-game.ts";
import { findLooseCores, findUntruths, type Refusal } from "./refusal.ts";

const release = (version: string, ...dependencies: string[]) => ({ version, factorio_version: "2.0", dependencies });
const offer: Offer = {
  lib: { releases: [release("1.0.0"), release("2.0.0")] },
  old: { releases: [release("1.0.0", "lib < 2"), release("1.1.0", "lib < 1.9")] },
  new: { releases: [release("1.0.0", "lib >= 2")] },
  lost: { releases: [release("1.0.0", "nowhere")] },
};
const question = { roots: ["old", "new", "lost"], offer, game: gameForLine("2.0") };

interface Claim {
  readonly core: readonly string[];
  readonly releases?: readonly string[];
  readonly dependency?: string;
  readonly drop?: readonly string[];
}

function refusal({
  core,
  releases = ["1.0.0", "1.1.0"],
  dependency = "lib < 2",
  drop = ["old", "lost"],
}: Claim): Refusal {
  const sentence = { text: "It is so.", mod: "old", releases, dependency };
  return {
    error: { code: "NO_SOLUTION" },
    conflicts: [{ core, explanation: [sentence, { text: "You ask for old.", mod: "old" }] }],
    suggestions: [{ text: "Drop it.", change: { kind: "drop", mods: drop } }],
  };
}

describe("findUntruths", () => {
  it.each([
    ["a conflict", { core: ["old", "new"] }, []],
    ["mods that go together", { core: ["old"] }, ["the core old is possible"]],
    ["a mod nobody asked for", { core: ["lib"] }, ["the core lib holds lib, which was not asked for"]],
    ["a release that is not there", { core: ["lost"], releases: ["9.0.0"] }, ["not so of every release: It is so."]],
    ["words nobody wrote", { core: ["lost"], dependency: "lib < 3" }, ["nowhere in these words: It is so."]],
    ["a suggestion that does not help", { core: ["lost"], drop: ["lost"] }, ["would not help: Drop it."]],
  ])("judges %s", (_what, claim, untruths) => {
    expect(findUntruths(refusal(claim), question)).toEqual(untruths);
  });

  it("judges all changes of a suggestion together, and every source of a sentence", () => {
    const drop = { kind: "drop", mods: ["old"] };
    const claim = refusal({ core: ["old", "new"] });
    const twice = { ...claim, suggestions: [{ text: "Drop both.", change: drop, and: [{ ...drop, mods: ["lost"] }] }] };
    expect(findUntruths(twice, question)).toEqual([]);
    const sources = [{ mod: "lost", releases: ["1.0.0"], dependency: "elsewhere" }];
    const [conflict] = claim.conflicts;
    const invented = {
      ...claim,
      conflicts: [{ core: conflict?.core ?? [], explanation: [{ text: "So it is.", sources }] }],
    };
    expect(findUntruths(invented, question)).toEqual(["not so of every release: So it is."]);
  });

  it("wants a reason", () => {
    const silent = { error: { code: "UNDECIDED" }, conflicts: [], suggestions: [] };
    expect(findUntruths(silent, question)).toEqual(["ended with UNDECIDED", "names no conflict"]);
  });
});

describe("findLooseCores", () => {
  it("finds the core of which a part would do", () => {
    expect(findLooseCores(refusal({ core: ["old", "new"] }), question)).toEqual([]);
    expect(findLooseCores(refusal({ core: ["old", "lost"] }), question)).toEqual(["old, lost (without old)"]);
  });
});
