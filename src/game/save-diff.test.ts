import { describe, expect, it } from "vitest";
import { jsonToProperty } from "./property-json.ts";
import { compareModSets, compareStartupSettings, type SetMod } from "./save-diff.ts";
import { parseVersion } from "./version.ts";

const mod = (name: string, version: string, crc?: number): SetMod => ({ name, version: parseVersion(version), crc });

describe("compareModSets", () => {
  it("[SAVE-10] tells what is missing, added, changed and altered, each by name", () => {
    const saved = [mod("gone", "1.0.0"), mod("same", "1.1.01", 5), mod("moved", "1.0.0"), mod("other", "1.0.0", 7)];
    const there = [mod("new", "3.0.0"), mod("other", "1.0.0", 8), mod("same", "1.1.1", 5), mod("moved", "0.9.0")];
    const diff = compareModSets(saved, there);
    expect(diff.missing.map(({ name }) => name)).toEqual(["gone"]);
    expect(diff.extra.map(({ name }) => name)).toEqual(["new"]);
    expect(diff.changed).toMatchObject([{ name: "moved", saved: { text: "1.0.0" }, there: { text: "0.9.0" } }]);
    expect(diff.altered).toEqual(["other"]);
  });

  it("[SAVE-10] takes an unknown checksum for no difference", () => {
    expect(compareModSets([mod("a", "1.0.0", 5)], [mod("a", "1.0.0")]).altered).toEqual([]);
  });
});

describe("compareStartupSettings", () => {
  const settings = (values: Readonly<Record<string, number | boolean>>) =>
    jsonToProperty(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])), "number");

  it("[SAVE-11] tells settings of the save alone, undefined where the default counts", () => {
    const saved = settings({ same: 1, moved: true, unset: 2 });
    expect(compareStartupSettings(saved, settings({ extra: 9, moved: false, same: 1 }))).toEqual([
      { name: "moved", saved: true, there: false },
      { name: "unset", saved: 2, there: undefined },
    ]);
    expect(compareStartupSettings(undefined, saved)).toEqual([]);
  });
});
