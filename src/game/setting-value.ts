import { RoboportError } from "../errors.ts";
import type { SettingId } from "./mod-settings.ts";
import { jsonToProperty, type PropertyJson, propertyToJson, type WholeNumbers } from "./property-json.ts";
import { isJsonObject } from "./json-text.ts";
import type { PropertyTree } from "./property-tree.ts";
import type { SettingDefinition, SettingType } from "./settings-definitions.ts";

/** What is known of a setting that gets a value. */
export interface KnownSetting extends SettingId {
  readonly stored: PropertyTree | undefined;
  readonly definition: SettingDefinition | undefined;
}

/**
 * What a person typed as the value of a setting: its definition says what it is, else the stored value does, else the
 * text itself.
 *
 * @throws {RoboportError} `SETTING_VALUE` when the setting does not take it.
 * @see rules SET-11 to SET-13
 */
export function parseSettingValue(text: string, setting: KnownSetting): PropertyJson {
  return checkSettingValue(typeOf(setting) === "string" ? text : fromText(text), setting);
}

/** JSON where it is some, else the text itself. */
function fromText(text: string): PropertyJson {
  try {
    return JSON.parse(text) as PropertyJson;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/**
 * A value as it is, when the setting takes it.
 *
 * @throws {RoboportError} `SETTING_VALUE` with what it takes.
 * @see rules SET-11 and SET-12
 */
function checkSettingValue(value: PropertyJson, setting: KnownSetting): PropertyJson {
  const type = typeOf(setting);
  const wanted = (type && wrongType(value, type)) ?? (setting.definition && outOfRange(value, setting.definition));
  if (wanted === undefined) return value;
  throw new RoboportError(
    "SETTING_VALUE",
    `Cannot set ${setting.name} to ${JSON.stringify(value).slice(0, 80)}: it takes ${wanted}`,
    { hint: `Give it ${wanted}.`, data: { section: setting.section, name: setting.name } },
  );
}

/** The tree to store: numbers as they are stored already, whole ones as the game of this file does otherwise. */
export function settingTree(value: PropertyJson, setting: KnownSetting, whole: WholeNumbers): PropertyTree {
  const isDouble = setting.definition?.type === "double" || (!setting.definition && setting.stored?.type === "number");
  return { ...jsonToProperty(value, isDouble ? "number" : whole), flag: setting.stored?.flag ?? 0 };
}

function typeOf({ definition, stored }: KnownSetting): SettingType | undefined {
  if (definition) return definition.type;
  switch (stored?.type) {
    case "bool":
    case "string":
      return stored.type;
    case "number":
    case "signed":
    case "unsigned":
      return "double";
    case "dictionary":
      return isColour(propertyToJson(stored)) ? "color" : undefined;
    default:
      return undefined;
  }
}

function wrongType(value: PropertyJson, type: SettingType): string | undefined {
  switch (type) {
    case "bool":
      return typeof value === "boolean" ? undefined : "true or false";
    case "int":
      return Number.isSafeInteger(value) ? undefined : "a whole number";
    case "double":
      return typeof value === "number" ? undefined : "a number";
    case "string":
      return typeof value === "string" ? undefined : "a text";
    case "color":
      return isColour(value) ? undefined : 'a colour such as {"r": 1, "g": 0.5, "b": 0, "a": 1}';
  }
}

function isColour(value: PropertyJson): boolean {
  const parts = isJsonObject(value) ? Object.entries(value) : [];
  return parts.length > 0 && parts.every(([key, part]) => /^[rgba]$/.test(key) && typeof part === "number");
}

function outOfRange(value: PropertyJson, definition: SettingDefinition): string | undefined {
  const { allowed, minimum, maximum, type, allowBlank } = definition;
  if (allowed && !allowed.some((each) => each === value))
    return `one of ${allowed.map((each) => JSON.stringify(each)).join(", ")}`;
  if (type === "string" && value === "" && !allowBlank && !allowed) return "a text that is not empty";
  if (typeof value !== "number") return undefined;
  const isFit = value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
  if (isFit) return undefined;
  if (maximum === undefined) return `${minimum} or more`;
  return minimum === undefined ? `at most ${maximum}` : `${minimum} to ${maximum}`;
}
