import { BUILT_IN_NAMES, type BuiltIn } from "../game/built-ins.ts";
import { runsOn } from "../game/game-version.ts";
import { type Version, versionOf } from "../game/version.ts";
import { isBefore, parseInstant } from "./instant.ts";
import type { SolveRequest } from "./request.ts";
import type { Mod, Release } from "./universe.ts";

/**
 * The part of the game that is there whatever else is, and that no list names; its version is what logs say.
 *
 * @see rule RES-48
 */
export const CORE: BuiltIn = { name: "core", version: versionOf(0, 0, 0), dependencies: [] };

/** True for the names that only the game itself provides. */
export function isBuiltIn(name: string, request: SolveRequest): boolean {
  return BUILT_IN_NAMES.has(name) || request.universe.builtIns.some((each) => each.name === name);
}

/** True when a built-in ships with this game and is not switched off; `base` never is. */
export function isSwitchedOn(name: string, request: SolveRequest): boolean {
  return name === "base" || !request.disabledBuiltIns?.has(name);
}

/** A test for the releases that this game loads and that exist at the asked time. */
export function releaseFilter({ universe, releasedBefore }: SolveRequest): (release: Release) => boolean {
  const before = releasedBefore === undefined ? undefined : parseInstant(releasedBefore);
  const known = new Map<string, boolean>();
  return ({ factorioVersion, releasedAt }) => {
    let runs = known.get(factorioVersion);
    if (runs === undefined) known.set(factorioVersion, (runs = runsOn(factorioVersion, universe.game)));
    return runs && (before === undefined || isBefore(releasedAt, before));
  };
}

/** The releases of a mod that may be chosen, each version once, in order of preference. */
export function candidatesOf(
  mod: Mod,
  request: SolveRequest,
  accepts: (release: Release) => boolean,
): readonly Release[] {
  const usable = mod.releases.filter(accepts);
  const kept = request.free?.has(mod.name) ? undefined : request.locked?.get(mod.name);
  const direction = request.prefer === "oldest" ? 1 : -1;
  if (usable.length > 1) {
    usable.sort((a, b) => direction * (a.version.key - b.version.key) || compareTwins(a, b, kept));
  }
  const distinct = usable.filter((release, at) => release.version.key !== usable[at - 1]?.version.key);
  const at = kept ? distinct.findIndex(({ version }) => version.key === kept.key) : -1;
  return at <= 0 ? distinct : [...distinct.slice(at, at + 1), ...distinct.slice(0, at), ...distinct.slice(at + 1)];
}

/** Of releases with the same numbers: the locked spelling, then the one published last, then by spelling. */
function compareTwins(a: Release, b: Release, kept: Version | undefined): number {
  const rank = (release: Release) => (release.version.text === kept?.text ? 0 : 1);
  const time = (release: Release) => (release.releasedAt === undefined ? 0 : parseInstant(release.releasedAt));
  return rank(a) - rank(b) || time(b) - time(a) || (a.version.text < b.version.text ? -1 : 1);
}
