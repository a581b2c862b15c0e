import { formatModList, type ModList, type ModListEntry } from "../game/mod-list.ts";
import { compareVersions } from "../game/version.ts";
import type { Actual, PresentMod } from "./actual.ts";
import { formatLockfile, type LockedMod, type Lockfile } from "./lockfile.ts";
import { modListAfter, withEntries } from "./mod-list-after.ts";
import type { SettingValue } from "./wanted-settings.ts";

/** One file of the mods folder that changes. */
export type Action =
  | { readonly do: "add"; readonly mod: LockedMod }
  | { readonly do: "upgrade" | "downgrade" | "repair"; readonly from: PresentMod; readonly mod: LockedMod }
  | { readonly do: "remove"; readonly from: PresentMod };

/** An entry of mod-list.json that changes. */
export interface Switch {
  readonly name: string;
  readonly enabled: boolean;
  /** The version the game is pinned to afterwards. */
  readonly version?: string;
}

/** What must change on disk so that exactly the lockfile is installed. */
export interface Plan {
  readonly actions: readonly Action[];
  readonly switches: readonly Switch[];
  /** Locked mods whose file is already right. */
  readonly keep: readonly LockedMod[];
  /** Zips in the mods folder that stand in the way and are not ours to move. */
  readonly blocked: readonly Blocked[];
  readonly modList: ModList;
  /** Settings that get another value in mod-settings.dat. */
  readonly settings: readonly SettingValue[];
  /** Texts after the plan is applied; the lockfile's gains digests of what is downloaded first. */
  readonly manifestText: string;
  readonly lockfile: Lockfile;
}

export interface Blocked {
  readonly file: string;
  readonly mod: LockedMod;
}

export interface PlanRequest {
  readonly manifestText: string;
  readonly lockfile: Lockfile;
  readonly actual: Actual;
  /** Entries of mod-list.json that change for mods that are not ours. */
  readonly entries?: readonly ModListEntry[] | undefined;
  readonly settings?: readonly SettingValue[] | undefined;
}

/**
 * Compare what is wanted with what is there. Touches nothing.
 *
 * @see rules PLAN-1 to PLAN-8
 */
export function planInstall({ manifestText, lockfile, actual, entries = [], settings = [] }: PlanRequest): Plan {
  const wanted = [...lockfile.mods].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = new Set(wanted.map((mod) => mod.name));
  const decisions = wanted.map((mod) => decide(mod, actual));
  const dropped = actual.mods.filter((present) => present.owned && !names.has(present.name));
  const stays = new Set(actual.mods.filter((present) => !present.owned).map((present) => present.name));
  const gone = dropped.map((present) => present.name).filter((name) => !stays.has(name));
  const listed = { ...actual, modList: withEntries(actual.modList, entries) };
  const modList = modListAfter(listed, lockfile, new Set(gone));
  const keep = decisions.flatMap((each) => each.keep ?? []);
  return {
    actions: [...decisions.flatMap((each) => each.actions), ...dropped.map(removal)],
    switches: planSwitches(actual, modList),
    keep,
    blocked: decisions.flatMap((each) => each.blocked ?? []),
    modList,
    settings,
    manifestText,
    lockfile: { ...lockfile, mods: withKept(lockfile.mods, keep) },
  };
}

interface Decision {
  readonly actions: readonly Action[];
  readonly keep?: LockedMod;
  readonly blocked?: Blocked;
}

/** What was learnt of kept files from their bytes belongs into the lockfile. */
function withKept(mods: readonly LockedMod[], keep: readonly LockedMod[]): readonly LockedMod[] {
  const kept = new Map(keep.map((mod) => [mod.name, mod]));
  return mods.map((mod) => kept.get(mod.name) ?? mod);
}

/** What one locked mod needs, given every file of ours that carries its name. */
function decide(mod: LockedMod, actual: Actual): Decision {
  const same = actual.mods.find((present) => present.file === mod.file);
  const others = actual.mods.filter((each) => each.owned && each.name === mod.name && each.file !== mod.file);
  if (same && holds(same, mod)) return { actions: others.map(removal), keep: known(mod, same) };
  if (same?.owned) return { actions: [{ do: "repair", from: same, mod }, ...others.map(removal)] };
  if (same || actual.foreign.some(({ file }) => file === mod.file))
    return { actions: [], blocked: { file: mod.file, mod } };
  const [from, ...superfluous] = others;
  const change: Action = from ? { do: direction(from, mod), from, mod } : { do: "add", mod };
  return { actions: [change, ...superfluous.map(removal)] };
}

function known(mod: LockedMod, { sha256, size }: PresentMod): LockedMod {
  return mod.sha256 !== undefined || sha256 === undefined ? mod : { ...mod, sha256, size };
}

function removal(from: PresentMod): Action {
  return { do: "remove", from };
}

/** True when the file on disk holds the locked bytes: by SHA-256 once known, by the portal's SHA-1 until then. */
function holds(present: PresentMod, mod: LockedMod): boolean {
  if (mod.sha256 !== undefined) return present.sha256 === mod.sha256;
  return mod.sha1 !== undefined && present.sha1 === mod.sha1;
}

function direction(from: PresentMod, mod: LockedMod): "upgrade" | "downgrade" | "repair" {
  const difference = compareVersions(mod.version, from.version);
  return difference > 0 ? "upgrade" : difference < 0 ? "downgrade" : "repair";
}

/** Entries whose switch or pin changes; a mod that is not listed counts as on and unpinned, as in the game. */
function planSwitches(actual: Actual, after: ModList): readonly Switch[] {
  const before = new Map(actual.modList?.mods.map((entry) => [entry.name, entry]));
  return after.mods
    .filter((entry) => {
      const was = before.get(entry.name);
      return (was?.enabled ?? true) !== entry.enabled || was?.version !== entry.version;
    })
    .map(({ name, enabled, version }) => ({ name, enabled, ...(version !== undefined && { version }) }));
}

/** True when applying the plan would change no file of the mods folder, no switch and no setting. */
export function isEmptyPlan({ actions, switches, blocked, settings }: Plan): boolean {
  return [actions, switches, blocked, settings].every((list) => list.length === 0);
}

/** The releases a plan has to place. */
export function releasesToPlace(plan: Plan): readonly LockedMod[] {
  return plan.actions.flatMap((action) => (action.do === "remove" ? [] : [action.mod]));
}

/** The texts of the files a plan writes beside the zips. */
export function planTexts(plan: Plan): {
  readonly modList: string;
  readonly lockfile: string;
  readonly manifest: string;
} {
  const builtIns = new Set(plan.lockfile.builtIns.map((each) => each.name));
  return {
    modList: formatModList(plan.modList, builtIns),
    lockfile: formatLockfile(plan.lockfile),
    manifest: plan.manifestText,
  };
}
