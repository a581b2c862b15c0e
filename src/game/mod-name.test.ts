import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareModNames, findModFileName, isModName, modFileName, parseModName } from "./mod-name.ts";

const name = fc.stringMatching(/^[A-Za-z0-9_-]([A-Za-z0-9 _-]{0,98}[A-Za-z0-9_-])?$/).filter(isModName);

describe("mod names", () => {
  it.each(["flib", "Squeak Through", "zk-lib", "Power Armor MK3", "_", "1", "x".repeat(100)])(
    "[NAME-1] takes %j",
    (text) => {
      expect(parseModName(text)).toBe(text);
    },
  );

  it.each(["", " a", "a ", "a/b", "a\\b", "..", "a.b", "a\0b", "a\n", "ä", "a%2fb", "__proto__/x", "x".repeat(101)])(
    "[NAME-1] refuses %j",
    (text) => {
      expect(() => parseModName(text)).toThrow(expect.objectContaining({ code: "MOD_NAME" }));
    },
  );

  it.each(["NUL", "con", "Com1", "lpt9"])("[NAME-2] refuses %s", (text) => {
    expect(isModName(text)).toBe(false);
  });

  it("[NAME-3] orders by upper case, underscores after letters", () => {
    const names = ["a_b", "aab", "Aab", "B", "a", "200 Inventory Size", "a-b", "a b"];
    expect(names.toSorted(compareModNames)).toEqual([
      "200 Inventory Size",
      "a",
      "a b",
      "a-b",
      "Aab",
      "aab",
      "a_b",
      "B",
    ]);
  });

  it("[NAME-3] is a total order", () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(compareModNames(a, b)).toBe(0 - compareModNames(b, a));
        expect(compareModNames(a, b) === 0).toBe(a === b);
      }),
    );
  });

  it("[NAME-4] tells flib from FLib", () => {
    expect(compareModNames("flib", "FLib")).not.toBe(0);
  });
});

describe("mod file names", () => {
  it.each([
    ["zk-lib_0.1.2.zip", "zk-lib", "0.1.2"],
    ["Squeak Through_1.8.2.zip", "Squeak Through", "1.8.2"],
    ["a_1_b_2.0.0.zip", "a_1_b", "2.0.0"],
    ["assembler-pipe-passthrough_2022.02.17.zip", "assembler-pipe-passthrough", "2022.02.17"],
    ["old_1.0.zip", "old", "1.0"],
    ["_1_1.0.0.zip", "_1", "1.0.0"],
  ])("[FILE-1] splits %s", (file, wantedName, version) => {
    expect(findModFileName(file)).toEqual({ name: wantedName, version });
  });

  it.each([
    "flib.zip",
    "flib_1.zip",
    "_1.0.0.zip",
    "flib_1.0.0.ZIP",
    "flib_1.0.0.zip.part",
    "../x_1.0.0.zip",
    "a_v1.0.0.zip",
  ])("[FILE-1] finds no mod in %s", (file) => {
    expect(findModFileName(file)).toBeUndefined();
  });

  it("[FILE-1] takes hostile names in linear time", () => {
    expect(findModFileName(`${"_1.1".repeat(250_000)}.zap`)).toBeUndefined();
  });

  it("[FILE-2] splits what it joined", () => {
    fc.assert(
      fc.property(name, fc.stringMatching(/^\d{1,5}(\.\d{1,5}){1,3}$/), (each, version) => {
        expect(findModFileName(modFileName(each, version))).toEqual({ name: each, version });
      }),
    );
  });
});
