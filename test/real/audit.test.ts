import { describe, expect, it } from "vitest";
import { startRandom } from "../../bench/random.ts";
import { defaultBuiltIns } from "../../src/game/built-ins.ts";
import { parseVersion } from "../../src/game/version.ts";
import { audit } from "../../src/resolve/audit.ts";
import { type ChosenMod, findBroken, type Game } from "./checker.ts";
import { loadsIn } from "./game-rules.ts";
import type { Offer } from "./no-checker.ts";
import { guessGame, rootsOf } from "./pack-game.ts";
import { hasRealData, type Pack, readOffer, readPacks } from "./real-data.ts";

/** How many sets of releases are judged of each pack. */
const SETS = 20;

/** Some release of each mod of a pack, now and then one for another game. */
function pickSet(pack: Pack, { version }: Game, { offer, random }: { offer: Offer; random: () => number }) {
  return rootsOf(pack).flatMap((name): readonly ChosenMod[] => {
    const releases = offer[name]?.releases ?? [];
    const fitting = releases.filter((each) => loadsIn(version, each.factorio_version));
    const pool = fitting.length > 0 && random() < 0.95 ? fitting : releases;
    const release = pool[Math.floor(random() * pool.length)];
    if (!release) return [];
    const { version: text, factorio_version: factorioVersion, dependencies } = release;
    return [{ name, version: text, factorioVersion, dependencies: dependencies ?? ["base"] }];
  });
}

/** The mods with a fault, as a checker sees them that shares nothing with ours. */
function findFaulty(mods: readonly ChosenMod[], { version, builtIns }: Game): readonly string[] {
  const versions = new Map([...builtIns, ...mods.map((mod) => [mod.name, mod.version] as const)]);
  const faulty = mods.filter((mod) => !loadsIn(version, mod.factorioVersion) || findBroken(mod, versions).length > 0);
  return faulty.map(({ name }) => name);
}

describe.skipIf(!hasRealData)("the audit of sets of real releases", () => {
  const offer = hasRealData ? readOffer("universe-real") : {};

  it.each(readPacks())("$name: finds what an independent checker finds, and no more", (pack) => {
    const random = startRandom(rootsOf(pack).length);
    const game = guessGame(pack, offer);
    const version = parseVersion(game.version);
    for (let set = 0; set < SETS; set++) {
      const mods = pickSet(pack, game, { offer, random });
      const findings = audit({
        game: version,
        builtIns: defaultBuiltIns(version),
        mods: mods.map(({ name, version: text, factorioVersion, dependencies }) => {
          return {
            name,
            version: parseVersion(text),
            factorioVersion: factorioVersion ?? "0.12",
            dependencies,
            enabled: true,
          };
        }),
      });
      const faulty = findFaulty(mods, game);
      const errors = findings.filter(({ severity, rule }) => severity === "error" && !/^(FIND|AUDIT-15)/.test(rule));
      const blamed = new Set(errors.flatMap((each) => each.mods));
      expect(
        faulty.filter((name) => !blamed.has(name)),
        "found by the checker alone",
      ).toEqual([]);
      expect(
        errors.filter((each) => !each.mods.some((name) => faulty.includes(name))),
        "found by the audit alone",
      ).toEqual([]);
      for (const { rule, text } of findings) expect(text, rule).toMatch(/^[^]+\.$/);
    }
  });
});
