import type { Version } from "../../game/version.ts";
import type { Incompatibility } from "./incompatibility.ts";
import { ABSENT, firstValues, type VersionSet, valuesWhere } from "./version-set.ts";

/** Where a package comes from: the portals, the game, the admin's own hands, or a line of the manifest. */
export type Origin = "portal" | "built-in" | "fixed" | "request";

/** One version a package may take. */
export interface Candidate {
  readonly version: Version;
  readonly dependencies: readonly string[];
}

/**
 * A mod as the search sees it: it takes one of its values, where 0 is "absent" and n its nth preferred candidate.
 *
 * The mutable part belongs to the partial solution, the propagation and the agenda of one search.
 */
export interface Package {
  readonly name: string;
  readonly origin: Origin;
  readonly deprecated: boolean;
  readonly candidates: readonly Candidate[];
  /** The values it can ever take: a built-in that is on cannot be absent, an unknown mod can only be absent. */
  readonly all: VersionSet;
  /** The values the partial solution still allows; never empty. */
  domain: VersionSet;
  /** Index of its latest assignment on the trail, -1 when there is none. */
  latest: number;
  /** Incompatibilities to look at when the domain shrinks. */
  readonly watchers: Incompatibility[];
  /** For each watcher the values of which all that are left must be for it to matter. */
  readonly watched: VersionSet[];
  /** The single value it had when it was last undone, if it had one. */
  remembered: VersionSet | undefined;
  /** How often it took part in recent conflicts. */
  activity: number;
  /** Its place among the busiest, valid when it is among them. */
  rank: number;
  /** Its place in the agenda, valid when the agenda has it there. */
  place: number;
}

export interface PackageOptions {
  readonly origin: Origin;
  readonly candidates: readonly Candidate[];
  readonly deprecated?: boolean;
  /** True for what is there whatever is chosen. */
  readonly present?: boolean;
}

export function newPackage(name: string, options: PackageOptions): Package {
  const { origin, candidates, deprecated = false, present = false } = options;
  const all = present ? valuesWhere(2, (value) => value !== ABSENT) : firstValues(candidates.length + 1);
  return {
    name,
    origin,
    deprecated,
    candidates,
    all,
    domain: all,
    latest: -1,
    watchers: [],
    watched: [],
    remembered: undefined,
    activity: 0,
    rank: -1,
    place: -1,
  };
}

/** The candidate behind a value; none for "absent". */
export function candidateOf(of: Package, value: number): Candidate | undefined {
  return value === ABSENT ? undefined : of.candidates[value - 1];
}
