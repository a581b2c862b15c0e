import { type ChosenMod, findBroken, type Game } from "./checker.ts";
import { compareNumbers, loadsIn } from "./game-rules.ts";
import type { OfferedRelease, Offer } from "./no-checker.ts";

/**
 * Releases newer than the chosen ones that could simply take their place, in sentences.
 *
 * There are none in a set of the newest releases that fit together, whatever the order in which its mods were preferred.
 */
export function findOutdated(mods: readonly ChosenMod[], offer: Offer, game: Game): readonly string[] {
  const versions = new Map([...game.builtIns, ...mods.map(({ name, version }) => [name, version] as const)]);
  return mods.flatMap((mod) => {
    const newer = (offer[mod.name]?.releases ?? [])
      .filter((release) => compareNumbers(release.version, mod.version) > 0)
      .filter((release) => loadsIn(game.version, release.factorio_version))
      .filter((release) => fits(chosenRelease(mod.name, release), mods, versions));
    return newer.map(({ version }) => `${mod.name} ${version} could take the place of ${mod.version}`);
  });
}

/** A release of an offer as a mod that was chosen. */
export function chosenRelease(name: string, release: OfferedRelease): ChosenMod {
  const { version, factorio_version: factorioVersion, dependencies } = release;
  return { name, version, factorioVersion, dependencies: dependencies ?? ["base"] };
}

/** Whether nothing is broken that was not broken before when this release takes the place of its mod. */
function fits(mod: ChosenMod, mods: readonly ChosenMod[], before: ReadonlyMap<string, string>): boolean {
  const after = new Map(before).set(mod.name, mod.version);
  const others = mods.filter(({ name }) => name !== mod.name);
  return [mod, ...others].every((each) => findBroken(each, after).length === 0);
}
