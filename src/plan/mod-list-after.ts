import type { ModList, ModListEntry } from "../game/mod-list.ts";
import { compareVersions } from "../game/version.ts";
import type { Actual } from "./actual.ts";
import type { Lockfile, LockedMod } from "./lockfile.ts";

/**
 * The mod-list.json that goes with a lockfile.
 *
 * Every built-in and every locked mod is listed with its switch; entries of mods this plan removes go; all other entries,
 * unknown fields and pins stay as they are. A locked mod is pinned only where a file we may not touch would outrank it.
 *
 * @see rules PLAN-5 to PLAN-7
 */
export function modListAfter(actual: Actual, lockfile: Lockfile, removed: ReadonlySet<string>): ModList {
  const entries = new Map<string, ModListEntry>();
  for (const entry of actual.modList?.mods ?? []) if (!removed.has(entry.name)) entries.set(entry.name, entry);
  for (const builtIn of lockfile.builtIns) {
    const known = entries.get(builtIn.name);
    entries.set(builtIn.name, { ...known, name: builtIn.name, enabled: builtIn.enabled });
  }
  for (const mod of lockfile.mods) entries.set(mod.name, entryOf(mod, { actual, known: entries.get(mod.name) }));
  return { mods: [...entries.values()], ...(actual.modList?.extra && { extra: actual.modList.extra }) };
}

/** A mod-list.json with some of its entries replaced. */
export function withEntries(list: ModList | undefined, changed: readonly ModListEntry[]): ModList | undefined {
  if (changed.length === 0) return list;
  const entries = new Map([...(list?.mods ?? []), ...changed].map((entry) => [entry.name, entry]));
  return { ...list, mods: [...entries.values()] };
}

function entryOf(mod: LockedMod, context: { actual: Actual; known: ModListEntry | undefined }): ModListEntry {
  const { version: _, ...known } = context.known ?? { name: mod.name };
  const pin = isOutranked(mod, context.actual) || context.known?.version !== undefined;
  return { ...known, name: mod.name, enabled: mod.enabled, ...(pin && { version: mod.version.text }) };
}

function isOutranked(mod: LockedMod, actual: Actual): boolean {
  return actual.mods.some(
    (present) => !present.owned && present.name === mod.name && compareVersions(present.version, mod.version) > 0,
  );
}
