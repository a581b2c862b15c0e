import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultBuiltIns } from "./built-ins.ts";
import { findDependency, parseDependency } from "./dependency.ts";
import { computeLoadOrder } from "./load-order.ts";
import { compareModNames } from "./mod-name.ts";
import { findVersion, parseVersion } from "./version.ts";

type Mods = Readonly<Record<string, readonly string[]>>;

const orderOf = (mods: Mods) =>
  computeLoadOrder(
    Object.entries(mods).map(([name, texts]) => ({ name, dependencies: texts.map((text) => parseDependency(text)) })),
  );

describe("computeLoadOrder", () => {
  it("[ORDER-1] loads mods with shorter chains first", () => {
    const { names } = orderOf({ a: ["b"], b: ["c"], c: ["base"], d: ["base"], base: [], e: ["b", "base"] });
    expect(names).toEqual(["base", "c", "d", "b", "a", "e"]);
  });

  it.each(["", "? ", "(?) ", "+ "])("[ORDER-2] counts %j when the other mod is there", (prefix) => {
    expect(orderOf({ a: [`${prefix}z >= 9.9`], z: [] }).names).toEqual(["z", "a"]);
    expect(orderOf({ b: [`${prefix}z`], c: [] }).names).toEqual(["b", "c"]);
  });

  it.each(["~ ", "! ", "+~ "])("[ORDER-2] does not count %j", (prefix) => {
    expect(orderOf({ a: [`${prefix}z`], z: [] }).names).toEqual(["a", "z"]);
  });

  it("[ORDER-3] orders equal chains by upper case, so that _ comes after letters", () => {
    const names = ["zebra", "Alpha", "beta", "ab_c", "abcd", "ab-c", "a10", "a2"];
    const { names: sorted } = orderOf(Object.fromEntries(names.map((name) => [name, []])));
    expect(sorted).toEqual(["a10", "a2", "ab-c", "abcd", "ab_c", "Alpha", "beta", "zebra"]);
  });

  it("[ORDER-4] may load a mod without dependencies before base", () => {
    expect(orderOf({ base: [], autobuild: [], flib: ["base"], zz: [] }).names).toEqual([
      "autobuild",
      "base",
      "zz",
      "flib",
    ]);
  });

  it("[ORDER-5] places mods in a circle as if they did not order each other", () => {
    const { names } = orderOf({ base: [], b: ["base", "? c"], c: ["base", "? b"], a: ["b"] });
    expect(names).toEqual(["base", "b", "c", "a"]);
  });

  it("[ORDER-6] reports the shortest way round and whether required dependencies alone close it", () => {
    const { cycles } = orderOf({ d: ["b"], c: ["a"], b: ["c", "? d"], a: ["b"], x: ["? y"], y: ["x"] });
    expect(cycles).toEqual([
      { mods: ["a", "b", "c"], required: true },
      { mods: ["x", "y"], required: false },
    ]);
  });

  it.each(["~ a", "! a", "? z"])("[ORDER-6] sees no circle through %j", (back) => {
    expect(orderOf({ a: ["b"], b: [back] }).cycles).toEqual([]);
  });

  it("[ORDER-7] does not let a mod wait for itself", () => {
    expect(orderOf({ b: ["b >= 1.0", "? b"], c: [] })).toEqual({ names: ["b", "c"], cycles: [] });
  });

  it("[ORDER-7] gives the same answer for every order of its input", () => {
    const name = fc.constantFrom("a", "B", "c_d", "cd", "base", "E");
    const dependency = fc.tuple(fc.constantFrom("", "? ", "~ ", "+ "), name).map((parts) => parts.join(""));
    const mods = fc
      .dictionary(name, fc.uniqueArray(dependency, { maxLength: 3 }))
      .map((each) =>
        Object.entries(each).map(([key, texts]) => ({ name: key, dependencies: texts.map(parseDependency) })),
      );
    fc.assert(
      fc.property(
        mods.chain((each) => fc.tuple(fc.constant(each), fc.shuffledSubarray(each, { minLength: each.length }))),
        ([given, shuffled]) => {
          const { names, cycles } = computeLoadOrder(shuffled);
          expect(names).toEqual(computeLoadOrder(given).names);
          expect(cycles.map(({ mods: [first] }) => first)).toEqual(
            computeLoadOrder(given).cycles.map(({ mods: [first] }) => first),
          );
        },
      ),
    );
  });

  it("[ORDER-1] takes a chain of 50,000 mods", () => {
    const mods = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, at) => [`m${at}`, at > 0 ? [`m${at - 1}`] : []]),
    );
    expect(orderOf(mods).names.at(-1)).toBe("m49999");
  });
});

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

interface Loaded {
  readonly name: string;
  readonly version: string;
}
interface RealRelease {
  readonly version: string;
  readonly dependencies: readonly string[] | null;
  readonly deps_stripped?: boolean;
}

describe.skipIf(!existsSync(DATA))("computeLoadOrder on what games have written", () => {
  const world = existsSync(DATA) ? readWorld() : {};

  /** The strings of a release if we have it: only names are known of some. */
  function dependenciesOf({ name, version }: Loaded, game: string) {
    const builtIn = defaultBuiltIns(parseVersion(game)).find((each) => each.name === name);
    if (builtIn) return builtIn.dependencies;
    const key = findVersion(version)?.key;
    const release = world[name]?.releases.find((each) => findVersion(each.version)?.key === key && !each.deps_stripped);
    return release && (release.dependencies ?? ["base"]);
  }

  /** The order of those mods of a set of which everything that they wait for is known. */
  function predict(set: readonly Loaded[], game: string): readonly string[] {
    const known = new Map(set.map((each) => [each.name, dependenciesOf(each, game)]));
    const mods = [...known].map(([name, texts = []]) => ({
      name,
      dependencies: texts.map(findDependency).filter((each) => each !== undefined),
    }));
    const unsure = new Set(set.map(({ name }) => name).filter((name) => !known.get(name)));
    const waitsForUnsure = ({ dependencies }: (typeof mods)[number]) =>
      dependencies.some((each) => each.orders && unsure.has(each.name));
    for (let size = -1; size < unsure.size; ) {
      size = unsure.size;
      for (const mod of mods) if (waitsForUnsure(mod)) unsure.add(mod.name);
    }
    return computeLoadOrder(mods).names.filter((name) => !unsure.has(name));
  }

  it("[ORDER-3] is the order of the mods in saves since 1.1", () => {
    let compared = 0;
    for (const file of readdirSync(join(DATA, "saves/expected")).filter((each) => /^[12]\./.test(each))) {
      const save = JSON.parse(readFileSync(join(DATA, "saves/expected", file), "utf8"));
      for (const part of ["level-init.dat", "level.dat0"]) {
        const mods: readonly Loaded[] = save[part]?.mods ?? [];
        if (mods.length === 0 || file.startsWith("1.0")) continue;
        const predicted = predict(mods, save[part].appVersion);
        expect(
          mods.map(({ name }) => name).filter((name) => predicted.includes(name)),
          file,
        ).toEqual(predicted);
        compared += predicted.length;
      }
    }
    expect(compared).toBeGreaterThan(150);
  });

  it("[ORDER-3] is the order in which logs load mods and sum them up", () => {
    let compared = 0;
    for (const file of readdirSync(join(DATA, "logs"))) {
      const log = readFileSync(join(DATA, "logs", file), "utf8");
      const loads = [...log.matchAll(/Loading mod (?:settings )?(.+?) (\d[\d.]*) \((.+?)\)/g)];
      const sums = [...log.matchAll(/Checksum of (.+?): \d/g)].map(([, name = ""]) => [name, "", "sums"]);
      const lines = [...sums, ...loads.map(([, ...line]) => line)].filter(([name]) => name !== "core");
      const set = new Map(lines.map(([name = "", version = ""]) => [name, { name, version }]));
      const game = /Factorio (\d+\.\d+\.\d+)/.exec(log)?.[1] ?? "1.1.0";
      const predicted = predict([...set.values()], game);
      for (const stage of new Set(lines.map(([, , each]) => each))) {
        const seen = lines.filter((line) => line[2] === stage).map(([name = ""]) => name);
        const known = seen.filter((name) => predicted.includes(name));
        expect(known, `${file} ${stage}`).toEqual(predicted.filter((name) => seen.includes(name)));
        compared += known.length;
      }
    }
    expect(compared).toBeGreaterThan(150);
  });

  it("[ORDER-3] leaves as few steps back as there are chains in a save with 246 mods", () => {
    const save = JSON.parse(readFileSync(join(DATA, "saves/expected/2.0.43_altiummm_246mods.json"), "utf8"));
    const names = (save["level.dat0"].mods as readonly Loaded[]).map(({ name }) => name);
    const stepsBack = names.filter((name, at) => at > 0 && compareModNames(names[at - 1] ?? "", name) > 0);
    expect(stepsBack.length).toBe(13);
  });

  function readWorld(): Readonly<Record<string, { readonly releases: readonly RealRelease[] }>> {
    return JSON.parse(gunzipSync(readFileSync(join(DATA, "universe/universe-real.json.gz"))).toString()).mods;
  }
});
