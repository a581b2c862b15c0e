import { RoboportError } from "../errors.ts";
import { BUILT_IN_NAMES } from "../game/built-ins.ts";
import { gameOfMap } from "../game/map-version.ts";
import { parseModList } from "../game/mod-list.ts";
import { settingsOf } from "../game/mod-settings.ts";
import { propertyToJson } from "../game/property-json.ts";
import { findVersion } from "../game/version.ts";
import { readSave } from "../installation/save-file.ts";
import { openMatchmaking } from "../portal/matchmaking.ts";
import type { ForeignSet } from "./import.ts";
import { readLogMods } from "./log.ts";
import type { Session } from "./session.ts";

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

/**
 * The mods of a public game, which need no account to be known.
 *
 * @param game its number, or `ADDRESS:PORT` of its host
 * @throws {RoboportError} `USAGE` when it is not on the public list or tells no mods, and as a portal does.
 * @see reference/portal-api.md §5.2, rule IMPORT-7
 */
export async function setOfServer(session: Session, game: string): Promise<ForeignSet> {
  const found = await openMatchmaking(session.service("matchmaking")).findGame(game, { signal: session.signal });
  if (!found?.mods) throw notPublic(game, found === undefined ? "it is not on the public list" : "it tells no mods");
  const mods = found.mods.map(({ name, version }) => ({ name, version: findVersion(version) }));
  return {
    origin: `server ${game}`,
    game: findVersion(found.application_version.game_version),
    mods,
    off: builtInsWithout(mods),
  };
}

function notPublic(game: string, why: string): RoboportError {
  return new RoboportError("USAGE", `Cannot import the mods of ${JSON.stringify(game.slice(0, 80))}: ${why}`, {
    hint: "Give the number of a game of the public list, or the ADDRESS:PORT it is listed with.",
  });
}

/** Of a list of all mods that are on, the built-ins that it lacks. */
export function builtInsWithout(mods: readonly { readonly name: string }[]): ReadonlySet<string> {
  const on = new Set(mods.map(({ name }) => name));
  return new Set([...BUILT_IN_NAMES].filter((name) => !on.has(name)));
}
