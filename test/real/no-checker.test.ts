import { describe, expect, it } from "vitest";
import type { Game } from "./checker.ts";
import { isPossible, type Offer } from "./no-checker.ts";

const game: Game = {
  version: "2.0.77",
  builtIns: new Map([
    ["base", "2.0.77"],
    ["quality", "2.0.73"],
  ]),
};

const release = (version: string, ...dependencies: string[]) => ({ version, factorio_version: "2.0", dependencies });
const offer: Offer = {
  lib: { releases: [release("1.0.0"), release("2.0")] },
  old: { releases: [release("1.0.0", "lib < 2")] },
  new: { releases: [release("1.0.0", "~lib >= 2.0.0")] },
  either: { releases: [release("1.0.0", "lib < 2"), release("1.1.0", "lib >= 2")] },
  picky: { releases: [release("1.0.0", "? lib = 2.0.0")] },
  loner: { releases: [release("1.0.0", "!lib > 9")] },
  ahead: { releases: [release("1.0.0", "base >= 2.0.78")] },
  lagging: { releases: [release("1.0.0", "quality >= 2.0.77")] },
  silent: { releases: [{ version: "1.0.0", factorio_version: "2.0", dependencies: null }] },
  lost: { releases: [release("1.0.0", "nowhere")] },
  ancient: { releases: [{ version: "1.0.0", factorio_version: "1.1", dependencies: [] }] },
};

describe("isPossible", () => {
  it.each([
    [["old", "either"], true],
    [["new", "either"], true],
    [["old", "new"], false],
    [["picky"], true],
    [["picky", "old"], false],
    [["picky", "new"], true],
    [["loner"], true],
    [["loner", "old"], false],
    [["silent"], true],
    [["ahead"], false],
    [["lagging"], false],
    [["lost"], false],
    [["ancient"], false],
    [["no such mod"], false],
  ])("decides about %j", (wanted, possible) => {
    expect(isPossible(wanted, offer, game)).toBe(possible);
  });
});
