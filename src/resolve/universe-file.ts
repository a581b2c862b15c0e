import { RoboportError } from "../errors.ts";
import type { BuiltIn } from "../game/built-ins.ts";
import { DEFAULT_FACTORIO_VERSION } from "../game/game-version.ts";
import { isJsonObject } from "../game/json-text.ts";
import { findVersion, type Version } from "../game/version.ts";
import type { Mod, Release, Universe } from "./universe.ts";

/** What a universe file holds. */
export interface UniverseFile {
  readonly mods: ReadonlyMap<string, Mod>;
  /** The game it was saved for; absent in a list that is for any game. */
  readonly game: Version | undefined;
  readonly builtIns: readonly BuiltIn[] | undefined;
  /** Entries that could not be read: mods without releases list, releases without a version. */
  readonly skipped: number;
}

/**
 * Read a universe file: `{ game?, builtIns?, mods: { NAME: { deprecated?, releases: [{ version, … }] } } }`.
 *
 * One unreadable entry costs only itself and is counted.
 *
 * @throws {RoboportError} `UNIVERSE_SHAPE` when there is no `mods` object, or `game` or `builtIns` cannot be read.
 * @see rules UNIVERSE-1 to UNIVERSE-5
 */
export function parseUniverseFile(value: unknown): UniverseFile {
  if (!isJsonObject(value)) throw shape("it is not an object");
  if (!isJsonObject(value.mods)) throw shape('"mods" is not an object');
  const mods = new Map<string, Mod>();
  let skipped = 0;
  for (const [name, entry] of Object.entries(value.mods)) {
    if (!isJsonObject(entry) || !Array.isArray(entry.releases)) {
      skipped++;
      continue;
    }
    const releases = entry.releases.map(findRelease).filter((release) => release !== undefined);
    skipped += entry.releases.length - releases.length;
    mods.set(name, { name, deprecated: entry.deprecated === true, releases });
  }
  return { mods, game: readGame(value.game), builtIns: readBuiltIns(value.builtIns), skipped };
}

function findRelease(value: unknown): Release | undefined {
  if (!isJsonObject(value)) return undefined;
  const version = findText(value.version, findVersion);
  if (!version) return undefined;
  return {
    version,
    factorioVersion: typeof value.factorio_version === "string" ? value.factorio_version : DEFAULT_FACTORIO_VERSION,
    dependencies: dependencyStrings(value.dependencies),
    ...optionalText("releasedAt", value.released_at),
    ...optionalText("sha1", value.sha1),
    ...optionalText("fileName", value.file_name),
    ...optionalText("downloadUrl", value.download_url),
    ...optionalText("portal", value.portal),
  };
}

/** A release without a list depends on the game alone, as the game's own loader has it. */
function dependencyStrings(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return typeof value === "string" ? [value] : ["base"];
  return value.filter((each): each is string => typeof each === "string");
}

function findText<T>(value: unknown, find: (text: string) => T | undefined): T | undefined {
  return typeof value === "string" ? find(value) : undefined;
}

function optionalText<K extends string>(key: K, value: unknown): { readonly [P in K]?: string } {
  return typeof value === "string" ? ({ [key]: value } as { [P in K]: string }) : {};
}

function readGame(value: unknown): Version | undefined {
  if (value === undefined) return undefined;
  const game = findText(value, findVersion);
  if (!game) throw shape('"game" is not a version');
  return game;
}

function readBuiltIns(value: unknown): readonly BuiltIn[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw shape('"builtIns" is not a list');
  return value.map((entry: unknown) => {
    const version = isJsonObject(entry) ? findText(entry.version, findVersion) : undefined;
    if (!isJsonObject(entry) || typeof entry.name !== "string" || !version) {
      throw shape('an entry of "builtIns" has no name or version');
    }
    return { name: entry.name, version, dependencies: dependencyStrings(entry.dependencies) };
  });
}

function shape(why: string): RoboportError {
  return new RoboportError("UNIVERSE_SHAPE", `Cannot read the universe file: ${why}`, {
    hint: "Give a file that --save-universe wrote, or one of the same shape.",
  });
}

/** A universe as a file that {@link parseUniverseFile} reads back: one mod per line, in the order of their names. */
export function formatUniverseFile(universe: Universe): string {
  const builtIns = universe.builtIns.map(({ name, version, dependencies }) => ({
    name,
    version: version.text,
    dependencies,
  }));
  const names = [...universe.mods.keys()].sort((a, b) => (a < b ? -1 : 1));
  const mods = names.map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(fileEntry(universe, name))}`);
  const head = [`"game": ${JSON.stringify(universe.game.text)}`, `"builtIns": ${JSON.stringify(builtIns)}`];
  return `{\n${head.join(",\n")},\n"mods": {\n${mods.join(",\n")}\n}\n}\n`;
}

function fileEntry(universe: Universe, name: string): object {
  const mod = universe.mods.get(name);
  const releases = (mod?.releases ?? []).map((release) => ({
    version: release.version.text,
    factorio_version: release.factorioVersion,
    dependencies: release.dependencies,
    released_at: release.releasedAt,
    sha1: release.sha1,
    file_name: release.fileName,
    download_url: release.downloadUrl,
    portal: release.portal,
  }));
  return mod?.deprecated ? { deprecated: true, releases } : { releases };
}
