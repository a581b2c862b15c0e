import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseVersion } from "../game/version.ts";
import type { SolveRequest } from "../resolve/request.ts";
import { solve } from "../resolve/solve.ts";
import type { Mod, Release, Requirement } from "../resolve/universe.ts";
import type { UniverseFile } from "../resolve/universe-file.ts";
import { openCatalogue } from "./catalogue.ts";
import { formatCatalogue, writeCatalogue } from "./catalogue-build.ts";
import { ENTRY, hashOf, TRAILER_WORDS, WORD } from "./catalogue-format.ts";
import { CatalogueDamage } from "./catalogue-mods.ts";

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "roboport-catalogue-"));
  path = join(folder, "catalogue");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const GAME = parseVersion("2.0.60");

function universeOf(mods: readonly Mod[]): UniverseFile {
  const base = { name: "base", version: GAME, dependencies: [] };
  return { mods: new Map(mods.map((mod) => [mod.name, mod])), game: GAME, builtIns: [base], skipped: 0 };
}

function mod(name: string, ...dependencies: readonly string[]): Mod {
  return {
    name,
    deprecated: false,
    releases: [{ version: parseVersion("1.0"), factorioVersion: "2.0", dependencies }],
  };
}

/** Names that differ only by case, that share a hash, that are no ASCII, and that nobody has. */
const NAMES = ["a", "A", "b", "B", "c", "d", "costarring", "liquid", "Ünïcode mod", "__proto__", "quality"];
const VERSIONS = ["0.9.0", "1.0", "1.0.0", "1.2.3", "2022.02.17"];

const requirement: fc.Arbitrary<Requirement> = fc.record({
  name: fc.constantFrom(...NAMES, "gone"),
  constraints: fc.array(
    fc.record({
      operator: fc.constantFrom("<" as const, ">=" as const, "=" as const),
      version: fc.constantFrom(...VERSIONS).map(parseVersion),
    }),
    { maxLength: 1 },
  ),
});
const dependency = fc
  .tuple(
    fc.constantFrom("", "", "", "~ ", "+ ", "? ", "(?) ", "! "),
    fc.constantFrom(...NAMES, "gone", "base"),
    fc.constantFrom("", "", " >= 1.0.0", " < 1.0.0", " = 1.2.3", " >= x"),
  )
  .map((parts) => parts.join(""));
const release = fc.record(
  {
    version: fc.constantFrom(...VERSIONS).map(parseVersion),
    factorioVersion: fc.constantFrom("2.0", "2.0", "2.0", "1.1", "2.00", ""),
    dependencies: fc.array(dependency, { maxLength: 3 }),
    releasedAt: fc.constantFrom("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
  },
  { requiredKeys: ["version", "factorioVersion", "dependencies"], noNullPrototype: true },
);
const universe = fc
  .subarray(NAMES)
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.record(
          { name: fc.constant(name), deprecated: fc.boolean(), releases: fc.array(release, { maxLength: 4 }) },
          { noNullPrototype: true },
        ),
      ),
    ),
  )
  .map((mods) => universeOf(mods as readonly Mod[]));

/** A release as a plain value, whatever it is read from. */
function plainRelease({ version, factorioVersion, dependencies, releasedAt }: Release): Release {
  return { version, factorioVersion, dependencies, ...(releasedAt !== undefined && { releasedAt }) };
}

function plainMods(mods: Iterable<readonly [string, Mod]>): ReadonlyMap<string, Mod> {
  return new Map(
    [...mods].map(([name, each]) => [name, { ...each, releases: each.releases.map((one) => plainRelease(one)) }]),
  );
}

/** What the shell prints of an answer. */
function answerTo(file: UniverseFile, request: Omit<SolveRequest, "universe">): unknown {
  const answer = solve({ ...request, universe: { game: GAME, builtIns: file.builtIns ?? [], mods: file.mods } });
  if (!answer.ok) return answer;
  return { ...answer, picks: [...answer.picks].map(([name, picked]) => [name, plainRelease(picked)]) };
}

/** Open what was just written, use it and close it. */
function useWritten<T>(source: string, use: (file: UniverseFile) => T): T {
  const catalogue = openCatalogue(path, source);
  if (!catalogue) throw new Error("No catalogue");
  try {
    return use(catalogue.file);
  } finally {
    catalogue.close();
  }
}

describe("a catalogue", () => {
  it("[CAT-2] gives the answers and explanations that the whole file gives", async () => {
    const requests = fc.record({
      requirements: fc.array(requirement, { minLength: 1, maxLength: 4 }),
      prefer: fc.constantFrom("newest" as const, "oldest" as const),
    });
    const dates = fc.constantFrom({}, { releasedBefore: "2024-06-01" });
    await fc.assert(
      fc.asyncProperty(universe, requests, dates, async (file, request, date) => {
        await writeCatalogue(path, file, "now");
        const answer = useWritten("now", (kept) => answerTo(kept, { ...request, ...date }));
        expect(answer).toEqual(answerTo(file, { ...request, ...date }));
      }),
      { numRuns: 300 },
    );
  });

  it("[CAT-2] is a map of the same mods, whichever way it is read", async () => {
    await fc.assert(
      fc.asyncProperty(universe, async (file) => {
        await writeCatalogue(path, file, "now");
        useWritten("now", ({ mods, ...about }) => {
          expect(plainMods(mods)).toEqual(file.mods);
          expect([mods.size, [...mods.keys()]]).toEqual([file.mods.size, [...file.mods.keys()].sort()]);
          expect(NAMES.map((name) => mods.has(name))).toEqual(NAMES.map((name) => file.mods.has(name)));
          const seen: unknown[] = [];
          mods.forEach((each, name) => seen.push([name, each]));
          expect(seen).toEqual([...mods]);
          expect(about).toEqual({ game: file.game, builtIns: file.builtIns, skipped: file.skipped });
        });
      }),
      { numRuns: 50 },
    );
  });

  it("[CAT-2] tells two mods apart whose names have the same hash", async () => {
    expect(hashOf("costarring")).toBe(hashOf("liquid"));
    await writeCatalogue(path, universeOf([mod("liquid", "a"), mod("costarring", "b")]), "now");
    useWritten("now", ({ mods }) => {
      expect(mods.get("liquid")?.releases[0]?.dependencies).toEqual(["a"]);
      expect(mods.get("costarring")?.releases[0]?.dependencies).toEqual(["b"]);
    });
  });

  it("[CAT-3] reads the lines of the mods that are asked for, and no others", async () => {
    const bytes = Buffer.from(formatCatalogue(universeOf([mod("asked"), mod("other")]), "now"));
    await writeFile(path, bytes.fill(0, bytes.indexOf('{"name":"other"'), bytes.indexOf("\n", bytes.indexOf("other"))));
    useWritten("now", ({ mods }) => {
      expect(mods.get("asked")?.name).toBe("asked");
      expect(mods.get("unknown")).toBeUndefined();
      expect(() => mods.get("other")).toThrow(CatalogueDamage);
    });
  });

  it("[CAT-4] is for one state of a file", async () => {
    await writeCatalogue(path, universeOf([mod("a")]), "before");
    expect(openCatalogue(path, "after")).toBeUndefined();
    expect(openCatalogue(join(folder, "nowhere"), "before")).toBeUndefined();
  });

  it("[CAT-5] is not believed with any single byte changed, nor at any other length", async () => {
    const file = universeOf([mod("a", "b >= 1"), mod("b")]);
    const whole = Buffer.from(formatCatalogue(file, "now"));
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      await writeFile(path, damaged);
      expect(() => readAll("now"), `byte ${at}`).toThrow();
    }
    for (let length = 0; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      expect(() => readAll("now"), `cut to ${length} bytes`).toThrow();
    }
  });

  it("[CAT-5] never gives another answer, whatever was done to it", async () => {
    const requirements = fc.array(requirement, { minLength: 1, maxLength: 3 });
    const damage = fc.array(fc.tuple(fc.nat(), fc.uint8Array({ minLength: 0, maxLength: 6 })), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(universe, requirements, damage, fc.nat(8), async (file, lines, places, cut) => {
        const bytes = Buffer.from(formatCatalogue(file, "now"));
        for (const [at, written] of places)
          bytes.set(written.slice(0, bytes.length - (at % bytes.length)), at % bytes.length);
        await writeFile(path, bytes.subarray(0, bytes.length - Math.max(0, cut - 4)));
        const answer = answerOrDamage("now", (kept) => answerTo(kept, { requirements: lines }));
        if (answer !== "damaged") expect(answer).toEqual(answerTo(file, { requirements: lines }));
      }),
      { numRuns: 500 },
    );
  });

  it("[CAT-6] is whole while several make it at the same time", async () => {
    const files = [universeOf([mod("a"), mod("b")]), universeOf([mod("a"), mod("c")])];
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => writeCatalogue(path, files[at % 2] ?? universeOf([]), "now")),
    );
    expect([
      ["a", "b"],
      ["a", "c"],
    ]).toContainEqual(readAll("now"));
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("lies in its file as it is described: rows of JSON, then head, index and trailer", async () => {
    await writeCatalogue(path, universeOf([mod("a", "b"), mod("b")]), "now");
    const bytes = await readFile(path);
    const [head, list, , , names] = bytes.toString("latin1").split("\n");
    expect(JSON.parse(head ?? "")).toEqual({
      name: "a",
      versions: ["1.0"],
      keys: [2 ** 32],
      factorioVersions: ["2.0"],
      dependencies: [1],
      dates: [null],
    });
    expect([list?.trimEnd(), names?.trimEnd()]).toEqual(['["b"]', '["a","b"]']);
    const trailer = new Int32Array(bytes.buffer.slice(bytes.byteOffset + bytes.length - TRAILER_WORDS * WORD));
    expect(trailer[2]).toBe(2 * ENTRY.size);
  });

  function answerOrDamage<T>(source: string, use: (file: UniverseFile) => T): T | "damaged" {
    const catalogue = openCatalogue(path, source);
    if (!catalogue) return "damaged";
    try {
      return use(catalogue.file);
    } catch (error) {
      if (error instanceof CatalogueDamage) return "damaged";
      throw error;
    } finally {
      catalogue.close();
    }
  }

  /** Every name and every mod, or an error. */
  function readAll(source: string): readonly string[] {
    return useWritten(source, ({ mods }) => [...mods.values()].map(({ name }) => name));
  }
});
