import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDefinedSettings } from "./settings-definitions.ts";
import { findExtendedTables } from "./settings-lua.ts";

const tables = (source: string) => findExtendedTables(source).map((table) => Object.fromEntries(table));
const define = (...fields: readonly string[]) =>
  `data:extend({{ type = "int-setting", name = "a", setting_type = "startup", ${fields.join(", ")} }})`;
const definitions = (source: string) => readDefinedSettings([source]).definitions;

describe("findExtendedTables", () => {
  it("[LUA-1] finds them with and without parentheses, in functions and behind conditions", () => {
    const source = `
      data:extend({ { a = 1 }, { b = 2 } })
      if mods["x"] then data:extend{{ c = 3 }} end
      local function f() data:extend ( { { d = 4 } } ) end
      other:extend({{ e = 5 }}) data.extend({{ f = 6 }})`;
    expect(tables(source)).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }, { d: 4 }]);
  });

  it("[LUA-2] reads what is spelled out, and knows nothing of the rest", () => {
    const source = `data:extend({{
      text = "two\\nlines", ["key"] = 'it\\'s', long = [==[a]]b]==], hex = 0x10, exponent = 1e3, minus = -2.5,
      yes = true, none = nil, list = { 1, "two"; 3 }, sum = 60 * 60, call = f(1, {2}), joined = "a" .. "b",
      name = other.name, index = t["k"], never = not true, inner = { known = 1, unknown = x },
    }})`;
    const [table] = findExtendedTables(source);
    const { list, inner, ...rest } = Object.fromEntries(table ?? []) as Record<string, unknown>;
    expect(rest).toEqual({
      text: "two\nlines",
      key: "it's",
      long: "a]]b",
      hex: 16,
      exponent: 1000,
      minus: -2.5,
      yes: true,
      none: null,
      sum: undefined,
      call: undefined,
      joined: undefined,
      name: undefined,
      index: undefined,
      never: undefined,
    });
    expect(list).toEqual(
      new Map<number, unknown>([
        [1, 1],
        [2, "two"],
        [3, 3],
      ]),
    );
    expect(inner).toEqual(
      new Map<string, unknown>([
        ["known", 1],
        ["unknown", undefined],
      ]),
    );
  });

  it("[LUA-3] is not taken in by comments and strings", () => {
    const source = `
      -- data:extend({{ a = 1 }})
      --[[ data:extend({{ b = 2 }}) ]] --[==[ ]] data:extend({{ c = 3 }}) ]==]
      local text = "data:extend({{ d = 4 }})" .. [[ data:extend({{ e = 5 }}) ]]
      data:extend({{ f = "--", g = 'x' --[[ inside ]], }}) -- the end`;
    expect(tables(source)).toEqual([{ f: "--", g: "x" }]);
  });

  it("[LUA-3] defines nothing in a huge file, and knows nothing of what is nested too deep", () => {
    expect(tables(`data:extend({{ a = 1 }})${" ".repeat(1024 * 1024)}`)).toEqual([]);
    const deep = `data:extend({{ a = ${"{".repeat(50_000)}1${"}".repeat(50_000)}, b = 2 }})`;
    expect(tables(deep)).toHaveLength(1);
  });

  it("[LUA-3] answers any text, and in time that grows with its length alone", () => {
    const piece = fc.constantFrom(
      "data:extend(",
      "{",
      "}",
      "{{",
      '"',
      "'",
      "[[",
      "--[[",
      "=",
      "a",
      ",",
      "1",
      "\n",
      ")",
      "\\",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 200, size: "max" }),
        (pieces) => void findExtendedTables(pieces.join("")),
      ),
    );
    findExtendedTables("data:extend({{".repeat(20_000));
  });
});

describe("readDefinedSettings", () => {
  it("[LUA-4] reads type, range, allowed values and default", () => {
    expect(definitions(define("default_value = 5", "minimum_value = 1", "maximum_value = 9", "hidden = true"))).toEqual(
      [
        {
          section: "startup",
          name: "a",
          type: "int",
          default: 5,
          minimum: 1,
          maximum: 9,
          allowed: undefined,
          allowBlank: false,
          hidden: true,
        },
      ],
    );
    expect(definitions(define('allowed_values = {"x", "y"}', "default_value = computed()"))).toMatchObject([
      { allowed: ["x", "y"], default: undefined },
    ]);
  });

  it.each([
    'data:extend({{ type = "int-setting", name = prefix .. "a", setting_type = "startup" }})',
    'data:extend({{ type = "int-setting", name = "a" }})',
    'data:extend({{ type = "item", name = "a", setting_type = "startup" }})',
  ])("[LUA-4] passes over %s", (source) => {
    expect(definitions(source)).toEqual([]);
  });

  it("[LUA-4] reads colours by name and by place", () => {
    const colour = (value: string) =>
      definitions(`data:extend({{type="color-setting", name="c", setting_type="startup", default_value=${value}}})`)[0]
        ?.default;
    expect(colour("{r = 1, b = 0.5}")).toEqual({ r: 1, g: 0, b: 0.5, a: 1 });
    expect(colour("{0.1, 0.2, 0.3, 0.4}")).toEqual({ r: 0.1, g: 0.2, b: 0.3, a: 0.4 });
    expect(colour("{r = x}")).toBeUndefined();
  });

  it("[LUA-5] takes names and beginnings of names for computed ones", () => {
    const { computes } = readDefinedSettings([
      'for _, kind in pairs({"alone"}) do data:extend({{ name = "mod-enable-" .. kind }}) end local t = "mo" .. x',
    ]);
    expect(["mod-enable-tank", "alone", "mod-other", "mortar"].map(computes)).toEqual([true, true, false, false]);
  });
});
