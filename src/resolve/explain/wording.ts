import type { Constraint } from "../../game/dependency.ts";
import { formatConstraint } from "../../game/dependency.ts";
import { gameLine } from "../../game/game-version.ts";
import type { Version } from "../../game/version.ts";
import { candidateOf, type Package } from "../pubgrub/package.ts";
import { ABSENT, isSubset, onlyValue, unite, valuesOf, type VersionSet } from "../pubgrub/version-set.ts";

/** The longest list of versions that is written out. */
const LISTED = 3;
/** The longest list of names that is written out, and where these are what a sentence is for. */
const NAMED = 12;
const NAMED_AT_LENGTH = 40;

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[], conjunction = "and"): string {
  if (words.length <= 1) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)}`;
}

/** The first names of a long list, and how many more there are. */
export function shortList(names: readonly string[], named = NAMED): string {
  if (names.length <= named + 1) return listed(names);
  return listed([...names.slice(0, named), `${names.length - named} more`]);
}

/** The same where the names are what the sentence is for. */
export function longList(names: readonly string[]): string {
  return shortList(names, NAMED_AT_LENGTH);
}

/** The versions behind some values, oldest first. */
export function versionsOf(of: Package, set: VersionSet): readonly Version[] {
  const versions = valuesOf(set).flatMap((value) => candidateOf(of, value)?.version ?? []);
  return versions.sort((a, b) => a.key - b.key);
}

/** Some releases of a mod as the subject of a sentence. */
export interface Subject {
  readonly text: string;
  /** True when the verb is in the plural. */
  readonly plural: boolean;
  /** True for "every release of". */
  readonly every: boolean;
}

/** Name releases: "flib 0.12.0", "flib 0.12.0 and 0.12.1", "flib 0.12.0 to 0.16.5", "every release of flib for Factorio 2.0". */
export function nameReleases(of: Package, set: VersionSet, game: Version): Subject {
  const versions = versionsOf(of, set);
  const all = versionsOf(of, of.all);
  if (versions.length === 1) return { text: `${of.name} ${versions[0]?.text}`, plural: false, every: false };
  if (versions.length === all.length) {
    return { text: `every release of ${of.name} for Factorio ${gameLine(game)}`, plural: false, every: true };
  }
  return { text: `${of.name} ${versionRange(versions, all)}`, plural: true, every: false };
}

/** Versions in short: listed, as a range when nothing in between is left out, or counted. */
export function versionRange(versions: readonly Version[], all: readonly Version[], conjunction = "and"): string {
  const [first, last] = [versions[0], versions.at(-1)];
  if (!first || !last) return "none";
  if (versions.length <= 2)
    return listed(
      versions.map(({ text }) => text),
      conjunction,
    );
  const within = all.filter(({ key }) => key >= first.key && key <= last.key);
  if (within.length === versions.length) return `${first.text} to ${last.text}`;
  if (versions.length <= LISTED)
    return listed(
      versions.map(({ text }) => text),
      conjunction,
    );
  return `${first.text} to ${last.text} (${versions.length} of ${within.length} releases)`;
}

/** A mod with bounds as an admin writes them: "flib >= 0.12, < 0.16". */
export function nameRequirement(name: string, constraints: readonly Constraint[]): string {
  return constraints.length === 0 ? name : `${name} ${constraints.map(formatConstraint).join(", ")}`;
}

/** True when the values are all that the package has, absence aside. */
export function isEveryRelease(of: Package, set: VersionSet): boolean {
  return isSubset(of.all, unite(set, onlyValue(ABSENT, of.all)));
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
