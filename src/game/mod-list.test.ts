import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import { BUILT_IN_NAMES } from "./built-ins.ts";
import { formatModList, type ModList, parseModList } from "./mod-list.ts";

const reparse = (list: ModList) => parseModList(formatModList(list, BUILT_IN_NAMES));
const byName = (list: ModList) => ({ ...list, mods: list.mods.toSorted((a, b) => (a.name < b.name ? -1 : 1)) });

const key = fc
  .string()
  .filter((each) => !["name", "enabled", "version", "mods"].includes(each))
  .filter((each) => !/^(?:0|[1-9]\d*)$/.test(each));
/** Plain data whose text says everything about it. */
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const extra = fc
  .array(fc.tuple(fc.oneof(key, fc.constant("__proto__")), json), { minLength: 1, maxLength: 3 })
  .map((pairs) => parsedObject(pairs));
const entry = fc.record(
  { name: fc.string(), enabled: fc.boolean(), version: fc.string(), extra },
  { requiredKeys: ["name", "enabled"] },
);
const modList = fc.record(
  { mods: fc.uniqueArray(entry, { selector: (each) => each.name }), extra },
  { requiredKeys: ["mods"] },
);

/** An object with these own keys, `__proto__` included. */
function parsedObject(pairs: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const fields = pairs.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return JSON.parse(`{${fields.join(",")}}`) as Record<string, unknown>;
}

describe("mod-list.json", () => {
  it("[LIST-1] reads string booleans", () => {
    const text =
      '{"mods": [{"name": "a", "enabled": "true"}, {"name": "b", "enabled": "false"}, {"name": "c", "enabled": true}]}';
    expect(parseModList(text).mods.map((each) => each.enabled)).toEqual([true, false, true]);
  });

  it("[LIST-2] reads and writes pins", () => {
    const list = parseModList('{"mods": [{"name": "flib", "enabled": true, "version": "0.16.5"}]}');
    expect(list.mods[0]).toEqual({ name: "flib", enabled: true, version: "0.16.5" });
    expect(formatModList(list, BUILT_IN_NAMES)).toContain(
      '      "name": "flib",\n      "enabled": true,\n      "version": "0.16.5"\n    }',
    );
  });

  it("[LIST-3] keeps what it does not know", () => {
    const text =
      '{"v": [1], "mods": [{"note": {"a": null}, "name": "a", "enabled": true, "version": 7}], "z": "\\u0000"}';
    const list = parseModList(text);
    expect(list).toEqual({
      mods: [{ name: "a", enabled: true, extra: { version: 7, note: { a: null } } }],
      extra: { v: [1], z: "\0" },
    });
    expect(reparse(list)).toEqual(list);
  });

  it("[LIST-3] reads back every list it wrote", () => {
    fc.assert(
      fc.property(modList, (list) => {
        expect(byName(reparse(list))).toEqual(byName(list));
      }),
      { numRuns: 1000 },
    );
  });

  it("[LIST-4] lets the later of two entries count", () => {
    const text =
      '{"mods": [{"name": "a", "enabled": true, "version": "1.0.0"}, {"name": "b", "enabled": true}, {"name": "a", "enabled": false}]}';
    expect(parseModList(text).mods).toEqual([
      { name: "a", enabled: false },
      { name: "b", enabled: true },
    ]);
  });

  it.each([
    ["", "it is empty (line 1, column 1)"],
    ["{}", '"mods" is not a list'],
    ["[]", "it is not an object"],
    ['{"mods": {}}', '"mods" is not a list'],
    ['{"mods": [1]}', "entry 1 is not an object"],
    ['{"mods": [{"name": "a"}, {"enabled": true}]}', "entry 2 has no name"],
    ['{"mods": [\n{"name": "a"},\n]}', "expected a value (line 3, column 1)"],
    ["\0".repeat(2000), "a NUL character: the file is damaged, or UTF-16 (line 1, column 1)"],
    [`{"mods": ${"[".repeat(100_000)}`, "brackets are nested more than 256 deep (line 1, column 265)"],
  ])("[LIST-5] refuses %#", (text, why) => {
    expect(() => parseModList(text)).toThrow(
      expect.objectContaining({ code: "MOD_LIST_SHAPE", message: `Cannot read mod-list.json: ${why}` }),
    );
  });

  it("[LIST-5] reads CRLF and a byte-order mark", () => {
    expect(parseModList('\ufeff{\r\n"mods": [\r\n{"name": "a",\r\n"enabled": false}]}\r\n').mods).toEqual([
      { name: "a", enabled: false },
    ]);
  });

  it("[LIST-5] ends in a list or our error, whatever the text", () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((mods) => `{"mods": ${mods}}`),
    );
    fc.assert(
      fc.property(text, (each) => {
        try {
          formatModList(parseModList(each), BUILT_IN_NAMES);
        } catch (error) {
          expect(isRoboportError(error, "MOD_LIST_SHAPE")).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("[LIST-6] takes an entry without enabled as off", () => {
    expect(
      parseModList('{"mods": [{"name": "a"}, {"name": "b", "enabled": null}]}').mods.map((each) => each.enabled),
    ).toEqual([false, false]);
  });

  it("[LIST-7] writes the game's form", () => {
    const mods = [
      { name: "flib", enabled: false },
      { name: "base", enabled: true },
    ];
    expect(formatModList({ mods }, BUILT_IN_NAMES)).toBe(
      '\n{\n  "mods": \n  [\n    \n    {\n      "name": "base",\n      "enabled": true\n    },\n    \n    {\n      "name": "flib",\n      "enabled": false\n    }\n  ]\n}\n',
    );
    expect(formatModList({ mods: [] }, BUILT_IN_NAMES)).toBe('\n{\n  "mods": \n  [\n    \n  ]\n}\n');
  });

  it("[LIST-7] writing again changes nothing", () => {
    fc.assert(
      fc.property(modList, (list) => {
        const text = formatModList(list, BUILT_IN_NAMES);
        expect(formatModList(parseModList(text), BUILT_IN_NAMES)).toBe(text);
      }),
    );
  });

  it("[LIST-8] puts built-ins first and the others by name", () => {
    const names = ["zz", "space-age", "B", "recycler", "a_b", "quality", "ab", "base", "elevated-rails"];
    const mods = names.map((name) => ({ name, enabled: true }));
    expect(reparse({ mods }).mods.map((each) => each.name)).toEqual([
      "base",
      "elevated-rails",
      "recycler",
      "quality",
      "space-age",
      "ab",
      "a_b",
      "B",
      "zz",
    ]);
  });
});
