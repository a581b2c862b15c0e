import { findVersion, type Version, versionOf, versionParts } from "./version.ts";

/** What a release that names no factorio_version was made for. */
export const DEFAULT_FACTORIO_VERSION = "0.12";

/**
 * The `major.minor` a release says it was made for, whatever its author wrote.
 *
 * Old releases carry a third part (`0.14.22`, `1.1.100`), a leading zero (`1.00`) or nothing at all.
 *
 * @see reference/formats.md §2 and reference/portal-api.md §1.6, rule GAME-1
 */
export function factorioLine(factorioVersion: string | null | undefined): string {
  const version = findVersion(factorioVersion ?? "");
  return version ? gameLine(version) : DEFAULT_FACTORIO_VERSION;
}

/** The `major.minor` of a full game version. */
export function gameLine(game: Version): string {
  const [major, minor] = versionParts(game);
  return `${major}.${minor}`;
}

/**
 * True when a game of this version loads a release made for `factorioVersion`: the lines are equal, or the game is 1.0
 * and the release is for 0.18.
 *
 * @see reference/formats.md §5, rule GAME-2
 */
export function runsOn(factorioVersion: string | null | undefined, game: Version): boolean {
  const wanted = factorioLine(factorioVersion);
  const line = gameLine(game);
  return wanted === line || (line === "1.0" && wanted === "0.18");
}

/**
 * The game a version stands for when only its line is given: `2.0` is the newest 2.0 there can be, so that no
 * `base >= 2.0.28` fails on it.
 *
 * @see rule GAME-3
 */
export function gameVersionOf(version: Version): Version {
  if (!/^\d+\.\d+$/.test(version.text)) return version;
  const [major, minor] = versionParts(version);
  return { text: version.text, key: versionOf(major, minor, 65535).key };
}
