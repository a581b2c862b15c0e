import { isJsonObject } from "../game/json-text.ts";
import {
  listSettings,
  type ModSettings,
  SETTING_SECTIONS,
  type SettingId,
  withSettings,
} from "../game/mod-settings.ts";
import { wholeNumbersOf } from "../game/mod-settings-json.ts";
import { type PropertyJson, propertyToJson } from "../game/property-json.ts";
import { settingTree } from "../game/setting-value.ts";

/** A setting with the value it is to have. */
export interface SettingValue extends SettingId {
  readonly value: PropertyJson;
}

/**
 * Read the settings of a manifest: section to name to value.
 *
 * @returns undefined when it is anything else.
 * @see rule MAN-6
 */
export function findSettingValues(json: unknown): readonly SettingValue[] | undefined {
  if (!isJsonObject(json)) return undefined;
  const sections = Object.entries(json).map(([key, values]): readonly SettingValue[] | undefined => {
    const section = SETTING_SECTIONS.find((each) => each === key);
    if (section === undefined || !isJsonObject(values)) return undefined;
    // What came out of JSON is JSON.
    return Object.entries(values).map(([name, value]) => ({ section, name, value: value as PropertyJson }));
  });
  return sections.every((each) => each !== undefined) ? sections.flat() : undefined;
}

/**
 * Those of the wanted settings that are stored otherwise, or not at all. Of two for one name the later counts.
 *
 * @see rule SET-17
 */
export function planSettings(
  wanted: readonly SettingValue[],
  stored: ModSettings | undefined,
): readonly SettingValue[] {
  const last = new Map(wanted.map((each) => [keyOf(each), each]));
  const now = new Map((stored ? listSettings(stored) : []).map((each) => [keyOf(each), propertyToJson(each.value)]));
  return [...last.values()].filter((each) => JSON.stringify(now.get(keyOf(each))) !== JSON.stringify(each.value));
}

/** The same file with these values; a number that is there keeps how it is stored. */
export function withSettingValues(settings: ModSettings, values: readonly SettingValue[]): ModSettings {
  const stored = new Map(listSettings(settings).map((each) => [keyOf(each), each.value]));
  const whole = wholeNumbersOf(settings.version);
  return withSettings(
    settings,
    values.map(({ section, name, value }) => {
      const known = { section, name, stored: stored.get(keyOf({ section, name })), definition: undefined };
      return { section, name, value: settingTree(value, known, whole) };
    }),
  );
}

function keyOf({ section, name }: SettingId): string {
  return `${section}/${name}`;
}
