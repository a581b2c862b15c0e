import { type BuiltIn, compareBuiltIns } from "./built-ins.ts";
import type { ModList, ModListEntry } from "./mod-list.ts";
import { compareModNames } from "./mod-name.ts";
import { compareVersions, findVersion, type Version } from "./version.ts";

/** A mod lying in the mods folder. */
export interface LocalMod {
  /** Name of the zip or folder inside the mods folder. */
  readonly file: string;
  readonly form: "zip" | "folder";
  readonly name: string;
  readonly version: Version;
}

/** What a game would make of a mods folder. */
export interface EffectiveMods<M extends LocalMod> {
  /** The mods it would load, one per name, ordered by name. */
  readonly enabled: readonly M[];
  /** The mods it would pick but that are switched off, one per name, ordered by name. */
  readonly disabled: readonly M[];
  /** Other versions of the mods above, and mods named like a built-in: never looked at. */
  readonly shadowed: readonly M[];
  /** Pins to a version that is not in the folder; the highest one stands in. */
  readonly brokenPins: readonly ModListEntry[];
  /** The built-ins it would load, in the order of mod-list.json. */
  readonly builtIns: readonly BuiltIn[];
}

/**
 * Decide which mods a game would load from a mods folder.
 *
 * Of several versions the pinned one, else the highest; of the same version the folder rather than the zip. What
 * mod-list.json does not name is on, and base cannot be switched off.
 *
 * @param list undefined when there is no mod-list.json
 * @see reference/formats.md §1, §7 and §8, rules EFFECT-1 to EFFECT-6
 */
export function findEffectiveMods<M extends LocalMod>(
  mods: readonly M[],
  list: ModList | undefined,
  builtIns: readonly BuiltIn[],
): EffectiveMods<M> {
  const entries = new Map((list?.mods ?? []).map((entry) => [entry.name, entry]));
  const isOn = (name: string) => name === "base" || (entries.get(name)?.enabled ?? true);
  const shipped = new Set(builtIns.map((builtIn) => builtIn.name));
  const picks = new Set<M>();
  const brokenPins: ModListEntry[] = [];
  for (const [name, candidates] of groupByName(mods.filter((mod) => !shipped.has(mod.name)))) {
    const entry = entries.get(name);
    const pinned = findPinned(candidates, entry?.version);
    const pick = pinned ?? candidates[0];
    if (pick) picks.add(pick);
    if (entry?.version !== undefined && !pinned) brokenPins.push(entry);
  }
  const inOrder = [...picks].toSorted((a, b) => compareModNames(a.name, b.name));
  return {
    enabled: inOrder.filter((mod) => isOn(mod.name)),
    disabled: inOrder.filter((mod) => !isOn(mod.name)),
    shadowed: mods.filter((mod) => !picks.has(mod)),
    brokenPins,
    builtIns: builtIns.filter(({ name }) => isOn(name)).toSorted((a, b) => compareBuiltIns(a.name, b.name)),
  };
}

/** Each name's mods, the one the game prefers first. */
function groupByName<M extends LocalMod>(mods: readonly M[]): Map<string, M[]> {
  const groups = new Map<string, M[]>();
  for (const mod of mods.toSorted(comparePreference)) {
    const group = groups.get(mod.name);
    if (group) group.push(mod);
    else groups.set(mod.name, [mod]);
  }
  return groups;
}

/** Highest version first, then folders, then by file name so that the answer never depends on the order of the input. */
function comparePreference(a: LocalMod, b: LocalMod): number {
  const newer = compareVersions(b.version, a.version);
  if (newer !== 0) return newer;
  if (a.form !== b.form) return a.form === "folder" ? -1 : 1;
  return a.file < b.file ? -1 : a.file > b.file ? 1 : 0;
}

function findPinned<M extends LocalMod>(candidates: readonly M[], pin: string | undefined): M | undefined {
  const version = pin === undefined ? undefined : findVersion(pin);
  return version && candidates.find((mod) => compareVersions(mod.version, version) === 0);
}
