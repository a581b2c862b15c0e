import { compareModNames } from "./mod-name.ts";
import { settingsOf } from "./mod-settings.ts";
import { type PropertyJson, propertyToJson } from "./property-json.ts";
import type { PropertyTree } from "./property-tree.ts";
import { compareVersions, type Version } from "./version.ts";

/** A mod of a set that is compared. */
export interface SetMod {
  readonly name: string;
  readonly version: Version;
  /** The game's checksum of its prototypes, where it is known. */
  readonly crc?: number | undefined;
}

/** How a set of mods differs from the one a map was saved with; each list is ordered by name. */
export interface ModsDiff {
  /** In the save only. */
  readonly missing: readonly SetMod[];
  /** In the other set only. */
  readonly extra: readonly SetMod[];
  /** In both, in another version. */
  readonly changed: readonly ModChange[];
  /** In both in one version, but with other prototypes: other settings or other mods changed them. */
  readonly altered: readonly string[];
}

/** A mod whose version differs. */
export interface ModChange {
  readonly name: string;
  readonly saved: Version;
  readonly there: Version;
}

/**
 * Compare a set of mods with the one a map was saved with.
 *
 * @see rule SAVE-10
 */
export function compareModSets(saved: readonly SetMod[], there: readonly SetMod[]): ModsDiff {
  const before = inOrder(saved);
  const now = new Map(there.map((mod) => [mod.name, mod]));
  const names = new Set(before.map(({ name }) => name));
  const pairs = before.flatMap((mod) => {
    const other = now.get(mod.name);
    return other ? [{ mod, other }] : [];
  });
  const isSameVersion = (pair: (typeof pairs)[number]) => compareVersions(pair.mod.version, pair.other.version) === 0;
  return {
    missing: before.filter(({ name }) => !now.has(name)),
    extra: inOrder(there).filter(({ name }) => !names.has(name)),
    changed: pairs
      .filter((pair) => !isSameVersion(pair))
      .map(({ mod, other }) => ({ name: mod.name, saved: mod.version, there: other.version })),
    altered: pairs
      .filter((pair) => isSameVersion(pair) && isOtherCrc(pair.mod.crc, pair.other.crc))
      .map(({ mod }) => mod.name),
  };
}

function inOrder(mods: readonly SetMod[]): readonly SetMod[] {
  return mods.toSorted((a, b) => compareModNames(a.name, b.name));
}

function isOtherCrc(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

/** A startup setting that a map was saved with, and what it would be loaded with. */
export interface SettingChange {
  readonly name: string;
  readonly saved: PropertyJson;
  /** Undefined where nothing is stored, so that the mod's default counts. */
  readonly there: PropertyJson | undefined;
}

/**
 * The startup settings of a save whose value is another one now, in the order of the save.
 *
 * @param there the same dictionary of mod-settings.dat, or of another save
 * @see rule SAVE-11
 */
export function compareStartupSettings(
  saved: PropertyTree | undefined,
  there: PropertyTree | undefined,
): readonly SettingChange[] {
  const now = new Map(settingsOf(there, "startup").map(({ name, value }) => [name, propertyToJson(value)]));
  return settingsOf(saved, "startup")
    .map(({ name, value }) => ({ name, saved: propertyToJson(value), there: now.get(name) }))
    .filter((change) => JSON.stringify(change.saved) !== JSON.stringify(change.there));
}
