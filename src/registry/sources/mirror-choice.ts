import { BUILT_IN_NAMES } from "../../game/built-ins.ts";
import { findDependency, mustBePresent } from "../../game/dependency.ts";
import { runsOn } from "../../game/game-version.ts";
import { compareVersions, parseVersion, type Version } from "../../game/version.ts";
import type { ModRecord, ReleaseRecord } from "../storage/mod-records.ts";

/** Which releases of a mod are wanted; all of them when nothing is said. */
export interface MirrorChoice {
  /** So many of the highest versions. */
  readonly newest?: number | undefined;
  /** Only those that this version of the game loads. */
  readonly game?: Version | undefined;
}

/** @returns the highest version first */
export function chooseReleases({ releases }: ModRecord, { newest, game }: MirrorChoice): readonly ReleaseRecord[] {
  return releases
    .filter(({ factorioVersion }) => !game || runsOn(factorioVersion, game))
    .toSorted((a, b) => compareVersions(parseVersion(b.version), parseVersion(a.version)))
    .slice(0, newest);
}

/** Names of the mods that one of these releases cannot do without. */
export function requiredNames(releases: readonly ReleaseRecord[]): ReadonlySet<string> {
  const dependencies = releases.flatMap((release) => (release.dependencies ?? []).map(findDependency));
  const required = dependencies.flatMap((each) => (each && mustBePresent(each.kind) ? [each.name] : []));
  return new Set(required.filter((name) => !BUILT_IN_NAMES.has(name)));
}
