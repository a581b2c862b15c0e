import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import { parseInfoJson } from "./info-json.ts";

const minimal = { name: "x", version: "1.0.0" };
const parse = (fields: object) => parseInfoJson(JSON.stringify({ ...minimal, ...fields }));

describe("info.json", () => {
  it("[INFO-1] reads name, version, title and author", () => {
    const info = parse({ title: "X", author: "Me" });
    expect([info.name, info.version.text, info.title, info.author]).toEqual(["x", "1.0.0", "X", "Me"]);
    expect([parse({}).title, parse({}).author]).toEqual(["x", ""]);
  });

  it.each([
    ["{}", '"name" is missing'],
    ['{"name": "", "version": "1.0.0"}', '"name" is missing'],
    ['{"name": 1, "version": "1.0.0"}', '"name" is missing'],
    ['{"name": "x"}', '"version" is not a version'],
    ['{"name": "x", "version": 1.0}', '"version" is not a version'],
    ['{"name": "x", "version": "1"}', '"version" is not a version'],
    ['{"__proto__": {"name": "x", "version": "1.0.0"}}', '"name" is missing'],
    ["[]", "it is not an object"],
    ["null", "it is not an object"],
  ])("[INFO-1] refuses %s", (text, why) => {
    expect(() => parseInfoJson(text)).toThrow(
      expect.objectContaining({ code: "INFO_JSON_SHAPE", message: `Cannot read info.json: ${why}` }),
    );
  });

  it("[INFO-2] takes a missing factorio_version as 0.12 and any other as written", () => {
    expect(parse({}).factorioVersion).toBe("0.12");
    expect(parse({ factorio_version: 2.0 }).factorioVersion).toBe("0.12");
    expect(parse({ factorio_version: "0.14.22" }).factorioVersion).toBe("0.14.22");
  });

  it.each([
    [undefined, ["base"]],
    [null, ["base"]],
    [{}, ["base"]],
    [[], []],
    ["base >= 0.14.0", ["base >= 0.14.0"]],
    [
      ["base", 1, null, "? flib"],
      ["base", "? flib"],
    ],
  ])("[INFO-3] reads dependencies %j as %j", (dependencies, expected) => {
    expect(parse({ dependencies }).dependencies).toEqual(expected);
  });

  it("[INFO-4] keeps every field", () => {
    const fields = { ...minimal, package: { a: [1, null] }, date: "today" };
    expect(parse(fields).raw).toEqual(fields);
    const hostile = '{"__proto__": {"name": "y"}, "name": "x", "version": "1.0.0", "constructor": 1}';
    expect(Object.keys(parseInfoJson(hostile).raw)).toEqual(["__proto__", "name", "version", "constructor"]);
  });

  it.each([
    [{ space_travel_required: true }, true],
    [{ expansion_required: true }, true],
    [{ quality_required: false }, false],
    [{ quality_required: "true" }, false],
    [{ elevated_rails_required: true, spoilage_required: true }, false],
    [{}, false],
  ])("[INFO-5] %j needs the expansion: %j", (flags, needed) => {
    expect(parse(flags).needsExpansion).toBe(needed);
  });

  it.each([
    ['{"name": "x", "version": "1.0.0",}', "expected a name in quotes (line 1, column 34)"],
    ['{"name": "x"\n "version": "1.0.0"}', 'expected "," or "}" (line 2, column 2)'],
    [" ".repeat(5_000_000), "it is larger than 4194304 characters"],
  ])("[INFO-6] refuses what is no JSON", (text, why) => {
    expect(() => parseInfoJson(text)).toThrow(`Cannot read info.json: ${why}`);
  });

  it("[INFO-6] refuses a hundred thousand dependencies and more", () => {
    expect(() => parse({ dependencies: Array(100_001).fill("a") })).toThrow(/more than 100000 dependencies/);
  });

  it("[INFO-1] ends in an info.json or our error, whatever the text", () => {
    const fields = fc.record(
      { name: fc.anything(), version: fc.anything(), dependencies: fc.anything(), title: fc.anything() },
      { requiredKeys: [] },
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fields.map((each) => JSON.stringify(each, (_, v) => (typeof v === "bigint" ? 1 : v))),
    );
    fc.assert(
      fc.property(text, (each) => {
        try {
          parseInfoJson(each);
        } catch (error) {
          expect(isRoboportError(error, "INFO_JSON_SHAPE")).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
