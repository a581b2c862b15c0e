import { RoboportError } from "../errors.ts";
import { DEFAULT_FACTORIO_VERSION } from "./game-version.ts";
import { parseJsonObject } from "./json-text.ts";
import { findVersion, type Version } from "./version.ts";

/** What a mod says about itself. */
export interface InfoJson {
  readonly name: string;
  readonly version: Version;
  readonly title: string;
  readonly author: string;
  /** As written; `0.12` when missing. */
  readonly factorioVersion: string;
  /** `["base"]` when missing, which differs from `[]`: such a mod may load before base. */
  readonly dependencies: readonly string[];
  /** True when the release asks for something only owners of the expansion have. */
  readonly needsExpansion: boolean;
  /** Every field of the file, known or not, as written. */
  readonly raw: Readonly<Record<string, unknown>>;
}

const TEXT_MAX = 4 * 1024 * 1024;
const DEPENDENCIES_MAX = 100_000;
const EXPANSION_FLAGS = [
  "quality_required",
  "rail_bridges_required",
  "space_travel_required",
  "spoiling_required",
  "freezing_required",
  "segmented_units_required",
  "expansion_shaders_required",
  "expansion_required",
];

/**
 * Read an info.json: a byte-order mark and raw control characters in strings are accepted, unknown fields are kept.
 *
 * @throws {RoboportError} `INFO_JSON_SHAPE` with line and column when it is not JSON, or when it lacks a name or a version.
 * @see reference/formats.md §2, rules INFO-1 to INFO-6
 */
export function parseInfoJson(text: string): InfoJson {
  const value = parseJsonObject(text, TEXT_MAX, shape);
  const { name, version, title, author, factorio_version, dependencies } = value;
  if (typeof name !== "string" || name === "") throw shape('"name" is missing');
  const parsed = typeof version === "string" ? findVersion(version) : undefined;
  if (!parsed) throw shape('"version" is not a version');
  return {
    name,
    version: parsed,
    title: typeof title === "string" ? title : name,
    author: typeof author === "string" ? author : "",
    factorioVersion: typeof factorio_version === "string" ? factorio_version : DEFAULT_FACTORIO_VERSION,
    dependencies: dependencyStrings(dependencies),
    needsExpansion: EXPANSION_FLAGS.some((flag) => value[flag] === true),
    raw: value,
  };
}

/** Some old mods have one string where a list belongs; anything else that is not a list counts as missing. */
function dependencyStrings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (!Array.isArray(value)) return ["base"];
  if (value.length > DEPENDENCIES_MAX) throw shape(`it has more than ${DEPENDENCIES_MAX} dependencies`);
  return value.filter((each): each is string => typeof each === "string");
}

function shape(why: string): RoboportError {
  return new RoboportError("INFO_JSON_SHAPE", `Cannot read info.json: ${why}`, {
    hint: "Ask the mod's author to mend its info.json, or choose another release.",
  });
}
