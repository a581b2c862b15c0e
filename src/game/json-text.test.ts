import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJsonFault } from "./json-fault.ts";
import { parseLenientJson } from "./json-text.ts";

const near = fc.oneof(
  fc.json(),
  fc.json({ maxDepth: 3 }).chain((text) => fc.nat(text.length).map((at) => text.slice(0, at) + text.slice(at + 1))),
  fc.string({ unit: fc.constantFrom(...'{}[],:"\\ 01-.eEtruefalsn/u'), maxLength: 30 }),
);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("JSON of the game's files", () => {
  it("[JSON-1] skips a byte-order mark", () => {
    expect(parseLenientJson('\ufeff{"a": 1}')).toEqual({ a: 1 });
    expect(() => parseLenientJson('\ufeff\ufeff{"a": 1}')).toThrow(SyntaxError);
  });

  it("[JSON-2] takes raw control characters as part of a string", () => {
    const text = '{\r\n\t"a": "one\r\n\ttwo \\" \\\\",\n"b\n": 1}';
    expect(parseLenientJson(text)).toEqual({ a: 'one\r\n\ttwo " \\', "b\n": 1 });
  });

  it("[JSON-2] reads what was escaped the same as what was not", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const raw = JSON.stringify(value).replaceAll("\\n", "\n").replaceAll("\\t", "\t");
        expect(parseLenientJson(JSON.stringify({ value }))).toEqual({ value });
        if (!value.includes("\\")) expect(parseLenientJson(raw)).toBe(value);
      }),
    );
  });

  it.each([
    ["", "it is empty (line 1, column 1)"],
    ['{"a": 1,}', "expected a name in quotes (line 1, column 9)"],
    ["[1,]", "expected a value (line 1, column 4)"],
    ['{\n  "a": 1\n  "b": 2\n}', 'expected "," or "}" (line 3, column 3)'],
    ['{"a" 1}', 'expected ":" (line 1, column 6)'],
    ["[1 2]", 'expected "," or "]" (line 1, column 4)'],
    ["[}", 'expected a value or "]" (line 1, column 2)'],
    ["{]", 'expected a name in quotes or "}" (line 1, column 2)'],
    ['{"a": [1', 'it ends where "," or "]" should come (line 1, column 9)'],
    ["{} x", "expected the end (line 1, column 4)"],
    ['["a', "this string is never closed (line 1, column 2)"],
    ["[01]", 'expected "," or "]" (line 1, column 3)'],
    ["\0\0\0\0", "a NUL character: the file is damaged, or UTF-16 (line 1, column 1)"],
    ["\ufffd\ufffd{\0", "a byte that is not UTF-8 (line 1, column 1)"],
    ["<!DOCTYPE html>", "expected a value (line 1, column 1)"],
  ])("[JSON-3] says where and why %j is refused", (text, message) => {
    expect(() => parseLenientJson(text)).toThrow(new SyntaxError(message));
  });

  it("[JSON-3] points at the backslash of a bad escape", () => {
    expect(() => parseLenientJson('{"path":\n "C:\\mods"}')).toThrow(/backslash.*\(line 2, column 5\)$/);
  });

  it("[JSON-3] counts lines of the text as it is, line breaks inside strings too", () => {
    expect(() => parseLenientJson('{"a": "one\ntwo",\n"b" 2}')).toThrow(/\(line 3, column 5\)$/);
  });

  it("[JSON-3] finds a fault in exactly the texts that JSON.parse refuses", () => {
    fc.assert(
      fc.property(near, (text) => {
        expect(findJsonFault(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 5000 },
    );
  });

  it("[JSON-4] never quotes the text", () => {
    for (const text of ['{"token": canary}', '{"token": "canary', '{"token": "canary" "x"}', '{"token": "can\\ary"}']) {
      const message = messageOf(() => parseLenientJson(text));
      expect(message).not.toBe("");
      expect(message).not.toMatch(/can|token/);
    }
  });

  it("[JSON-5] reads 256 levels and refuses 257", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(() => parseLenientJson(nested(256))).not.toThrow();
    expect(() => parseLenientJson(nested(257))).toThrow(/nested more than 256 deep \(line 1, column 257\)/);
    expect(() => parseLenientJson(nested(1_000_000))).toThrow(SyntaxError);
    expect(() => parseLenientJson('{"a":'.repeat(100_000))).toThrow(SyntaxError);
    expect(parseLenientJson(JSON.stringify({ a: "[".repeat(1000), b: '\\"['.repeat(1000) }))).toBeTypeOf("object");
  });

  it("[JSON-5] counts no bracket inside a string, whatever else is in it", () => {
    const strings = fc.array(fc.string({ unit: fc.constantFrom(...'[]{}"\\a') }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(strings, fc.integer({ min: 250, max: 262 }), (texts, depth) => {
        const text = `${JSON.stringify(texts).slice(0, -1)},${"[".repeat(depth - 1)}${"]".repeat(depth)}`;
        if (depth > 256) expect(() => parseLenientJson(text)).toThrow(/nested more than 256 deep/);
        else expect(parseLenientJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it("[JSON-5] ends in a SyntaxError or a value, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), near), (text) => {
        try {
          parseLenientJson(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("[JSON-6] treats __proto__ as any key and keeps the later of two equal ones", () => {
    const value = parseLenientJson('{"__proto__": {"polluted": true}, "a": 1, "a": 2}');
    expect(Object.keys(value as object)).toEqual(["__proto__", "a"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(value).toHaveProperty("a", 2);
    expect({}).not.toHaveProperty("polluted");
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
