import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ABSENT,
  ANY,
  describeUpToDate,
  type FileFacts,
  findStamp,
  formatStamp,
  formatUpToDate,
  isUnchanged,
  lookOf,
  type Stamp,
  type Surroundings,
} from "./stamp.ts";

const facts = (size: number): FileFacts => ({ size, mtimeMs: 1_700_000_000_000.25, ino: 42 });

const STAMP: Stamp = {
  modsDir: "mods",
  files: { "roboport.json": lookOf(facts(1)), "data/base/info.json": ABSENT },
  mods: { "a_1.0.0.zip": lookOf(facts(2)), "mod-list.json": lookOf(facts(3)), "mod-settings.dat": ANY },
  summary: { mods: 1, factorio: "2.0.60" },
};

const FILES: Readonly<Record<string, FileFacts>> = { "roboport.json": facts(1) };
const MODS: Readonly<Record<string, FileFacts>> = {
  "a_1.0.0.zip": facts(2),
  "mod-list.json": facts(3),
  "mod-settings.dat": facts(9),
};

function surroundings(files = FILES, mods = MODS): Surroundings {
  return {
    factsOfFile: (path) => files[path],
    namesInMods: () => Object.keys(mods),
    factsOfMod: (name) => mods[name],
  };
}

const without = (record: Readonly<Record<string, FileFacts>>, name: string) =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));

describe("isUnchanged", () => {
  it("[STAMP-1] is true while everything looks the same", () => {
    expect(isUnchanged(STAMP, surroundings())).toBe(true);
    expect(isUnchanged(STAMP, surroundings(FILES, { ...MODS, "mod-settings.dat": facts(1234) }))).toBe(true);
  });

  it.each([
    ["the manifest changed", { ...FILES, "roboport.json": facts(7) }, MODS],
    ["the manifest is gone", {}, MODS],
    ["a game appeared", { ...FILES, "data/base/info.json": facts(7) }, MODS],
    ["a zip changed its size", FILES, { ...MODS, "a_1.0.0.zip": facts(7) }],
    ["a zip was touched", FILES, { ...MODS, "a_1.0.0.zip": { ...facts(2), mtimeMs: 1_700_000_000_000.5 } }],
    ["a zip was replaced", FILES, { ...MODS, "a_1.0.0.zip": { ...facts(2), ino: 43 } }],
    ["a file is gone", FILES, without(MODS, "mod-settings.dat")],
    ["a file appeared", FILES, { ...MODS, "b_1.0.0.zip": facts(1) }],
    ["a file has another name", FILES, { ...without(MODS, "a_1.0.0.zip"), "A_1.0.0.zip": facts(2) }],
    ["a file has a name that objects have", FILES, { ...without(MODS, "a_1.0.0.zip"), constructor: facts(2) }],
    ["a file vanished between two looks", FILES, { ...MODS, "a_1.0.0.zip": undefined as unknown as FileFacts }],
  ])("[STAMP-1] is false when %s", (_what, files, mods) => {
    expect(isUnchanged(STAMP, surroundings(files, mods))).toBe(false);
  });
});

describe("a stamp file", () => {
  it("[STAMP-1] is read as it was written", () => {
    expect(findStamp(formatStamp(STAMP))).toEqual(STAMP);
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    "{}",
    '{"version":1}',
    formatStamp(STAMP).replace('"version":2', '"version":3'),
    formatStamp(STAMP).replace('"modsDir":"mods"', '"modsDir":1'),
    formatStamp(STAMP).replace('"mods":1', '"mods":"1"'),
    formatStamp(STAMP).replace(`"${ANY}"`, "7"),
    formatStamp(STAMP).slice(0, -10),
  ])("[STAMP-1] that is damaged or of another version counts for nothing: %s", (text) => {
    expect(findStamp(text)).toBeUndefined();
  });

  it("[STAMP-1] with one wrong bit counts for nothing", () => {
    const bytes = Buffer.from(formatStamp(STAMP));
    for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
      const wrong = Buffer.from(bytes);
      wrong.writeUInt8(wrong.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(findStamp(wrong.toString("utf8")), `bit ${bit}`).toBeUndefined();
    }
  });

  it("[STAMP-1] cut off anywhere counts for nothing", () => {
    const text = formatStamp(STAMP).trimEnd();
    fc.assert(fc.property(fc.nat(text.length - 1), (end) => findStamp(text.slice(0, end)) === undefined));
  });
});

describe("what install says when there is nothing to do", () => {
  it("names the mods and the game", () => {
    expect(formatUpToDate({ mods: 200, factorio: "2.0.60" })).toBe("Up to date: 200 mods for Factorio 2.0.60");
    expect(formatUpToDate({ mods: 0, factorio: "2.0.60" })).toBe("Up to date: no mods for Factorio 2.0.60");
    expect(formatUpToDate({ mods: 1, factorio: "1.1.110" })).toBe("Up to date: 1 mod for Factorio 1.1.110");
  });

  it("is an empty plan as a document", () => {
    expect(describeUpToDate({ mods: 2, factorio: "2.0.60" })).toEqual({
      ok: true,
      applied: true,
      empty: true,
      factorio: "2.0.60",
      mods: 2,
      actions: [],
      switches: [],
    });
  });
});
