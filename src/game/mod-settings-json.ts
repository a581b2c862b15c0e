import { RoboportError } from "../errors.ts";
import { isJsonObject, parseJsonObject } from "./json-text.ts";
import { findMapVersion, formatMapVersion, isAtLeast, type MapVersion } from "./map-version.ts";
import {
  listSettings,
  type ModSettings,
  modSettingsOf,
  SETTING_SECTIONS,
  type SettingSection,
  type StoredSetting,
} from "./mod-settings.ts";
import { jsonToProperty, type PropertyJson, propertyToJson, type WholeNumbers } from "./property-json.ts";
import { findStoredProperty, propertyToStored, type StoredProperty } from "./property-stored.ts";
import type { PropertyTree } from "./property-tree.ts";

type BySection<T> = Readonly<Record<SettingSection, Readonly<Record<string, T>>>>;

/** A mod-settings.dat as JSON. */
export interface SettingsDocument extends BySection<PropertyJson> {
  /** As `2.0.72-0`. */
  readonly version: string;
  /**
   * How values are stored that would be stored otherwise by themselves: a double that happens to be whole, or a flag. An
   * entry counts only while its value is the plain one above, so that the plain one can be edited alone.
   */
  readonly stored?: Partial<BySection<StoredProperty>>;
}

const TEXT_MAX = 64 * 1024 * 1024;

/**
 * A mod-settings.dat as JSON from which {@link parseSettingsDocument} makes the same bytes.
 *
 * @see rule SET-6
 */
export function settingsDocument(settings: ModSettings): SettingsDocument {
  const all = listSettings(settings);
  const whole = wholeNumbersOf(settings.version);
  const odd = all.filter(({ value }) => !isSame(jsonToProperty(propertyToJson(value), whole), value));
  return {
    version: formatMapVersion(settings.version),
    ...bySection(all, ({ value }) => propertyToJson(value)),
    ...(odd.length > 0 && { stored: bySection(odd, ({ value }) => propertyToStored(value)) }),
  };
}

/** The game stores whole numbers of settings as integers since 2.0. */
export function wholeNumbersOf(version: MapVersion): WholeNumbers {
  return isAtLeast(version, 2, 0) ? "signed" : "number";
}

function bySection<T>(all: readonly StoredSetting[], see: (setting: StoredSetting) => T): BySection<T> {
  const of = (section: SettingSection) =>
    Object.fromEntries(all.filter((each) => each.section === section).map((each) => [each.name, see(each)]));
  return { startup: of("startup"), "runtime-global": of("runtime-global"), "runtime-per-user": of("runtime-per-user") };
}

/** Equal in everything that is stored. */
function isSame(a: PropertyTree, b: PropertyTree): boolean {
  return JSON.stringify(propertyToStored(a)) === JSON.stringify(propertyToStored(b));
}

/**
 * Read settings from JSON: what {@link settingsDocument} makes, or sections alone, their values plain or as `{"value": …}`.
 *
 * @param version for a text that names none; without it such a text is refused
 * @throws {RoboportError} `SETTINGS_SHAPE` naming what is wrong.
 * @see rules SET-6 and SET-7
 */
export function parseSettingsDocument(text: string, version?: MapVersion): ModSettings {
  const document = parseJsonObject(text, TEXT_MAX, shape);
  const written = document["version"];
  const found = written === undefined ? version : typeof written === "string" ? findMapVersion(written) : undefined;
  if (!found) throw shape('"version" is missing or not a version such as "2.0.72-0"');
  if (!SETTING_SECTIONS.some((section) => section in document))
    throw shape(`it has none of ${SETTING_SECTIONS.join(", ")}`);
  const stored = document["stored"];
  const settings = SETTING_SECTIONS.flatMap((section) => {
    const exact = isJsonObject(stored) ? stored[section] : undefined;
    return Object.entries(sectionOf(document, section)).map(([name, value]): StoredSetting => {
      const hint = isJsonObject(exact) ? exact[name] : undefined;
      return { section, name, value: treeOf(value, { exact: hint, whole: wholeNumbersOf(found) }) };
    });
  });
  return modSettingsOf(found, settings);
}

function sectionOf(
  document: Readonly<Record<string, unknown>>,
  section: SettingSection,
): Readonly<Record<string, unknown>> {
  const values = document[section] ?? {};
  if (isJsonObject(values)) return values;
  throw shape(`"${section}" is not an object`);
}

function treeOf(
  value: unknown,
  { exact, whole }: { readonly exact: unknown; readonly whole: WholeNumbers },
): PropertyTree {
  const isWrapped = isJsonObject(value) && Object.keys(value).length === 1 && "value" in value;
  // What JSON.parse made is JSON.
  const plain = (isWrapped ? value["value"] : value) as PropertyJson;
  const stored = findStoredProperty(exact);
  const isCurrent = stored !== undefined && JSON.stringify(propertyToJson(stored)) === JSON.stringify(plain);
  return isCurrent ? stored : jsonToProperty(plain, whole);
}

function shape(why: string): RoboportError {
  return new RoboportError("SETTINGS_SHAPE", `Cannot read the settings: ${why}`, {
    hint: 'Write them as {"startup": {"NAME": VALUE}}, or take what "roboport settings export --json" prints.',
  });
}
