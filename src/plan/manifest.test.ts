import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import { formatNewManifest, parseManifest } from "./manifest.ts";
import { editManifest } from "./manifest-edit.ts";

const TEXT = `{
  // the base factory
  "factorio": "2.0.60",
  "mods": {
    "flib": "*", // a library
    "Squeak Through": { "version": ">= 1.8", "enabled": false },
  },
  "builtIns": { "space-age": false },
  "without": ["quality-of-nothing"],
}
`;

describe("manifest", () => {
  it("[MAN-1] reads comments and trailing commas", () => {
    const manifest = parseManifest(TEXT);
    expect(manifest.factorio).toBe("2.0.60");
    expect(manifest.builtIns.get("space-age")).toBe(false);
    expect(manifest.without).toEqual(["quality-of-nothing"]);
  });

  it("[MAN-2] reads both forms of a mod", () => {
    expect(
      parseManifest(TEXT).mods.map(({ name, enabled, constraints }) => [name, enabled, constraints.length]),
    ).toEqual([
      ["flib", true, 0],
      ["Squeak Through", false, 1],
    ]);
  });

  it.each([
    ["{", "line 1"],
    ['{"mods" {}}', "colon expected at line 1, column 9"],
    ["[]", "not an object"],
    ['{"mods": []}', '"mods"'],
    ['{"mods": {"a/b": "*"}}', "a/b"],
    ['{"mods": {"flib": 3}}', "mods.flib"],
    ['{"factorio": "two"}', '"factorio"'],
    ['{"builtIns": {"quality": "no"}}', "builtIns.quality"],
    ['{"portals": [1]}', '"portals"'],
    ['{"mods": {"flib": "^1"}}', "mods.flib"],
    ['{"mods": {"flib": "*", "flib": "= 1.0.0"}}', '"flib" stands twice'],
    ["", "line 1"],
    [`{ // [[[\n "x": ${"[".repeat(70)}`, "nested too deep at line 2, column 70"],
  ])("[MAN-3] refuses %j naming %j", (text, named) => {
    expect(() => parseManifest(text)).toThrowError(
      expect.toSatisfy((e) => isRoboportError(e, "MANIFEST_SHAPE") && e.message.includes(named)),
    );
  });

  it("[MAN-4] an edit keeps comments, order and everything it does not name", () => {
    const added = editManifest(TEXT, [{ set: { name: "stdlib", constraints: [], enabled: true } }]);
    expect(added).toContain("// the base factory");
    expect(added).toContain('"flib": "*", // a library');
    expect(parseManifest(added).mods.map((mod) => mod.name)).toEqual(["flib", "Squeak Through", "stdlib"]);
    const removed = editManifest(added, [{ remove: "Squeak Through" }, { builtIn: "quality", enabled: true }]);
    expect(parseManifest(removed).mods.map((mod) => mod.name)).toEqual(["flib", "stdlib"]);
    expect(parseManifest(removed).builtIns).toEqual(
      new Map([
        ["space-age", false],
        ["quality", true],
      ]),
    );
  });

  it.each([
    ['{"mods": {"a": "*",}}', "a", '{"mods": {}}'],
    ['{"mods": {"a": "*"}}', "a", '{"mods": {}}'],
    ['{"mods": {"a": "*", "b": "*"}}', "a", '{"mods": { "b": "*"}}'],
    ['{"mods": {"a": "*", "b": "*"}}', "b", '{"mods": {"a": "*" }}'],
    [
      '{\n  "mods": {\n    // first\n    "a": "*",\n    // second\n    "b": "*" // the last\n  }\n}',
      "b",
      '{\n  "mods": {\n    // first\n    "a": "*"\n    // second\n     // the last\n  }\n}',
    ],
    [
      '{\n  "mods": {\n    // first\n    "a": "*",\n    // second\n    "b": "*"\n  }\n}',
      "a",
      '{\n  "mods": {\n    // first\n    // second\n    "b": "*"\n  }\n}',
    ],
  ])("[MAN-4] %j without %s is %j", (text, name, expected) => {
    expect(editManifest(text, [{ remove: name }])).toBe(expected);
  });

  it("[MAN-4] changes only the fields of an entry that say something else", () => {
    const text = '{"mods": {"a": { "version": "*" /* any */, "note": "mine" }}}';
    const changed = editManifest(text, [{ set: { name: "a", constraints: [], enabled: false } }]);
    expect(changed).toContain("/* any */");
    expect(changed).toContain('"note": "mine"');
    expect(parseManifest(changed).mods[0]?.enabled).toBe(false);
  });

  it("[MAN-1] reads and keeps a byte-order mark", () => {
    const text = '\uFEFF{"mods": {"a": "*"}}';
    expect(parseManifest(text).mods).toHaveLength(1);
    expect(editManifest(text, [{ remove: "a" }])).toBe('\uFEFF{"mods": {}}');
  });

  it("[MAN-4] adding and removing a mod gives the values before", () => {
    const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_-]{2,20}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 6 }), (names) => {
        const fresh = names.filter((each) => each !== "flib");
        const added = editManifest(
          TEXT,
          fresh.map((each) => ({ set: { name: each, constraints: [], enabled: true } })),
        );
        const back = editManifest(
          added,
          fresh.map((each) => ({ remove: each })),
        );
        expect(parseManifest(back)).toEqual(parseManifest(TEXT));
      }),
    );
  });

  it("[MAN-2] a new manifest reads back as the same values", () => {
    const manifest = parseManifest(TEXT);
    expect(parseManifest(formatNewManifest(manifest))).toEqual(manifest);
  });

  it("[MAN-3] ends in a typed error whatever the file holds", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          parseManifest(text);
        } catch (error) {
          expect(isRoboportError(error)).toBe(true);
        }
      }),
    );
  });
});
