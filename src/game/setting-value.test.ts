import { describe, expect, it } from "vitest";
import type { PropertyTree } from "./property-tree.ts";
import { type KnownSetting, parseSettingValue, settingTree } from "./setting-value.ts";
import type { SettingDefinition } from "./settings-definitions.ts";

const definition: SettingDefinition = {
  section: "startup",
  name: "a",
  type: "int",
  default: 1,
  minimum: undefined,
  maximum: undefined,
  allowed: undefined,
  allowBlank: false,
  hidden: false,
};

const defined = (fields: Partial<SettingDefinition>): KnownSetting => ({
  section: "startup",
  name: "a",
  stored: undefined,
  definition: { ...definition, ...fields },
});
const stored = (tree: PropertyTree): KnownSetting => ({
  section: "startup",
  name: "a",
  stored: tree,
  definition: undefined,
});

describe("parseSettingValue", () => {
  it.each([
    ["bool", "true", true],
    ["int", "-5", -5],
    ["double", "2.5e3", 2500],
    ["string", "5", "5"],
    ["string", '"quoted"', '"quoted"'],
    ["color", '{"r": 1, "a": 0.5}', { r: 1, a: 0.5 }],
  ] as const)("[SET-11] takes for %s %s", (type, text, value) => {
    expect(parseSettingValue(text, defined({ type }))).toEqual(value);
  });

  it.each([
    ["bool", "yes", "true or false"],
    ["bool", "1", "true or false"],
    ["int", "1.5", "a whole number"],
    ["int", "many", "a whole number"],
    ["double", "NaN", "a number"],
    ["color", "red", "a colour"],
    ["color", '{"x": 1}', "a colour"],
  ] as const)("[SET-11] refuses for %s %s", (type, text, wanted) => {
    expect(() => parseSettingValue(text, defined({ type }))).toThrow(wanted);
  });

  it("[SET-12] keeps to range, allowed values and filled texts", () => {
    const range = defined({ minimum: 1, maximum: 9 });
    expect(parseSettingValue("9", range)).toBe(9);
    expect(() => parseSettingValue("10", range)).toThrow("1 to 9");
    expect(() => parseSettingValue("0", defined({ minimum: 1 }))).toThrow("1 or more");
    expect(() => parseSettingValue("9", defined({ maximum: 3 }))).toThrow("at most 3");
    expect(() => parseSettingValue("z", defined({ type: "string", allowed: ["x", "y"] }))).toThrow('one of "x", "y"');
    expect(() => parseSettingValue("", defined({ type: "string" }))).toThrow("not empty");
    expect(parseSettingValue("", defined({ type: "string", allowBlank: true }))).toBe("");
  });

  it("[SET-11] goes by what is stored where no definition is known", () => {
    expect(parseSettingValue("5", stored({ type: "string", flag: 0, value: "x" }))).toBe("5");
    expect(() => parseSettingValue("5", stored({ type: "bool", flag: 0, value: true }))).toThrow("true or false");
    expect(() => parseSettingValue("x", stored({ type: "signed", flag: 0, value: 1n }))).toThrow("a number");
    const nothing: KnownSetting = { section: "startup", name: "a", stored: undefined, definition: undefined };
    expect(["5", "true", "text", ""].map((text) => parseSettingValue(text, nothing))).toEqual([5, true, "text", ""]);
  });
});

describe("settingTree", () => {
  it("[SET-17] stores a number as it is stored or defined, else as the game does", () => {
    expect(settingTree(5, defined({ type: "double" }), "signed").type).toBe("number");
    expect(settingTree(5, defined({}), "signed").type).toBe("signed");
    expect(settingTree(5, stored({ type: "number", flag: 1, value: 2 }), "signed")).toEqual({
      type: "number",
      flag: 1,
      value: 5,
    });
    expect(settingTree(5, stored({ type: "signed", flag: 0, value: 2n }), "number").type).toBe("number");
  });
});
