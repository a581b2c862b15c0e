import type { BinaryReader } from "./binary-reader.ts";
import type { BinaryWriter } from "./binary-writer.ts";
import { findVersion, type Version, versionOf, versionParts } from "./version.ts";

/** A game version as its files begin with it: four numbers, the last of which counts changes of the format. */
export type MapVersion = readonly [major: number, minor: number, patch: number, format: number];

/** Higher than any game, so that other files are found out. */
const MAJOR_MAX = 99;
const PART_MAX = 65_535;
/** The oldest whose files are known is 0.12. */
const OLDEST: MapVersion = [0, 9, 0, 0];

/**
 * Read the eight bytes that a map and mod-settings.dat begin with.
 *
 * @throws what the reader throws, also for a version that no game has.
 * @see reference/formats.md §9 and §10, rule SAVE-3
 */
export function readMapVersion(reader: BinaryReader): MapVersion {
  const version: MapVersion = [reader.u16(), reader.u16(), reader.u16(), reader.u16()];
  if (version[0] <= MAJOR_MAX && isAtLeast(version, ...OLDEST)) return version;
  throw reader.refuse(`the game version ${formatMapVersion(version)}`);
}

export function writeMapVersion(writer: BinaryWriter, version: MapVersion): void {
  for (const part of version) writer.u16(part);
}

/** True when a version is this one or a later one. */
export function isAtLeast(version: MapVersion, ...other: readonly [number, number, number?, number?]): boolean {
  for (let part = 0; part < 4; part++) {
    const difference = (version[part] ?? 0) - (other[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** `2.0.43-0`, as the game's log writes it. */
export function formatMapVersion([major, minor, patch, format]: MapVersion): string {
  return `${major}.${minor}.${patch}-${format}`;
}

/** The game version without the number of its format. */
export function gameOfMap([major, minor, patch]: MapVersion): Version {
  return versionOf(major, minor, patch);
}

/** Read `2.0.43-0`, or `2.0.43`; undefined for anything else. */
export function findMapVersion(text: string): MapVersion | undefined {
  const [, major, minor, patch, format = "0"] = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const version: MapVersion = [Number(major), Number(minor), Number(patch), Number(format)];
  return version.every((part) => part <= PART_MAX) ? version : undefined;
}

/** The version a game of this version writes; of a line alone its first game, which every later one reads. */
export function mapVersionOf({ text }: Version): MapVersion {
  const [major, minor, patch] = versionParts(findVersion(text) ?? versionOf(0, 0, 0));
  return [major, minor, patch, 0];
}
