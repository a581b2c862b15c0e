import { SETTING_SECTIONS, type SettingId } from "./mod-settings.ts";
import type { PropertyJson } from "./property-json.ts";
import { findExtendedTables, type LuaLiteral, type LuaTable } from "./settings-lua.ts";
import { listLuaTexts } from "./settings-lua-tokens.ts";

/** What a setting holds. */
export type SettingType = "bool" | "int" | "double" | "string" | "color";

/** A setting as its mod defines it. A field is undefined where the mod's files do not spell it out. */
export interface SettingDefinition extends SettingId {
  readonly type: SettingType;
  readonly default: PropertyJson | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  /** The only values it takes. */
  readonly allowed: readonly (string | number | boolean)[] | undefined;
  /** Whether a text may be empty. */
  readonly allowBlank: boolean;
  /** Not shown to players. */
  readonly hidden: boolean;
}

const TYPES: ReadonlyMap<LuaLiteral, SettingType> = new Map([
  ["bool-setting", "bool"],
  ["int-setting", "int"],
  ["double-setting", "double"],
  ["string-setting", "string"],
  ["color-setting", "color"],
]);

/** What a mod's settings files say of its settings. */
export interface DefinedSettings {
  /** Those that are spelled out. */
  readonly definitions: readonly SettingDefinition[];
  /** True for the name of a setting that the files seem to compute: they contain the name, or what it begins with. */
  readonly computes: (name: string) => boolean;
}

/** Shorter beginnings of names are everybody's. */
const BEGINNING_MIN = 4;

/**
 * The settings that a mod defines, as far as its files spell them out. Nothing is run.
 *
 * @param sources texts of settings.lua, settings-updates.lua and settings-final-fixes.lua
 * @see rules LUA-1 to LUA-5
 */
export function readDefinedSettings(sources: readonly string[]): DefinedSettings {
  const tables = sources.flatMap(findExtendedTables);
  const texts = sources.flatMap(listLuaTexts);
  const whole = new Set(texts.map(({ text }) => text));
  const beginnings = texts.filter(({ isJoined, text }) => isJoined && text.length >= BEGINNING_MIN);
  return {
    definitions: tables.flatMap((table) => definitionOf(table) ?? []),
    computes: (name) => whole.has(name) || beginnings.some(({ text }) => name.startsWith(text)),
  };
}

function definitionOf(table: LuaTable): SettingDefinition | undefined {
  const [type, name] = [TYPES.get(table.get("type")), table.get("name")];
  const section = SETTING_SECTIONS.find((each) => each === table.get("setting_type"));
  if (type === undefined || section === undefined || typeof name !== "string" || name === "") return undefined;
  return {
    section,
    name,
    type,
    default: defaultOf(table.get("default_value"), type),
    minimum: numberOf(table.get("minimum_value")),
    maximum: numberOf(table.get("maximum_value")),
    allowed: allowedOf(table.get("allowed_values")),
    allowBlank: table.get("allow_blank") === true,
    hidden: table.get("hidden") === true,
  };
}

function numberOf(value: LuaLiteral): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function allowedOf(value: LuaLiteral): SettingDefinition["allowed"] {
  if (!(value instanceof Map)) return undefined;
  const values: readonly LuaLiteral[] = [...value.values()];
  return values.every(isPlain) ? values : undefined;
}

function isPlain(value: LuaLiteral): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function defaultOf(value: LuaLiteral, type: SettingType): PropertyJson | undefined {
  if (type === "color") return value instanceof Map ? colourOf(value) : undefined;
  return isPlain(value) ? value : undefined;
}

/** `{r = 1, g = 0, b = 0, a = 1}`, or the numbers alone. */
function colourOf(table: LuaTable): PropertyJson | undefined {
  if ([...table.values()].includes(undefined)) return undefined;
  const parts = (["r", "g", "b", "a"] as const).map((part, index) => {
    const value = table.get(part) ?? table.get(index + 1);
    return [part, value ?? (part === "a" ? 1 : 0)] as const;
  });
  if (!parts.every((part): part is readonly [(typeof part)[0], number] => typeof part[1] === "number"))
    return undefined;
  return Object.fromEntries(parts);
}
