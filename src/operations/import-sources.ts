import { RoboportError } from "../errors.ts";
import { BUILT_IN_NAMES } from "../game/built-ins.ts";
import { gameOfMap } from "../game/map-version.ts";
import { parseModList } from "../game/mod-list.ts";
import { settingsOf } from "../game/mod-settings.ts";
import { propertyToJson } from "../game/property-json.ts";
import { findVersion } from "../game/version.ts";
import { readSave } from "../installation/save-file.ts";
import type { ForeignSet } from "./import.ts";
import { readLogMods } from "./log.ts";

/**
 * The set a map was saved with, and its startup settings.
 *
 * @throws {RoboportError} `SAVE_SHAPE`, `USAGE`, `PERMISSION`
 * @see rule IMPORT-1
 */
export function setOfSave(path: string, origin: string): ForeignSet {
  const { mapVersion, mods, startupSettings } = readSave(path).header;
  return {
    origin: `save ${origin}`,
    game: gameOfMap(mapVersion),
    mods,
    off: builtInsWithout(mods),
    settings: settingsOf(startupSettings, "startup").map(({ section, name, value }) => ({
      section,
      name,
      value: propertyToJson(value),
    })),
  };
}

/**
 * The mods that a mod-list.json switches on, in the versions it pins.
 *
 * @throws {RoboportError} `MOD_LIST_SHAPE`
 * @see rule IMPORT-2
 */
export function setOfModList(text: string, origin: string): ForeignSet {
  const { mods } = parseModList(text);
  const on = mods.filter(({ enabled }) => enabled);
  return {
    origin: `mod-list ${origin}`,
    mods: on.map(({ name, version }) => ({ name, version: version === undefined ? undefined : findVersion(version) })),
    off: new Set(mods.filter(({ enabled }) => !enabled).map(({ name }) => name)),
  };
}

/**
 * The mods of the last start that a log tells of.
 *
 * @throws {RoboportError} `LOG_SHAPE`, also for a log that names no mods; `USAGE`, `PERMISSION`, `DISK_ERROR`
 * @see rule IMPORT-3
 */
export async function setOfLog(path: string, origin: string): Promise<ForeignSet> {
  const { factorio, mods, isComplete } = await readLogMods(path);
  if (mods.length === 0) {
    throw new RoboportError("LOG_SHAPE", `Cannot import ${path}: it names no mods`, {
      hint: "Pass a log that holds the start of a game, such as factorio-previous.log.",
      data: { path },
    });
  }
  return { origin: `log ${origin}`, game: factorio, mods, off: isComplete ? builtInsWithout(mods) : new Set() };
}

/** Of a list of all mods that are on, the built-ins that it lacks. */
function builtInsWithout(mods: readonly { readonly name: string }[]): ReadonlySet<string> {
  const on = new Set(mods.map(({ name }) => name));
  return new Set([...BUILT_IN_NAMES].filter((name) => !on.has(name)));
}
