import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRoboportError, type RoboportError } from "../errors.ts";
import { saveHeaderBytes, testSaveHeader } from "../testing/test-save.ts";
import { formatMapVersion, type MapVersion } from "./map-version.ts";
import { settingsOf } from "./mod-settings.ts";
import { propertyToJson } from "./property-json.ts";
import { parseSaveHeader, type SaveHeader } from "./save-header.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const HEADERS = join(DATA, "saves/headers");

const ERAS: readonly MapVersion[] = [
  [0, 12, 35, 0],
  [0, 13, 0, 41],
  [0, 13, 0, 86],
  [0, 14, 13, 0],
  [0, 15, 0, 91],
  [0, 15, 40, 0],
  [0, 16, 51, 0],
  [0, 17, 1, 1],
  [1, 1, 110, 0],
  [1, 2, 16, 0],
  [2, 1, 12, 2],
];

const versions = fc.constantFrom(...ERAS);
const modVersions = fc.tuple(fc.nat(65_535), fc.nat(65_535), fc.nat(65_535)).map((parts) => parts.join("."));
const settings = fc.dictionary(fc.string(), fc.oneof(fc.boolean(), fc.string(), fc.double({ noNaN: true })));
const saves = fc.record({
  version: versions,
  mods: fc.dictionary(fc.string({ minLength: 1, maxLength: 300 }), modVersions, { maxKeys: 300 }),
  settings,
});

function faultOf(bytes: Uint8Array): RoboportError | undefined {
  try {
    parseSaveHeader(bytes);
    return undefined;
  } catch (error) {
    if (isRoboportError(error, "SAVE_SHAPE")) return error;
    throw error;
  }
}

describe("parseSaveHeader", () => {
  it("[SAVE-3] [SAVE-4] reads what a game of any version writes", () => {
    fc.assert(
      fc.property(saves, (save) => {
        const header = testSaveHeader(save);
        expect(parseSaveHeader(saveHeaderBytes(header))).toEqual(header);
      }),
    );
  });

  it("[SAVE-5] takes a length or a part of a version above 254 from the bytes behind 255", () => {
    const mods = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`mod-${index}`, "0.4.601"]));
    const { mods: read } = parseSaveHeader(saveHeaderBytes(testSaveHeader({ mods })));
    expect(read).toHaveLength(300);
    expect(read[299]).toMatchObject({ name: "mod-299", version: { text: "0.4.601" } });
  });

  it("[SAVE-6] tells three kinds of command rights apart, and two before 0.13", () => {
    for (const allowedCommands of ["true", "false", "admins-only"] as const) {
      const bytes = saveHeaderBytes({ ...testSaveHeader(), allowedCommands });
      expect(parseSaveHeader(bytes).allowedCommands).toBe(allowedCommands);
    }
    expect(parseSaveHeader(saveHeaderBytes({ ...testSaveHeader(), allowedCommands: "unknown" })).allowedCommands).toBe(
      "unknown",
    );
    const old = testSaveHeader({ version: [0, 12, 35, 0] });
    expect(parseSaveHeader(saveHeaderBytes({ ...old, allowedCommands: "false" })).allowedCommands).toBe("false");
  });

  it("[SAVE-7] skips the kill statistics of 0.12", () => {
    const bytes = Buffer.from(saveHeaderBytes(testSaveHeader({ version: [0, 12, 35, 0] })));
    // The statistics are four zero bytes in front of the mods: one mod, whose name is four letters long.
    const at = bytes.indexOf(Buffer.from([0, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0]));
    const table = [2, 0, 0, 0, ...Array<number>(12).fill(7)];
    const statistics = Buffer.from([1, 0, 0, 0, 5, ...table, 0, 0, 0, 0, ...table]);
    const whole = Buffer.concat([bytes.subarray(0, at), statistics, bytes.subarray(at + 4)]);
    expect(parseSaveHeader(whole).mods).toMatchObject([{ name: "base" }]);
  });

  it("[SAVE-8] says for every beginning of a head that it is cut off", () => {
    const bytes = saveHeaderBytes(testSaveHeader({ settings: { a: true, b: 1.5, c: "text" } }));
    for (let length = 0; length < bytes.byteLength; length++) {
      expect(faultOf(bytes.subarray(0, length))?.data).toEqual({ reason: "truncated" });
    }
    expect(faultOf(Buffer.concat([bytes, Buffer.alloc(99, 1)]))).toBeUndefined();
  });

  it.each<[string, Partial<SaveHeader> | number]>([
    ["a version no game has", { mapVersion: [100, 0, 0, 0] }],
    ["a version from before anything is known", { mapVersion: [0, 8, 0, 0] }],
    ["settings that are no dictionary", { startupSettings: { type: "bool", flag: 0, value: true } }],
    ["a text of 65 KB", { campaign: "x".repeat(65 * 1024) }],
  ])("[SAVE-9] refuses %s", (_, fields) => {
    const error = faultOf(saveHeaderBytes({ ...testSaveHeader(), ...(fields as Partial<SaveHeader>) }));
    expect(error?.data).toEqual({ reason: "damaged" });
  });

  it("[SAVE-9] refuses more mods than there are, before reading them", () => {
    const bytes = Buffer.from(saveHeaderBytes(testSaveHeader({ mods: {} })));
    const counted = Buffer.concat([bytes.subarray(0, -11), Buffer.from([255, 0xff, 0xff, 0xff, 0x7f])]);
    expect(faultOf(counted)?.message).toMatch(/2147483647 mods/);
  });

  it("[SAVE-9] answers anything with a header or a refusal", () => {
    const edits = fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(saves, edits, (save, changes) => {
        const bytes = saveHeaderBytes(testSaveHeader(save));
        for (const [at, value] of changes) bytes[at % bytes.byteLength] = value;
        faultOf(bytes);
      }),
    );
  });
});

/** A header as saves/expected writes it, `null` for what is not there. */
function comparable(header: SaveHeader) {
  const { startupSettings, ...rest } = header;
  const values = settingsOf(startupSettings, "startup").map(({ name, value }) => [name, propertyToJson(value)]);
  return JSON.parse(
    JSON.stringify({
      ...rest,
      mapVersion: formatMapVersion(header.mapVersion),
      appVersion: header.appVersion.text,
      mods: header.mods.map((mod) => ({ ...mod, version: mod.version.text })),
      ...(startupSettings && { startupSettings: Object.fromEntries(values) }),
    }),
  );
}

describe.skipIf(!existsSync(HEADERS))("parseSaveHeader on real saves", () => {
  it.each(existsSync(HEADERS) ? readdirSync(HEADERS) : [])("[SAVE-4] %s", (file) => {
    const [, save, entry = ""] = /^(.+)__(.+)\.bin$/.exec(file) ?? [];
    const expected = JSON.parse(readFileSync(join(DATA, `saves/expected/${save}.json`), "utf8"))[entry];
    for (const field of ["zipMethod", "zlib", "skippedStats", "unknownU32", "ptreeTypes", "headerBytes"]) {
      delete expected[field];
    }
    expect(comparable(parseSaveHeader(readFileSync(join(HEADERS, file))))).toEqual(expected);
  });
});
