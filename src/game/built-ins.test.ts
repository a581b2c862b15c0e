import { describe, expect, it } from "vitest";
import { BUILT_IN_NAMES, compareBuiltIns, defaultBuiltIns } from "./built-ins.ts";
import { findDependency, satisfies } from "./dependency.ts";
import { parseVersion } from "./version.ts";

const names = (game: string) => defaultBuiltIns(parseVersion(game)).map((builtIn) => builtIn.name);

describe("built-ins", () => {
  it("[BUILTIN-1] knows the six names", () => {
    expect([...BUILT_IN_NAMES].toSorted()).toEqual([
      "base",
      "core",
      "elevated-rails",
      "quality",
      "recycler",
      "space-age",
    ]);
  });

  it("[BUILTIN-2] orders known ones as the game does and unknown ones after", () => {
    const shuffled = ["zeta", "space-age", "alpha", "base", "quality", "recycler", "elevated-rails"];
    expect(shuffled.toSorted(compareBuiltIns)).toEqual([
      "base",
      "elevated-rails",
      "recycler",
      "quality",
      "space-age",
      "alpha",
      "zeta",
    ]);
  });

  it.each([
    ["1.1.110", ["base"]],
    ["2.0.77", ["base", "elevated-rails", "quality", "space-age"]],
    ["2.1.12", ["base", "elevated-rails", "recycler", "quality", "space-age"]],
    ["3.0.0", ["base", "elevated-rails", "recycler", "quality", "space-age"]],
  ])("[BUILTIN-3] takes game %s to ship %j", (game, expected) => {
    expect(names(game)).toEqual(expected);
  });

  it.each(["1.1.0", "2.0.0", "2.1.0", "2.1.12"])("[BUILTIN-3] what it takes game %s to ship fits together", (game) => {
    const builtIns = new Map(defaultBuiltIns(parseVersion(game)).map((builtIn) => [builtIn.name, builtIn]));
    for (const text of [...builtIns.values()].flatMap((builtIn) => builtIn.dependencies)) {
      const dependency = findDependency(text);
      const provider = builtIns.get(dependency?.name ?? "");
      expect(provider && satisfies(provider.version, dependency?.constraint)).toBe(true);
    }
  });
});
