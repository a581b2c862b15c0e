import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanBlock, cleanLine, escapeJsonText } from "./term-text.ts";

/** Every code point that must never reach a terminal raw, tab and newline aside. */
const FORBIDDEN = [
  ...range(0x00, 0x08),
  ...range(0x0b, 0x1f),
  ...range(0x7f, 0x9f),
  0xad,
  0x61c,
  0x180e,
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  0xfeff,
  0x34f,
  0x115f,
  0x3164,
  0xfe0f,
  ...range(0xfff9, 0xfffb),
  0xe0001,
  ...range(0xe0020, 0xe007f),
];

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...FORBIDDEN.map((code) => String.fromCodePoint(code))),
    fc.constantFrom("\x1b[", "\x1b]", "\x1b]8;;", "\x1b\\", "\x07", "31m", "\n", "\t", "\r\n", "a", "é", "模"),
    fc.string({ unit: "binary", maxLength: 2 }),
  ),
});

const forbiddenIn = (text: string): readonly number[] =>
  FORBIDDEN.filter((code) => text.includes(String.fromCodePoint(code)));

describe("cleanBlock and cleanLine", () => {
  it.each(FORBIDDEN)("[CLI-20] U+%x does not come through", (code) => {
    const char = String.fromCodePoint(code);
    expect(forbiddenIn(cleanBlock(`a${char}b${char}`))).toEqual([]);
    expect(forbiddenIn(cleanLine(`a${char}b${char}`))).toEqual([]);
  });

  it("[CLI-20] hostile text holds none of them after cleaning, and cleaning again changes nothing", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const block = cleanBlock(text);
        expect(forbiddenIn(block)).toEqual([]);
        expect(cleanBlock(block)).toBe(block);
        expect(cleanLine(text)).not.toMatch(/[\n\t]/);
      }),
    );
  });

  it.each([
    ["a colour", "\x1b[31mred\x1b[0m", "red"],
    ["a link", "\x1b]8;;https://evil.test\x07click\x1b]8;;\x07", "click"],
    ["a clipboard write", "a\x1b]52;c;ZXZpbA==\x1b\\b", "ab"],
    ["a title set with C1", "a\x9d0;title\x9cb", "ab"],
    ["a screen clear", "\x1b[2J\x1b[Hhi", "hi"],
    ["a reset", "\x1bchi", "hi"],
    ["a sequence made by cleaning", "\x1b\x1b[31m[31mx", "[31mx"],
    ["a reversed file name", "gpj.\u202eexe", "gpj.exe"],
    ["a carriage return that overwrites", "harmless\rrm -rf", "harmless\nrm -rf"],
  ])("[CLI-20] %s", (_what, text, clean) => {
    expect(cleanBlock(text)).toBe(clean);
  });

  it("[CLI-20] ordinary text of any language stays as it is", () => {
    const text = "Größe 模组 🚂 قطار ½\n\tnext line";
    expect(cleanBlock(text)).toBe(text);
    expect(cleanLine(text)).toBe("Größe 模组 🚂 قطار ½ next line");
  });

  it("[CLI-20] takes time in proportion to the text", () => {
    for (const part of ["\x1b]", "\x1b[", "\x1b[0", "\x9b;", "\x1b "]) {
      expect(cleanBlock(part.repeat(200_000)).includes("\x1b")).toBe(false);
    }
  });
});

describe("escapeJsonText", () => {
  it("[CLI-21] JSON holds no raw control or direction character and loses nothing", () => {
    fc.assert(
      fc.property(fc.record({ key: hostile, value: hostile }), ({ key, value }) => {
        const document = { [`x${key}`]: value };
        const json = escapeJsonText(JSON.stringify(document));
        expect(forbiddenIn(json)).toEqual([]);
        expect(JSON.parse(json)).toEqual(document);
      }),
    );
  });
});

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
