import { computeLoadOrder, type LoadOrder } from "../game/load-order.ts";
import { CORE } from "./candidates.ts";
import { readDependencies } from "./dependency-texts.ts";
import { type Candidate, candidateOf, type Package } from "./pubgrub/package.ts";
import type { Release } from "./universe.ts";
import { ABSENT, firstRelease } from "./pubgrub/version-set.ts";

/** A package with the candidate it took. */
export interface Chosen {
  readonly package: Package;
  readonly candidate: Candidate;
}

/** What every package took; those that are absent are left out, and so are core and the lines of the manifest. */
export function chosenOf(packages: Iterable<Package>): readonly Chosen[] {
  const chosen: Chosen[] = [];
  for (const each of packages) {
    const value = firstRelease(each.domain);
    const candidate =
      each.origin === "request" || each.name === CORE.name || value === ABSENT ? undefined : candidateOf(each, value);
    if (candidate) chosen.push({ package: each, candidate });
  }
  return chosen;
}

/** In which order the game loads what was chosen. */
export function loadOrderOf(chosen: readonly Chosen[]): LoadOrder {
  return computeLoadOrder(
    chosen.map(({ package: { name }, candidate }) => ({
      name,
      dependencies: readDependencies(candidate.dependencies).map(({ dependency }) => dependency),
    })),
  );
}

/** What has to be downloaded, in load order: portal packages choose among releases. */
export function picksOf(chosen: readonly Chosen[], order: readonly string[]): ReadonlyMap<string, Release> {
  const releases = new Map<string, Release>();
  for (const { package: of, candidate } of chosen) {
    if (of.origin === "portal") releases.set(of.name, candidate as Release);
  }
  const picks = new Map<string, Release>();
  for (const name of order) {
    const release = releases.get(name);
    if (release) picks.set(name, release);
  }
  return picks;
}
