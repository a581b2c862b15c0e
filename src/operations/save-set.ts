import { join } from "node:path";
import { isRoboportError } from "../errors.ts";
import { findEffectiveMods } from "../game/effective-mods.ts";
import { findProperty, type PropertyTree } from "../game/property-tree.ts";
import type { SetMod } from "../game/save-diff.ts";
import { formatCanonicalVersion, type Version } from "../game/version.ts";
import { findModListFile } from "../installation/mod-list-file.ts";
import { readModsFolder } from "../installation/mods-folder.ts";
import { findSettingsFile } from "../installation/settings-file.ts";
import { readModZip } from "../store/mod-zip.ts";
import { settled } from "./alone.ts";
import { getLockfile } from "./files.ts";
import { readStartedMods } from "./log.ts";
import type { Session } from "./session.ts";

/** A set of mods that a map may be loaded with. */
export interface LoadableSet {
  readonly game: Version;
  /** What is on, built-ins too. */
  readonly mods: readonly SetMod[];
  /** Mods that are there and switched off. */
  readonly disabled: readonly SetMod[];
  /** The startup settings it is loaded with: a dictionary, where there is any. */
  readonly startupSettings: PropertyTree | undefined;
}

/**
 * The set that a game would load from the mods folder.
 *
 * @throws {RoboportError} `NO_INSTALLATION`, `NO_GAME_VERSION`, `MOD_LIST_SHAPE`, `SETTINGS_SHAPE`, `PERMISSION`, `DISK_ERROR`
 */
export async function readFolderSet(session: Session): Promise<LoadableSet> {
  const { modsDir } = await settled(session);
  const { version: game, builtIns } = await session.game();
  const { mods } = await readModsFolder(modsDir, { readZipInfo: (path) => readModZip(path).info });
  const effective = findEffectiveMods(mods, await findModListFile(modsDir), builtIns);
  const on = new Set(effective.builtIns.map(({ name }) => name));
  return {
    game,
    mods: [...effective.builtIns, ...effective.enabled],
    disabled: [...builtIns.filter(({ name }) => !on.has(name)), ...effective.disabled],
    startupSettings: await readStartupSettings(modsDir),
  };
}

/**
 * The set that roboport.lock names.
 *
 * @throws {RoboportError} `NO_INSTALLATION`, `NOT_INSTALLED`, `LOCKFILE_SHAPE`, `SETTINGS_SHAPE`, `PERMISSION`, `DISK_ERROR`
 */
export async function readLockedSet(session: Session): Promise<LoadableSet> {
  const { root, modsDir } = await settled(session);
  const lockfile = await getLockfile(root);
  const all = [...lockfile.builtIns, ...lockfile.mods];
  return {
    game: lockfile.factorio,
    mods: all.filter(({ enabled }) => enabled),
    disabled: all.filter(({ enabled }) => !enabled),
    startupSettings: await readStartupSettings(modsDir),
  };
}

/**
 * The same set with the checksums the game computed at its last start, for mods that are still of the same version.
 *
 * @throws {RoboportError} `PERMISSION` or `DISK_ERROR` for a log that is there and cannot be read.
 * @see rule SAVE-16
 */
export async function withChecksums(session: Session, set: LoadableSet): Promise<LoadableSet> {
  const { writeDir } = await session.installation();
  const crcs = await findChecksums(join(writeDir, "factorio-current.log"));
  const mods = set.mods.map(({ name, version }) => ({ name, version, crc: crcs.get(keyOf(name, version)) }));
  return { ...set, mods };
}

function keyOf(name: string, version: Version): string {
  return `${name} ${formatCanonicalVersion(version)}`;
}

/** By name and version; none without a log. */
async function findChecksums(log: string): Promise<ReadonlyMap<string, number>> {
  try {
    const { mods } = await readStartedMods(log);
    return new Map(
      mods.flatMap(({ name, version, crc }) => (version && crc !== undefined ? [[keyOf(name, version), crc]] : [])),
    );
  } catch (error) {
    if (isRoboportError(error, "USAGE") || isRoboportError(error, "LOG_SHAPE")) return new Map();
    throw error;
  }
}

async function readStartupSettings(modsDir: string): Promise<PropertyTree | undefined> {
  const file = await findSettingsFile(modsDir);
  return file && findProperty(file.settings.root, "startup");
}
