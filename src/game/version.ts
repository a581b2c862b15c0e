import { RoboportError } from "../errors.ts";

/**
 * A mod or game version: what was written, and what it means.
 *
 * Two versions are the same version when their keys are equal, whatever their texts.
 */
export interface Version {
  /** The numbers as written (`2022.02.17`), for file names and URLs: digits and dots only. */
  readonly text: string;
  /** `major * 2^32 + minor * 2^16 + patch`, 48 bits. */
  readonly key: number;
}

const SHAPE = /^\s*(\d+)\.\s*(\d+)(?:\.\s*(\d+))?(?:\.\d+)*/;
const TEXT_MAX = 64;
const PART_MAX = 65535;
const MINOR = 2 ** 16;
const MAJOR = 2 ** 32;

/**
 * Read a version as the game does: two or three numbers, a missing third is 0, whatever follows is ignored.
 *
 * @returns undefined when the text does not begin with `number.number` or a part exceeds 65535.
 * @see reference/formats.md §3, rules VER-1 to VER-5
 */
export function findVersion(text: string): Version | undefined {
  const match = SHAPE.exec(text);
  if (!match) return undefined;
  const written = /\s/.test(match[0]) ? match[0].replaceAll(/\s+/g, "") : match[0];
  if (written.length > TEXT_MAX) return undefined;
  const major = Number(match[1]);
  const minor = Number(match[2]);
  const patch = Number(match[3] ?? 0);
  if (major > PART_MAX || minor > PART_MAX || patch > PART_MAX) return undefined;
  return { text: written, key: major * MAJOR + minor * MINOR + patch };
}

/**
 * Read a version as the game does.
 *
 * @throws {RoboportError} `VERSION_SYNTAX` when it is not one.
 * @see findVersion
 */
export function parseVersion(text: string): Version {
  const version = findVersion(text);
  if (version) return version;
  throw new RoboportError("VERSION_SYNTAX", `Cannot read version ${JSON.stringify(text.slice(0, 80))}`, {
    hint: "Write two or three numbers up to 65535, such as 1.2.3.",
  });
}

/**
 * Order of two versions by their numbers: negative, zero or positive.
 *
 * @see reference/formats.md §3, rule VER-3
 */
export function compareVersions(a: Version, b: Version): number {
  return a.key - b.key;
}

/**
 * The three numbers of a version.
 *
 * @see rule VER-6
 */
export function versionParts(version: Version): readonly [major: number, minor: number, patch: number] {
  const { key } = version;
  return [Math.floor(key / MAJOR), Math.floor(key / MINOR) % MINOR, key % MINOR];
}

/**
 * A version as saves carry it: three plain numbers without leading zeros.
 *
 * @see reference/formats.md §3, rule VER-4
 */
export function formatCanonicalVersion(version: Version): string {
  return versionParts(version).join(".");
}

/** The version with these three numbers, each a whole number from 0 to 65535. */
export function versionOf(major: number, minor: number, patch: number): Version {
  return { text: `${major}.${minor}.${patch}`, key: major * MAJOR + minor * MINOR + patch };
}
