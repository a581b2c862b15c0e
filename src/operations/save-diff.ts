import { gameOfMap } from "../game/map-version.ts";
import type { PropertyTree } from "../game/property-tree.ts";
import {
  compareModSets,
  compareStartupSettings,
  type ModsDiff,
  type SetMod,
  type SettingChange,
} from "../game/save-diff.ts";
import type { Version } from "../game/version.ts";
import { readSave, type Save } from "../installation/save-file.ts";
import { readFolderSet, readLockedSet, withChecksums } from "./save-set.ts";
import type { Session } from "./session.ts";

/** How the mods and startup settings a map would be loaded with differ from those it was saved with. */
export interface SaveDiff extends ModsDiff {
  readonly saved: Version;
  /** The game on the other side. */
  readonly there: Version;
  readonly settings: readonly SettingChange[];
}

/** What a save is compared with: the mods folder, roboport.lock, or another save. */
export type DiffAgainst = "folder" | "lockfile" | { readonly save: string };

/**
 * Compare a save with what it would be loaded with. Changes nothing and asks nobody.
 *
 * @param path of the save, absolute
 * @throws {RoboportError} `SAVE_SHAPE`, and as looking at the other side does.
 * @see rules SAVE-10 and SAVE-11
 */
export async function diffSave(session: Session, path: string, against: DiffAgainst): Promise<SaveDiff> {
  const save = readSave(path);
  if (typeof against === "object") return compareSets(save, setOfSave(readSave(against.save)));
  const set = await (against === "folder" ? readFolderSet(session) : readLockedSet(session));
  return compareSets(save, await withChecksums(session, set));
}

interface OtherSet {
  readonly game: Version;
  readonly mods: readonly SetMod[];
  readonly startupSettings: PropertyTree | undefined;
}

function setOfSave({ header }: Save): OtherSet {
  return { game: gameOfMap(header.mapVersion), mods: header.mods, startupSettings: header.startupSettings };
}

function compareSets(save: Save, other: OtherSet): SaveDiff {
  const { game: saved, mods, startupSettings } = setOfSave(save);
  return {
    saved,
    there: other.game,
    ...compareModSets(mods, other.mods),
    settings: compareStartupSettings(startupSettings, other.startupSettings),
  };
}

/** True when a map would be loaded with exactly what it was saved with. */
export function isSameSet(diff: SaveDiff): boolean {
  const { saved, there, missing, extra, changed, altered, settings } = diff;
  return saved.key === there.key && [missing, extra, changed, altered, settings].every((list) => list.length === 0);
}
