import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { defaultBuiltIns } from "../game/built-ins.ts";
import { parseDependency } from "../game/dependency.ts";
import { isModName } from "../game/mod-name.ts";
import { parseVersion } from "../game/version.ts";
import { solve } from "../resolve/solve.ts";
import { parseUniverseFile } from "../resolve/universe-file.ts";
import type { WorldMod, WorldProblem } from "./world.ts";
import { openUniverseWorld } from "./worlds/universe-world.ts";
import { everyModOf } from "./worlds/memory-source.ts";

const FILE = fileURLToPath(new URL("../../examples/world/world.json", import.meta.url));

describe("the demo world", () => {
  const problems: WorldProblem[] = [];
  let mods: readonly WorldMod[] = [];
  let text = "";
  beforeAll(async () => {
    mods = await everyModOf(await openUniverseWorld(FILE, (problem) => problems.push(problem)));
    text = await readFile(FILE, "utf8");
  });
  const releases = () => mods.flatMap((mod) => mod.releases);
  const answer = (game: string, names: readonly string[]) => {
    const version = parseVersion(game);
    const universe = {
      mods: parseUniverseFile(JSON.parse(text)).mods,
      game: version,
      builtIns: defaultBuiltIns(version),
    };
    return solve({ universe, requirements: names.map((name) => ({ name, constraints: [] })) });
  };
  const picked = (game: string, names: readonly string[]) => {
    const resolution = answer(game, names);
    return resolution.ok ? [...resolution.picks].map(([name, { version }]) => `${name} ${version.text}`).sort() : [];
  };

  it("[REG-70] has a dozen mods and nothing that is left out", () => {
    expect(problems).toEqual([]);
    expect(mods.length).toBeGreaterThanOrEqual(12);
    expect(mods.every((mod) => isModName(mod.name) && mod.title && mod.owner && mod.summary)).toBe(true);
  });

  it("[REG-70] shows what a world can hold", () => {
    const kinds = releases().flatMap((release) =>
      (release.dependencies ?? []).map((each) => parseDependency(each).kind),
    );
    expect([...new Set(kinds)].sort()).toEqual([
      "hidden-optional",
      "incompatible",
      "optional",
      "recommended",
      "required",
      "unordered",
    ]);
    expect([...new Set(releases().map((release) => release.factorioVersion))].sort()).toEqual(["1.1", "2.0", "2.1"]);
    expect(mods.some((mod) => mod.name.includes(" "))).toBe(true);
    expect(mods.some((mod) => mod.deprecated)).toBe(true);
    expect(mods.every((mod) => mod.releases.length > 1)).toBe(true);
  });

  it("[REG-70] names `+` only where the game knows it, from 2.1 on", () => {
    const recommending = releases().filter((release) => release.dependencies?.some((each) => each.startsWith("+")));
    expect(recommending.map((release) => release.factorioVersion)).toEqual(["2.1", "2.1"]);
  });

  const ROOTS = ["tidewater-harbor", "kitchen-automation", "market-stalls", "sea-breeze"];

  it("[REG-70] gives a tree of eight on 2.0.60", () => {
    expect(picked("2.0.60", ROOTS)).toEqual([
      "Copper Kettle 1.3.0",
      "kitchen-automation 0.8.3",
      "lantern-ui 1.2.0",
      "market-caravans 2.0.0",
      "market-stalls 2.0.1",
      "sea-breeze 1.1.0",
      "tidewater-core 1.4.0",
      "tidewater-harbor 1.4.0",
    ]);
  });

  it("[REG-70] gives a tree with what is recommended on 2.1.12", () => {
    expect(picked("2.1.12", ["tidewater-harbor", "kitchen-automation"])).toEqual([
      "Copper Kettle 1.3.1",
      "harbor-lights 1.0.0",
      "kitchen-automation 0.9.0",
      "lantern-ui 2.0.0",
      "market-caravans 2.1.0",
      "market-stalls 2.1.0",
      "tidewater-core 2.0.0",
      "tidewater-harbor 2.0.0",
    ]);
  });

  it.each([
    ["tidewater-harbor", "rustic-windmills"],
    ["sea-breeze", "eternal-noon"],
  ])("[REG-70] has no set with both %s and %s", (...pair) => {
    for (const name of pair) expect(picked("2.0.60", [name])).not.toEqual([]);
    expect(answer("2.0.60", pair).ok).toBe(false);
  });
});
