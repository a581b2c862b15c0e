import { describe, expect, it } from "vitest";
import { listSettings, modSettingsOf } from "../game/mod-settings.ts";
import { parseManifest } from "./manifest.ts";
import { findSettingValues, planSettings, type SettingValue, withSettingValues } from "./wanted-settings.ts";

const stored = modSettingsOf(
  [2, 0, 60, 0],
  [
    { section: "startup", name: "same", value: { type: "number", flag: 0, value: 5 } },
    { section: "startup", name: "moved", value: { type: "number", flag: 0, value: 5 } },
  ],
);
const startup = (name: string, value: SettingValue["value"]): SettingValue => ({ section: "startup", name, value });

describe("settings of a manifest", () => {
  it("[MAN-6] are read by section", () => {
    const { settings } = parseManifest('{"settings": {"startup": {"a": 1}, "runtime-global": {"b": "x"}}}');
    expect(settings).toEqual([startup("a", 1), { section: "runtime-global", name: "b", value: "x" }]);
    expect(parseManifest("{}").settings).toBeUndefined();
  });

  it.each(["[]", '{"start": {}}', '{"startup": 5}'])("[MAN-6] are refused as %s", (settings) => {
    expect(() => parseManifest(`{"settings": ${settings}}`)).toThrow(/"settings"/);
    expect(findSettingValues(JSON.parse(settings))).toBeUndefined();
  });

  it("[SET-17] change where values differ, and keep how numbers are stored", () => {
    const planned = planSettings(
      [startup("moved", 1), startup("same", 5), startup("moved", 6), startup("new", 7)],
      stored,
    );
    expect(planned).toEqual([startup("moved", 6), startup("new", 7)]);
    expect(listSettings(withSettingValues(stored, planned)).map(({ name, value }) => [name, value.type])).toEqual([
      ["same", "number"],
      ["moved", "number"],
      ["new", "signed"],
    ]);
    expect(planSettings([startup("a", true)], undefined)).toEqual([startup("a", true)]);
  });
});
