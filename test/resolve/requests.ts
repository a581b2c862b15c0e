import * as fc from "fast-check";
import { parseVersion } from "../../src/game/version.ts";
import type { Mod, Release, Requirement, SolveRequest } from "../../src/resolve/index.ts";

const NAMES = ["a", "b", "c", "d", "e"];
const VERSIONS = ["1.0.0", "1.1.0", "2.0.0", "2.1.0"];

const version = fc.constantFrom(...VERSIONS, "0.9", "3.0");
const bound = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  { weight: 4, arbitrary: version.map((each) => ` >= ${each}`) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom("<", "<=", "=", ">"), version).map(([op, v]) => ` ${op} ${v}`) },
);
const target = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.constantFrom("base", "quality", "missing", "core") },
);
const prefix = fc.constantFrom("", "", "", "? ", "(?) ", "! ", "~ ", "+ ");
const dependency = fc.tuple(prefix, target, bound).map((parts) => parts.join(""));

const instants = ["2025-01-01T00:00:00Z", "2025-06-01T02:00:00+02:00", "2025-06-01T00:30:00Z", "2026-01-01"];

const release = (versionText: string): fc.Arbitrary<Release> =>
  fc
    .record({
      factorioVersion: fc.constantFrom("2.0", "2.0", "2.0", "2.0", "1.1"),
      dependencies: fc.array(dependency, { maxLength: 3 }),
      releasedAt: fc.constantFrom(...instants, undefined),
    })
    .map(({ releasedAt, ...rest }) => ({
      version: parseVersion(versionText),
      ...rest,
      ...(releasedAt !== undefined && { releasedAt }),
    }));
const mod = (name: string): fc.Arbitrary<Mod> =>
  fc.subarray(VERSIONS).chain((versions) =>
    fc.record({
      name: fc.constant(name),
      deprecated: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      releases: fc.tuple(...versions.map(release)),
    }),
  );
const mods = fc.tuple(...NAMES.map(mod)).map((list) => new Map(list.map((each) => [each.name, each])));

const constraints = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc
        .tuple(fc.constantFrom(">=" as const, "<" as const, "=" as const), version)
        .map(([operator, text]) => ({ operator, version: parseVersion(text) })),
      { maxLength: 2 },
    ),
  },
);
/** Lines in any order; now and then two about one mod. */
const requirements: fc.Arbitrary<readonly Requirement[]> = fc.array(
  fc.record({ name: fc.constantFrom(...NAMES), constraints }),
  { minLength: 1, maxLength: 4 },
);

const game = parseVersion("2.0.60");
const builtIns = [
  { name: "base", version: game, dependencies: [] },
  { name: "quality", version: parseVersion("2.0.0"), dependencies: ["base"] },
];
const fixedMod = fc
  .record({
    dependencies: fc.array(dependency, { maxLength: 2 }),
    factorioVersion: fc.constantFrom("2.0", "2.0", "2.0", "1.1"),
  })
  .map((each) => ({ version: parseVersion("1.5.0"), ...each }));
const some = (names: readonly string[]) => fc.subarray([...names]).map((each) => new Set(each));

/** Small requests in which everything happens: all kinds of dependencies, built-ins, hand-placed mods, locks, dates. */
export const requests: fc.Arbitrary<SolveRequest> = fc
  .record({
    universe: mods.map((each) => ({ game, builtIns, mods: each })),
    requirements,
    locked: fc
      .array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...VERSIONS).map(parseVersion)), { maxLength: 3 })
      .map((each) => new Map(each)),
    free: fc.oneof(fc.constant(new Set<string>()), some(NAMES)),
    prefer: fc.constantFrom("newest" as const, "newest" as const, "oldest" as const),
    without: fc.oneof(fc.constant(new Set<string>()), some(NAMES)),
    disabledBuiltIns: some(["quality"]),
    fixed: fc.oneof(
      { weight: 4, arbitrary: fc.constant(new Map()) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom("d", "x"), fixedMod).map(([name, each]) => new Map([[name, each]])),
      },
    ),
    releasedBefore: fc.constantFrom(undefined, undefined, undefined, "2025-06-01T00:15:00Z"),
  })
  .map(({ releasedBefore, ...rest }) => ({ ...rest, ...(releasedBefore !== undefined && { releasedBefore }) }));
