import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import type { MapVersion } from "./map-version.ts";
import {
  formatModSettings,
  listSettings,
  type ModSettings,
  modSettingsOf,
  parseModSettings,
  SETTING_SECTIONS,
  type StoredSetting,
  withoutSetting,
  withSettings,
} from "./mod-settings.ts";
import { parseSettingsDocument, settingsDocument } from "./mod-settings-json.ts";
import { propertyToJson } from "./property-json.ts";
import type { PropertyTree } from "./property-tree.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const FILES = join(DATA, "mod-settings");

const NEW: MapVersion = [2, 0, 60, 0];
const OLD: MapVersion = [0, 16, 51, 0];

const { tree } = fc.letrec<{ tree: PropertyTree; leaf: PropertyTree }>((tie) => {
  const flag = fc.constantFrom(0, 0, 0, 1);
  const entries = (key: fc.Arbitrary<string | undefined>) =>
    fc.array(fc.record({ key, tree: tie("tree") }), { maxLength: 4 });
  return {
    leaf: fc.oneof(
      fc.record({ type: fc.constant("none"), flag }),
      fc.record({ type: fc.constant("bool"), flag, value: fc.boolean() }),
      fc.record({ type: fc.constant("number"), flag, value: fc.oneof(fc.double(), fc.integer(), fc.constant(-0)) }),
      fc.record({
        type: fc.constant("string"),
        flag,
        value: fc.option(fc.string({ maxLength: 300 }), { nil: undefined }),
      }),
      fc.record({ type: fc.constant("signed"), flag, value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
      fc.record({ type: fc.constant("unsigned"), flag, value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
    ) as fc.Arbitrary<PropertyTree>,
    tree: fc.oneof(
      { maxDepth: 3 },
      tie("leaf"),
      fc.record({ type: fc.constant("list"), flag, entries: entries(fc.constant(undefined)) }),
      fc.record({ type: fc.constant("dictionary"), flag, entries: entries(fc.string()) }),
    ) as fc.Arbitrary<PropertyTree>,
  };
});

const names = fc.string({ minLength: 1, maxLength: 300 }).filter((name) => !/^\d+$/.test(name) && name !== "__proto__");
const settings: fc.Arbitrary<readonly StoredSetting[]> = fc.uniqueArray(
  fc.record({ section: fc.constantFrom(...SETTING_SECTIONS), name: names, value: tree }),
  { selector: ({ section, name }) => `${section} ${name}`, maxLength: 12 },
);
const files = fc.record({ version: fc.constantFrom(NEW, OLD), all: settings });

describe("mod-settings.dat", () => {
  it("[PTREE-1] [PTREE-3] [SET-1] has the same bytes after reading and writing", () => {
    fc.assert(
      fc.property(files, ({ version, all }) => {
        const bytes = formatModSettings(modSettingsOf(version, all));
        const read = parseModSettings(bytes);
        expect(formatModSettings(read)).toEqual(bytes);
        expect(listSettings(read)).toHaveLength(all.length);
      }),
    );
  });

  it("[PTREE-2] tells an absent text from an empty one", () => {
    const texts = ["", undefined].map((value, at): StoredSetting => {
      return { section: "startup", name: `text-${at}`, value: { type: "string", flag: 0, value } };
    });
    const read = listSettings(parseModSettings(formatModSettings(modSettingsOf(NEW, texts))));
    expect(read).toEqual(texts);
    expect(read.map(({ value }) => propertyToJson(value))).toEqual(["", ""]);
  });

  it("[PTREE-4] refuses a tree too deep and a type unknown", () => {
    let deep: PropertyTree = { type: "none", flag: 0 };
    for (let level = 0; level < 70; level++)
      deep = { type: "list", flag: 0, entries: [{ key: undefined, tree: deep }] };
    const bytes = formatModSettings(modSettingsOf(NEW, [{ section: "startup", name: "deep", value: deep }]));
    expect(() => parseModSettings(bytes)).toThrow(/nested more than 64/);
    const odd = formatModSettings(modSettingsOf(NEW));
    odd[9] = 8;
    expect(() => parseModSettings(odd)).toThrow(/unknown type/);
  });

  it("[SET-2] is 76 bytes when it is new", () => {
    const bytes = formatModSettings(modSettingsOf([1, 1, 76, 0]));
    expect(bytes).toHaveLength(76);
    expect(listSettings(parseModSettings(bytes))).toEqual([]);
  });

  it("[SET-3] is refused when it is cut off anywhere, or longer than it says", () => {
    const bytes = formatModSettings(
      modSettingsOf(OLD, [{ section: "startup", name: "a", value: { type: "bool", flag: 0, value: true } }]),
    );
    for (let length = 0; length < bytes.byteLength; length++) {
      expect(() => parseModSettings(bytes.subarray(0, length))).toThrow(/Cannot read mod-settings.dat: it ends/);
    }
    expect(() => parseModSettings(Uint8Array.from([...bytes, 0]))).toThrow(/1 bytes after its end/);
  });

  it("[SET-3] answers any damage with settings or a refusal", () => {
    const edits = fc.array(fc.tuple(fc.nat(5000), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(files, edits, ({ version, all }, changes) => {
        const bytes = formatModSettings(modSettingsOf(version, all));
        for (const [at, value] of changes) bytes[at % bytes.byteLength] = value;
        try {
          parseModSettings(bytes);
        } catch (error) {
          expect(isRoboportError(error, "SETTINGS_SHAPE")).toBe(true);
        }
      }),
    );
  });

  it("[SET-5] changes and removes a setting and nothing else", () => {
    fc.assert(
      fc.property(files, settings, ({ version, all }, changed) => {
        const before = modSettingsOf(version, all);
        const id = ({ section, name }: StoredSetting) => `${section} ${name}`;
        const after = new Map(listSettings(withSettings(before, changed)).map((each) => [id(each), each.value]));
        const wanted = new Map([...all, ...changed].map((each) => [id(each), each.value]));
        expect(after).toEqual(wanted);
        const places = listSettings(withSettings(before, changed)).map(id);
        expect(places.filter((each) => all.map(id).includes(each))).toEqual(listSettings(before).map(id));
        const gone = changed.reduce(withoutSetting, withSettings(before, changed));
        expect(listSettings(gone).map(id)).toEqual(
          listSettings(before)
            .map(id)
            .filter((each) => !changed.map(id).includes(each)),
        );
      }),
    );
  });
});

describe("settings as JSON", () => {
  it("[SET-4] [SET-6] [PTREE-7] makes the same bytes again", () => {
    fc.assert(
      fc.property(files, ({ version, all }) => {
        const bytes = formatModSettings(modSettingsOf(version, all));
        const text = JSON.stringify(settingsDocument(parseModSettings(bytes)));
        expect(formatModSettings(parseSettingsDocument(text, [9, 9, 9, 9]))).toEqual(bytes);
      }),
    );
  });

  const valueOf = (read: ModSettings) => listSettings(read)[0]?.value;

  it("[SET-6] lets the plain value be edited alone", () => {
    const value: PropertyTree = { type: "number", flag: 1, value: 5 };
    const document = settingsDocument(modSettingsOf(NEW, [{ section: "startup", name: "a", value }]));
    expect(document).toMatchObject({
      startup: { a: 5 },
      stored: { startup: { a: { type: "number", flag: 1, value: 5 } } },
    });
    expect(valueOf(parseSettingsDocument(JSON.stringify(document), NEW))).toEqual(value);
    const edited = { ...document, startup: { a: 6 } };
    expect(valueOf(parseSettingsDocument(JSON.stringify(edited), NEW))).toEqual({ type: "signed", flag: 0, value: 6n });
  });

  it("[SET-7] [PTREE-6] takes sections alone, for the game they are for", () => {
    const text = '{"startup": {"a": {"value": 5}, "b": {"r": 1, "g": 0.5}}}';
    expect(valueOf(parseSettingsDocument(text, NEW))).toMatchObject({ type: "signed", value: 5n });
    const old = listSettings(parseSettingsDocument(text, OLD));
    expect(old.map(({ value }) => value.type)).toEqual(["number", "dictionary"]);
    expect(old[1]?.value).toMatchObject({ entries: [{ tree: { type: "number", value: 1 } }, { key: "g" }] });
  });

  it.each(["", "[]", "{}", '{"version": 5, "startup": {}}', '{"version": "2.0", "startup": {}}', '{"startup": []}'])(
    "[SET-7] refuses %j",
    (text) => {
      expect(() => parseSettingsDocument(text, NEW)).toThrow(/Cannot read the settings: /);
    },
  );

  it("[PTREE-5] shows what is no JSON number as null", () => {
    expect(propertyToJson({ type: "number", flag: 0, value: Infinity })).toBeNull();
    expect(propertyToJson({ type: "unsigned", flag: 0, value: 2n ** 60n })).toBe(2 ** 60);
  });
});

describe.skipIf(!existsSync(FILES))("mod-settings.dat of real servers", () => {
  const real = existsSync(FILES) ? readdirSync(FILES).filter((name) => name.endsWith(".dat")) : [];

  it.each(real)("[SET-1] [SET-6] %s", (name) => {
    const bytes = new Uint8Array(readFileSync(join(FILES, name)));
    const read = parseModSettings(bytes);
    expect(formatModSettings(read)).toEqual(bytes);
    const text = JSON.stringify(settingsDocument(read));
    expect(formatModSettings(parseSettingsDocument(text, [0, 0, 0, 0]))).toEqual(bytes);
  });

  it.each(real.filter((name) => name.startsWith("ofsm")))("[SET-4] %s as its parser's author reads it", (name) => {
    const expected = JSON.parse(readFileSync(join(FILES, name.replace(/dat$/, "json")), "utf8"));
    for (const { section, name: setting, value } of listSettings(parseModSettings(readFileSync(join(FILES, name))))) {
      expect(propertyToJson(value)).toEqual(expected[section][setting].value);
    }
  });
});
