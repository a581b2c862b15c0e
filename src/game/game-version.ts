import { findVersion, type Version, versionParts } from "./version.ts";

/** What a release that names no factorio_version was made for. */
export const DEFAULT_FACTORIO_VERSION = "0.12";

/**
 * The `major.minor` a release says it was made for, whatever its author wrote.
 *
 * Old releases carry a third part (`0.14.22`, `1.1.100`) or nothing at all.
 *
 * @see reference/formats.md §2 and reference/portal-api.md §1.6, rule GAME-1
 */
export function factorioLine(factorioVersion: string | null | undefined): string {
  const version = findVersion(factorioVersion ?? DEFAULT_FACTORIO_VERSION) ?? findVersion(DEFAULT_FACTORIO_VERSION);
  if (!version) return DEFAULT_FACTORIO_VERSION;
  const [major, minor] = versionParts(version);
  return `${major}.${minor}`;
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
