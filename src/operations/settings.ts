import { findEffectiveMods } from "../game/effective-mods.ts";
import type { MapVersion } from "../game/map-version.ts";
import {
  listSettings,
  type ModSettings,
  modSettingsOf,
  type SettingId,
  type StoredSetting,
} from "../game/mod-settings.ts";
import type { SettingDefinition } from "../game/settings-definitions.ts";
import { findVersion, type Version, versionParts } from "../game/version.ts";
import { findModListFile } from "../installation/mod-list-file.ts";
import { readModsFolder } from "../installation/mods-folder.ts";
import { readSettingDefinitions } from "../installation/settings-definitions.ts";
import { findSettingsFile } from "../installation/settings-file.ts";
import { readModZip } from "../store/mod-zip.ts";
import { settled } from "./alone.ts";
import type { Session } from "./session.ts";

/** A setting that is stored, defined by a mod of the mods folder, or both. */
export interface Setting extends SettingId {
  /** What mod-settings.dat holds; undefined where the default counts. */
  readonly stored: StoredSetting["value"] | undefined;
  /** The mod that defines it; undefined for an orphan, and for a setting whose definition is computed. */
  readonly mod: string | undefined;
  readonly definition: SettingDefinition | undefined;
}

/**
 * The settings of the mods folder as they are stored, empty ones where there is no file yet.
 *
 * @throws {RoboportError} `NO_INSTALLATION`, `SETTINGS_SHAPE`; `NO_GAME_VERSION` without a file.
 * @see rule SET-8
 */
export async function readStoredSettings(session: Session): Promise<ModSettings> {
  const { modsDir } = await settled(session);
  const file = await findSettingsFile(modsDir);
  return file?.settings ?? modSettingsOf(mapVersionOf((await session.game()).version));
}

/** The version a game of this version writes; of a line alone its first game, which every later one reads. */
export function mapVersionOf({ text }: Version): MapVersion {
  const [major, minor, patch] = versionParts(findVersion(text) ?? { text, key: 0 });
  return [major, minor, patch, 0];
}

/**
 * Every setting that is stored or that a mod of the folder is known to define, first in the order of the file.
 *
 * @throws {RoboportError} as {@link readStoredSettings}, and `PERMISSION`, `DISK_ERROR` for the mods.
 * @see rules SET-9 and SET-10
 */
export async function listAllSettings(session: Session): Promise<readonly Setting[]> {
  const stored = listSettings(await readStoredSettings(session));
  const defined = await readDefinitions(session);
  const byId = new Map(defined.map((each) => [idOf(each.definition), each]));
  const isStored = new Set(stored.map(idOf));
  return [
    ...stored.map(({ section, name, value }) => ({
      section,
      name,
      stored: value,
      ...ownerOf(byId.get(idOf({ section, name }))),
    })),
    ...[...byId.values()]
      .filter(({ definition }) => !isStored.has(idOf(definition)))
      .map(({ mod, definition }) => ({
        section: definition.section,
        name: definition.name,
        stored: undefined,
        mod,
        definition,
      })),
  ];
}

interface OwnedDefinition {
  readonly mod: string;
  readonly definition: SettingDefinition;
}

function ownerOf(owned: OwnedDefinition | undefined): Pick<Setting, "mod" | "definition"> {
  return { mod: owned?.mod, definition: owned?.definition };
}

function idOf({ section, name }: SettingId): string {
  return `${section}/${name}`;
}

/** What the picked version of each mod defines, switched on or not. */
async function readDefinitions(session: Session): Promise<readonly OwnedDefinition[]> {
  const { modsDir, builtIns } = await session.installation();
  const { mods } = await readModsFolder(modsDir, { readZipInfo: async (path) => readModZip(path).info });
  const { enabled, disabled } = findEffectiveMods(mods, await findModListFile(modsDir), builtIns ?? []);
  const owned: OwnedDefinition[] = [];
  for (const mod of [...enabled, ...disabled]) {
    for (const definition of await readSettingDefinitions(modsDir, mod)) owned.push({ mod: mod.name, definition });
  }
  return owned;
}
