import { findEffectiveMods } from "../game/effective-mods.ts";
import { mapVersionOf } from "../game/map-version.ts";
import {
  listSettings,
  type ModSettings,
  modSettingsOf,
  type SettingId,
  type StoredSetting,
} from "../game/mod-settings.ts";
import type { DefinedSettings, SettingDefinition } from "../game/settings-definitions.ts";
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
  /** The mod that defines it, or seems to compute it; undefined for an orphan. */
  readonly mod: string | undefined;
  /** Undefined where it is not spelled out. */
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

/**
 * Every setting that is stored or that a mod of the folder is known to define, first in the order of the file.
 *
 * @throws {RoboportError} `NO_INSTALLATION`, `SETTINGS_SHAPE`, `PERMISSION`, `DISK_ERROR`
 * @see rules SET-9 and SET-10
 */
export async function listAllSettings(session: Session): Promise<readonly Setting[]> {
  const { modsDir } = await settled(session);
  const file = await findSettingsFile(modsDir);
  const stored = file ? listSettings(file.settings) : [];
  const mods = await readDefinitions(session);
  const defined = mods.flatMap(({ mod, definitions }) => definitions.map((definition) => ({ mod, definition })));
  const byId = new Map(defined.map((each) => [idOf(each.definition), each]));
  const isStored = new Set(stored.map(idOf));
  return [
    ...stored.map(({ section, name, value }): Setting => {
      const owner = byId.get(idOf({ section, name }));
      const mod = owner?.mod ?? mods.find((each) => each.computes(name))?.mod;
      return { section, name, stored: value, mod, definition: owner?.definition };
    }),
    ...[...byId.values()]
      .filter(({ definition }) => !isStored.has(idOf(definition)))
      .map(({ mod, definition }): Setting => {
        const { section, name } = definition;
        return { section, name, stored: undefined, mod, definition };
      }),
  ];
}

function idOf({ section, name }: SettingId): string {
  return `${section}/${name}`;
}

interface SettingsOfMod extends DefinedSettings {
  readonly mod: string;
}

/** What the picked version of each mod defines, switched on or not. */
async function readDefinitions(session: Session): Promise<readonly SettingsOfMod[]> {
  const { modsDir, builtIns } = await session.installation();
  const { mods } = await readModsFolder(modsDir, { readZipInfo: (path) => readModZip(path).info });
  const { enabled, disabled } = findEffectiveMods(mods, await findModListFile(modsDir), builtIns ?? []);
  const all: SettingsOfMod[] = [];
  for (const mod of [...enabled, ...disabled])
    all.push({ mod: mod.name, ...(await readSettingDefinitions(modsDir, mod)) });
  return all;
}
