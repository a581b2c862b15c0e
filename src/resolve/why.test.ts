import { describe, expect, it } from "vitest";
import { explainWhy } from "./why.ts";

type Mods = Readonly<Record<string, readonly string[]>>;

function whyOf(name: string, mods: Mods, roots: readonly string[]) {
  const present = Object.entries(mods).map(
    ([key, dependencies]) => [key, { version: { text: "1.0.0" }, dependencies }] as const,
  );
  const why = explainWhy(
    name,
    new Map(present),
    roots.map((each) => ({ name: each, constraints: [] })),
  );
  return (
    why && {
      asked: why.asked,
      chains: why.chains.map((chain) => chain.map(({ from, dependency }) => `${from}: ${dependency}`)),
    }
  );
}

describe("explainWhy", () => {
  it("[WHY-1] knows nothing of mods that are not there", () => {
    expect(whyOf("c", { a: ["c"] }, ["a", "c"])).toBeUndefined();
  });

  it("[WHY-1] says whether the manifest names a mod", () => {
    expect(whyOf("a", { a: [], b: [] }, ["a"])).toEqual({ asked: true, chains: [] });
    expect(whyOf("b", { a: [], b: [] }, ["a"])).toEqual({ asked: false, chains: [] });
  });

  it("[WHY-2] names the shortest chain for each mod that asks directly, shorter ones first", () => {
    const mods = {
      lib: [],
      z: ["far", "y"],
      far: ["mid >= 2.0"],
      y: ["mid"],
      mid: ["+ lib"],
      a: ["lib"],
      m: ["lib >= 1.0"],
      alone: ["lib"],
    };
    expect(whyOf("lib", mods, ["z", "m", "a"])).toEqual({
      asked: false,
      chains: [["a: lib"], ["m: lib >= 1.0"], ["z: far", "far: mid >= 2.0", "mid: + lib"]],
    });
  });

  it("[WHY-3] follows only what brings a mod in", () => {
    const mods = { lib: [], a: ["? lib"], b: ["(?) lib"], c: ["! lib"], d: ["~ lib"], e: ["+ lib"] };
    expect(whyOf("lib", mods, ["a", "b", "c", "d", "e"])?.chains).toEqual([["d: ~ lib"], ["e: + lib"]]);
  });

  it("[WHY-3] leads no chain through the mod itself", () => {
    const mods = { lib: ["b", "lib"], b: ["~ lib"], a: ["lib"] };
    expect(whyOf("lib", mods, ["a"])).toEqual({ asked: false, chains: [["a: lib"]] });
    expect(whyOf("lib", mods, ["lib", "a"])).toEqual({ asked: true, chains: [["a: lib"]] });
  });
});
