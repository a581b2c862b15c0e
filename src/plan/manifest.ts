import type { Node } from "jsonc-parser";
import { isRoboportError, RoboportError } from "../errors.ts";
import type { Constraint } from "../game/dependency.ts";
import { isJsonObject } from "../game/json-text.ts";
import { placeOf, readJsonc } from "../game/jsonc.ts";
import { isModName } from "../game/mod-name.ts";
import { findVersion } from "../game/version.ts";
import type { Requirement } from "../resolve/universe.ts";
import { formatConstraints, parseConstraints } from "./requirement.ts";
import { findSettingValues, type SettingValue } from "./wanted-settings.ts";

/** One mod the admin asked for. */
export interface ManifestMod extends Requirement {
  /** False: kept on disk, switched off in mod-list.json, and nobody's provider. */
  readonly enabled: boolean;
  /** The portal this mod must come from, whatever the order of portals. */
  readonly portal?: string;
}

/** What the admin wants: the content of roboport.json. */
export interface Manifest {
  /** Full game version to solve for when the installation does not tell. */
  readonly factorio?: string;
  readonly mods: readonly ManifestMod[];
  /** Switches of built-ins; one that is not named follows mod-list.json, and is on when that is silent too. */
  readonly builtIns: ReadonlyMap<string, boolean>;
  /** Recommended mods that were turned down. */
  readonly without: readonly string[];
  /** Portals to ask, first wins. */
  readonly portals: readonly string[];
  /** Settings of mods that `install` gives these values. */
  readonly settings?: readonly SettingValue[];
}

export const MANIFEST_FILE = "roboport.json";
const SCHEMA = "https://unpkg.com/roboport/schema/roboport.schema.json";
const TEXT_MAX = 4 * 1024 * 1024;

/**
 * Read a roboport.json: JSON with comments and trailing commas.
 *
 * @throws {RoboportError} `MANIFEST_SHAPE` naming line and column, or the field that is wrong.
 * @see rules MAN-1 to MAN-3
 */
export function parseManifest(text: string): Manifest {
  const value = parseJsonc(text);
  if (!isJsonObject(value)) throw shape("it is not an object");
  const factorio = readFactorio(value["factorio"]);
  const settings = findSettingValues(value["settings"] ?? {});
  if (!settings) throw shape('"settings" is not an object of the sections startup, runtime-global, runtime-per-user');
  return {
    ...(factorio !== undefined && { factorio }),
    mods: Object.entries(readObject(value, "mods")).map(([name, entry]) => readMod(name, entry)),
    builtIns: new Map(Object.entries(readObject(value, "builtIns")).map(([name, on]) => [name, readSwitch(name, on)])),
    without: readStrings(value, "without"),
    portals: readStrings(value, "portals"),
    ...(settings.length > 0 && { settings }),
  };
}

function parseJsonc(whole: string): unknown {
  if (whole.length > TEXT_MAX) throw shape(`it is larger than ${TEXT_MAX} characters`);
  const text = whole.replace(/^\uFEFF/, "");
  const read = readJsonc(text);
  if ("why" in read) {
    throw shape(read.line === undefined ? read.why : `${read.why} at line ${read.line}, column ${read.column}`);
  }
  refuseRepeats(text, read.tree);
  return read.value;
}

/** Of two lines for one mod only the last would count, and the other would deceive. */
function refuseRepeats(text: string, tree: Node): void {
  for (const property of tree.children ?? []) {
    const names = new Set<unknown>();
    for (const entry of property.children?.[1]?.children ?? []) {
      const key = entry.type === "property" ? entry.children?.[0] : undefined;
      if (key && names.has(key.value)) {
        const { line, column } = placeOf(text, key.offset);
        throw shape(`${JSON.stringify(key.value)} stands twice, at line ${line}, column ${column}`);
      }
      if (key) names.add(key.value);
    }
  }
}

function readFactorio(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && findVersion(value)) return value;
  throw shape('"factorio" is not a version such as "2.0.60"');
}

function readMod(name: string, entry: unknown): ManifestMod {
  if (!isModName(name)) throw shape(`${JSON.stringify(name)} is not a mod name`);
  if (typeof entry === "string") return { name, constraints: readConstraints(name, entry), enabled: true };
  if (!isJsonObject(entry)) throw shape(`mods.${name} is neither a version requirement nor an object`);
  const { version = "*", enabled = true, portal } = entry;
  if (typeof version !== "string") throw shape(`mods.${name}.version is not a string`);
  if (typeof enabled !== "boolean") throw shape(`mods.${name}.enabled is not true or false`);
  if (portal !== undefined && typeof portal !== "string") throw shape(`mods.${name}.portal is not an address`);
  return { name, constraints: readConstraints(name, version), enabled, ...(portal !== undefined && { portal }) };
}

function readConstraints(name: string, text: string): readonly Constraint[] {
  try {
    return parseConstraints(text);
  } catch (error) {
    if (!isRoboportError(error, "REQUIREMENT_SYNTAX")) throw error;
    throw new RoboportError("MANIFEST_SHAPE", `Cannot read ${MANIFEST_FILE}: mods.${name}: ${error.message}`, {
      hint: error.hint,
      cause: error,
    });
  }
}

function readObject(value: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> {
  const field = value[key] ?? {};
  if (isJsonObject(field)) return field;
  throw shape(`"${key}" is not an object`);
}

function readSwitch(name: string, on: unknown): boolean {
  if (typeof on === "boolean") return on;
  throw shape(`builtIns.${name} is not true or false`);
}

function readStrings(value: Readonly<Record<string, unknown>>, key: string): readonly string[] {
  const field = value[key] ?? [];
  if (Array.isArray(field) && field.every((each) => typeof each === "string")) return field;
  throw shape(`"${key}" is not a list of strings`);
}

function shape(why: string): RoboportError {
  return new RoboportError("MANIFEST_SHAPE", `Cannot read ${MANIFEST_FILE}: ${why}`, {
    hint: "Mend the file by hand; every field is described in docs/manifest.md.",
  });
}

/** The text of a manifest that did not exist before. */
export function formatNewManifest(manifest: Manifest): string {
  const value = {
    $schema: SCHEMA,
    ...(manifest.factorio !== undefined && { factorio: manifest.factorio }),
    ...(manifest.portals.length > 0 && { portals: manifest.portals }),
    ...(manifest.builtIns.size > 0 && { builtIns: Object.fromEntries(manifest.builtIns) }),
    mods: Object.fromEntries(manifest.mods.map((mod) => [mod.name, formatManifestMod(mod)])),
    ...(manifest.without.length > 0 && { without: manifest.without }),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A mod as the manifest holds it. */
export function formatManifestMod(mod: ManifestMod): unknown {
  const version = formatConstraints(mod.constraints);
  if (mod.enabled && mod.portal === undefined) return version;
  return { version, ...(!mod.enabled && { enabled: false }), ...(mod.portal !== undefined && { portal: mod.portal }) };
}
