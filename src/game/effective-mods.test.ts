import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultBuiltIns } from "./built-ins.ts";
import { findEffectiveMods, type LocalMod } from "./effective-mods.ts";
import { parseModList } from "./mod-list.ts";
import { findModFileName } from "./mod-name.ts";
import { parseVersion } from "./version.ts";

const builtIns = defaultBuiltIns(parseVersion("2.0.77"));

/** `a_1.0.0.zip` is a zip, `a_1.0.0` a folder. */
function local(file: string): LocalMod {
  const form = file.endsWith(".zip") ? "zip" : "folder";
  const named = findModFileName(form === "zip" ? file : `${file}.zip`);
  if (!named) throw new Error(`No mod file: ${file}`);
  return { file, form, name: named.name, version: parseVersion(named.version) };
}

function effective(files: readonly string[], entries?: readonly object[]) {
  const list = entries && parseModList(JSON.stringify({ mods: entries }));
  const found = findEffectiveMods(files.map(local), list, builtIns);
  const filesOf = (mods: readonly LocalMod[]) => mods.map((mod) => mod.file);
  return {
    enabled: filesOf(found.enabled),
    disabled: filesOf(found.disabled),
    shadowed: filesOf(found.shadowed),
    brokenPins: found.brokenPins.map((entry) => entry.name),
    builtIns: found.builtIns.map((builtIn) => builtIn.name),
  };
}

describe("the mods a game would load", () => {
  it("[EFFECT-1] takes the highest version, whatever its form", () => {
    expect(effective(["a_0.9.0.zip", "a_0.10.0.zip", "a_0.8.0"])).toMatchObject({
      enabled: ["a_0.10.0.zip"],
      shadowed: ["a_0.9.0.zip", "a_0.8.0"],
    });
  });

  it("[EFFECT-2] takes the folder of two equal versions", () => {
    expect(effective(["a_1.1.1.zip", "a_1.1.01"])).toMatchObject({ enabled: ["a_1.1.01"], shadowed: ["a_1.1.1.zip"] });
  });

  it("[EFFECT-3] takes the pinned version", () => {
    const entries = [{ name: "a", enabled: true, version: "1.0" }];
    expect(effective(["a_1.0.0.zip", "a_2.0.0.zip"], entries)).toMatchObject({
      enabled: ["a_1.0.0.zip"],
      brokenPins: [],
    });
  });

  it.each(["3.0.0", "newest"])("[EFFECT-4] reports a pin to %s and takes the highest version", (version) => {
    const entries = [
      { name: "a", enabled: true, version },
      { name: "gone", enabled: true, version: "1.0.0" },
    ];
    expect(effective(["a_1.0.0.zip", "a_2.0.0.zip"], entries)).toMatchObject({
      enabled: ["a_2.0.0.zip"],
      brokenPins: ["a"],
    });
  });

  it("[EFFECT-5] takes what the list does not name as on", () => {
    const entries = [
      { name: "a", enabled: false },
      { name: "quality", enabled: false },
      { name: "nowhere", enabled: true },
    ];
    expect(effective(["b_1.0.0.zip", "a_1.0.0.zip"], entries)).toEqual({
      enabled: ["b_1.0.0.zip"],
      disabled: ["a_1.0.0.zip"],
      shadowed: [],
      brokenPins: [],
      builtIns: ["base", "elevated-rails", "space-age"],
    });
    expect(effective(["a_1.0.0.zip"]).builtIns).toHaveLength(4);
  });

  it("[EFFECT-6] keeps base on and never takes a local mod for a built-in", () => {
    const found = effective(["quality_9.0.0.zip"], [{ name: "base", enabled: false }]);
    expect(found).toMatchObject({ enabled: [], shadowed: ["quality_9.0.0.zip"] });
    expect(found.builtIns).toContain("base");
  });

  it("[EFFECT-1] gives every mod one place, in any order of the input", () => {
    const file = fc
      .tuple(fc.constantFrom("a", "b", "C"), fc.nat(2), fc.constantFrom("", ".zip"))
      .map(([name, minor, tail]) => `${name}_1.${minor}.0${tail}`);
    fc.assert(
      fc.property(
        fc.uniqueArray(file).chain((files) => fc.tuple(fc.constant(files), shuffled(files))),
        ([files, other]) => {
          const found = effective(files);
          expect([...found.enabled, ...found.disabled, ...found.shadowed].toSorted()).toEqual(files.toSorted());
          expect(effective(other).enabled).toEqual(found.enabled);
        },
      ),
    );
  });
});

function shuffled(files: readonly string[]): fc.Arbitrary<string[]> {
  return fc.shuffledSubarray([...files], { minLength: files.length });
}
