import type { LockedMod } from "../plan/lockfile.ts";
import { isBefore, parseInstant } from "../resolve/instant.ts";
import type { Release, Universe } from "../resolve/universe.ts";

/** Which releases are welcome by their age, as ISO 8601 instants. */
export interface TimeLimits {
  /** As if nothing had been published since. */
  readonly releasedBefore?: string | undefined;
  /** What was published since is too young to move to; what is locked already stays. */
  readonly settledBefore?: string | undefined;
}

/** The limit that every release has to keep which is not locked. */
export function earlierLimit({ releasedBefore, settledBefore }: TimeLimits): string | undefined {
  if (releasedBefore === undefined || settledBefore === undefined) return releasedBefore ?? settledBefore;
  return parseInstant(releasedBefore) < parseInstant(settledBefore) ? releasedBefore : settledBefore;
}

/** A universe for the solver, and the way back to the releases as they were published. */
export interface SettledUniverse {
  readonly universe: Universe;
  readonly original: (release: Release) => Release;
}

/**
 * A universe in which locked releases that are too young to move to count as published just before the limit.
 *
 * @see rule OPS-29
 */
export function settleLocked(universe: Universe, locked: readonly LockedMod[], limits: TimeLimits): SettledUniverse {
  const { releasedBefore, settledBefore } = limits;
  if (settledBefore === undefined || earlierLimit(limits) !== settledBefore) {
    return { universe, original: (release) => release };
  }
  const limit = parseInstant(settledBefore);
  const releasedAt = new Date(limit - 1).toISOString();
  const originals = new Map<Release, Release>();
  const settle = (release: Release): Release => {
    const isKnown = releasedBefore === undefined || isBefore(release.releasedAt, parseInstant(releasedBefore));
    if (!isKnown || isBefore(release.releasedAt, limit)) return release;
    const settled = { ...release, releasedAt };
    originals.set(settled, release);
    return settled;
  };
  const mods = new Map(universe.mods);
  for (const { name, version } of locked) {
    const mod = mods.get(name);
    if (!mod) continue;
    const releases = mod.releases.map((each) => (each.version.key === version.key ? settle(each) : each));
    mods.set(name, { ...mod, releases });
  }
  return { universe: { ...universe, mods }, original: (release) => originals.get(release) ?? release };
}
