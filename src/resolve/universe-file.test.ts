import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import { parseVersion } from "../game/version.ts";
import type { Mod, Release, Universe } from "./universe.ts";
import { formatUniverseFile, parseUniverseFile } from "./universe-file.ts";

const release = (version: string, more: Partial<Release> = {}): Release => ({
  version: parseVersion(version),
  factorioVersion: "2.0",
  dependencies: ["base"],
  ...more,
});

describe("parseUniverseFile", () => {
  it.each([
    [[]],
    [null],
    ["mods"],
    [{}],
    [{ mods: [] }],
    [{ mods: {}, game: "two" }],
    [{ mods: {}, game: 2 }],
    [{ mods: {}, builtIns: {} }],
    [{ mods: {}, builtIns: [{ name: "base" }] }],
    [{ mods: {}, builtIns: [{ name: 1, version: "2.0.0" }] }],
    [{ mods: {}, builtIns: ["base"] }],
  ])("[UNIVERSE-1] refuses %j", (value) => {
    expect(() => parseUniverseFile(value)).toThrow(expect.objectContaining({ code: "UNIVERSE_SHAPE" }));
  });

  it("[UNIVERSE-1] reads a list that is for any game", () => {
    expect(parseUniverseFile({ mods: {} })).toEqual({
      mods: new Map(),
      game: undefined,
      builtIns: undefined,
      skipped: 0,
    });
  });

  it("[UNIVERSE-2] skips and counts what cannot be read", () => {
    const good = { version: "1.0.0", factorio_version: "2.0", dependencies: ["base", 7], downloads: 3 };
    const mods = {
      a: { title: "A", releases: [good, { version: "x" }, null, {}] },
      b: { releases: {} },
      c: "c",
      d: { releases: [] },
    };
    const file = parseUniverseFile({ _about: "…", mods });
    expect(file.skipped).toBe(5);
    expect([...file.mods.values()]).toEqual([
      { name: "a", deprecated: false, releases: [release("1.0.0")] },
      { name: "d", deprecated: false, releases: [] },
    ]);
  });

  it.each([[undefined], [null], [{}]])("[UNIVERSE-3] takes %j as a dependency on base", (dependencies) => {
    const { mods } = parseUniverseFile({ mods: { a: { releases: [{ version: "1.0", dependencies }] } } });
    expect(mods.get("a")?.releases).toEqual([release("1.0", { factorioVersion: "0.12" })]);
  });

  it("[UNIVERSE-3] takes a string as a list of one, and an empty list as none", () => {
    const releases = [
      { version: "1.0.0", factorio_version: "2.0", dependencies: "lib >= 1.0" },
      { version: "2.0.0", factorio_version: "2.0", dependencies: [] },
    ];
    expect(parseUniverseFile({ mods: { a: { releases } } }).mods.get("a")?.releases).toEqual([
      release("1.0.0", { dependencies: ["lib >= 1.0"] }),
      release("2.0.0", { dependencies: [] }),
    ]);
  });

  it("[UNIVERSE-5] refuses any JSON value in no other way", () => {
    const key = fc.constantFrom(
      "mods",
      "game",
      "builtIns",
      "releases",
      "version",
      "dependencies",
      "name",
      "__proto__",
      "a",
    );
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom("1.0.0", "2.0"));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 5 }, leaf, fc.array(tie("value")), fc.dictionary(key, tie("value"))),
    }));
    const nearly = fc.record({ mods: fc.dictionary(fc.string(), fc.record({ releases: fc.array(value) })) });
    fc.assert(
      fc.property(fc.oneof(value, nearly, fc.jsonValue()), (given) => {
        try {
          const { mods, skipped } = parseUniverseFile(JSON.parse(JSON.stringify(given)));
          expect(mods.size + skipped).toBeGreaterThanOrEqual(0);
        } catch (error) {
          if (!isRoboportError(error) || error.code !== "UNIVERSE_SHAPE") throw error;
        }
      }),
    );
  });
});

const version = fc
  .tuple(fc.nat(65_535), fc.nat(65_535), fc.option(fc.nat(65_535)))
  .map(([major, minor, patch]) => parseVersion(patch === null ? `${major}.0${minor}` : `${major}.${minor}.${patch}`));
const optional = {
  releasedAt: fc.string(),
  sha1: fc.string(),
  fileName: fc.string(),
  downloadUrl: fc.string(),
  portal: fc.string(),
};
const anyRelease: fc.Arbitrary<Release> = fc.record(
  { version, factorioVersion: fc.string(), dependencies: fc.array(fc.string()), ...optional },
  { requiredKeys: ["version", "factorioVersion", "dependencies"] },
);
const anyName = fc.oneof(fc.string({ unit: "binary" }), fc.constant("__proto__"));
const anyMod = fc.record({ name: anyName, deprecated: fc.boolean(), releases: fc.array(anyRelease, { maxLength: 4 }) });
const universe: fc.Arbitrary<Universe> = fc.record({
  game: version,
  builtIns: fc.array(fc.record({ name: fc.string(), version, dependencies: fc.array(fc.string()) }), { maxLength: 3 }),
  mods: fc.array(anyMod, { maxLength: 5 }).map((mods) => new Map(mods.map((mod): [string, Mod] => [mod.name, mod]))),
});

describe("formatUniverseFile", () => {
  it("[UNIVERSE-4] is read back as the same universe", () => {
    fc.assert(
      fc.property(universe, ({ game, builtIns, mods }) => {
        const read = parseUniverseFile(JSON.parse(formatUniverseFile({ game, builtIns, mods })));
        expect(read).toEqual({ game, builtIns, mods, skipped: 0 });
      }),
    );
  });

  it("[UNIVERSE-4] writes one mod per line by name, whatever their order", () => {
    const mod = (name: string): [string, Mod] => [name, { name, deprecated: name === "b", releases: [release("1.0")] }];
    const game = parseVersion("2.0.60");
    const of = (...names: readonly string[]) =>
      formatUniverseFile({ game, builtIns: [], mods: new Map(names.map(mod)) });
    expect(of("c", "a", "b")).toBe(of("b", "c", "a"));
    expect(of("b", "a").split("\n").slice(4, 6)).toEqual([
      '  "a": {"releases":[{"version":"1.0","factorio_version":"2.0","dependencies":["base"]}]},',
      '  "b": {"deprecated":true,"releases":[{"version":"1.0","factorio_version":"2.0","dependencies":["base"]}]}',
    ]);
  });
});
