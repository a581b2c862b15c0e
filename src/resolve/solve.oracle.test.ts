import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDependency, satisfies } from "../game/dependency.ts";
import { runsOn } from "../game/game-version.ts";
import { parseVersion } from "../game/version.ts";
import type { SolveRequest } from "./request.ts";
import { solve } from "./solve.ts";
import type { Mod, Release, Requirement } from "./universe.ts";

/**
 * The specification, executed: every assignment of releases to mods is tried, in the order of preference.
 * Shares nothing with the solver but the readers of versions and dependency strings.
 */
interface Choice {
  readonly version: string;
  readonly dependencies: readonly string[];
  readonly release?: Release;
}
type Chosen = ReadonlyMap<string, Choice>;

const ABSENT = undefined;

function choicesOf(request: SolveRequest, name: string): readonly (Choice | undefined)[] {
  const builtIn = request.universe.builtIns.find((each) => each.name === name);
  if (builtIn) {
    const off = name !== "base" && request.disabledBuiltIns?.has(name);
    return off ? [ABSENT] : [{ version: builtIn.version.text, dependencies: builtIn.dependencies }];
  }
  const fixed = request.fixed?.get(name);
  if (fixed) return [{ version: fixed.version.text, dependencies: fixed.dependencies }];
  const releases = (request.universe.mods.get(name)?.releases ?? []).filter((release) =>
    runsOn(release.factorioVersion, request.universe.game),
  );
  const kept = request.free?.has(name) ? undefined : request.locked?.get(name);
  const rank = (release: Release) => (release.version.key === kept?.key ? 0 : 1);
  const sign = request.prefer === "oldest" ? -1 : 1;
  const sorted = [...releases].sort((a, b) => rank(a) - rank(b) || sign * (b.version.key - a.version.key));
  return [
    ...sorted.map((release) => ({ version: release.version.text, dependencies: release.dependencies, release })),
    ABSENT,
  ];
}

/** Does this exact set satisfy every dependency string in it and every requirement? */
function isValid(request: SolveRequest, chosen: Chosen): boolean {
  for (const { name, constraints } of request.requirements) {
    const choice = chosen.get(name);
    if (!choice || !constraints.every((each) => satisfies(parseVersion(choice.version), each))) return false;
  }
  for (const { dependencies } of chosen.values()) {
    for (const text of dependencies) {
      const dependency = findDependency(text);
      if (!dependency) continue;
      const target = chosen.get(dependency.name);
      if (dependency.kind === "incompatible") {
        if (target) return false;
      } else if (!target) {
        if (dependency.kind === "required" || dependency.kind === "unordered") return false;
      } else if (!satisfies(parseVersion(target.version), dependency.constraint)) return false;
    }
  }
  return true;
}

/** Every valid assignment over all names that matter. */
function allValid(request: SolveRequest, names: readonly string[]): readonly Chosen[] {
  let partial: Chosen[] = [new Map()];
  for (const name of names) {
    const choices = choicesOf(request, name);
    partial = partial.flatMap((chosen) =>
      choices.map((choice) => (choice ? new Map([...chosen, [name, choice]]) : chosen)),
    );
  }
  return partial.filter((chosen) => isValid(request, chosen));
}

/** The answer the specification asks for: decide in order, each time for the most preferred choice that some valid set has. */
function bestOf(request: SolveRequest): ReadonlyMap<string, string> | undefined {
  const names = [
    ...new Set([
      ...request.universe.mods.keys(),
      ...request.universe.builtIns.map((each) => each.name),
      ...(request.fixed?.keys() ?? []),
    ]),
  ];
  let valid = allValid(request, names);
  if (valid.length === 0) return undefined;
  const decided: string[] = [];
  const decide = (name: string) => {
    if (decided.includes(name)) return;
    decided.push(name);
    for (const choice of choicesOf(request, name)) {
      const left = valid.filter((chosen) => chosen.get(name)?.version === choice?.version);
      if (left.length === 0) continue;
      valid = left;
      return;
    }
  };
  const targetsOf = (name: string, kinds: readonly string[]) =>
    (valid[0]?.get(name)?.dependencies ?? [])
      .map(findDependency)
      .filter((each) => each !== undefined)
      .filter((each) => kinds.includes(each.kind))
      .map((each) => each.name);
  const roots = request.requirements.map((each) => each.name);
  const present = [
    ...request.universe.builtIns
      .map((each) => each.name)
      .filter((name) => name === "base" || !request.disabledBuiltIns?.has(name))
      .sort(),
    ...[...(request.fixed?.keys() ?? [])].sort(),
  ];
  const isFree = (name: string) => request.free?.has(name) ?? false;
  const agenda = [...new Set([...present, ...roots.filter(isFree), ...roots.filter((name) => !isFree(name))])];
  const add = (name: string) => {
    if (!agenda.includes(name)) agenda.push(name);
  };
  let cursor = 0;
  for (;;) {
    for (; cursor < agenda.length; cursor++) {
      const name = agenda[cursor] as string;
      decide(name);
      for (const needed of targetsOf(name, ["required", "unordered"])) add(needed);
    }
    const advised = agenda.flatMap((name) => targetsOf(name, ["recommended"])).find((name) => isWelcome(name));
    if (advised === undefined) break;
    add(advised);
  }
  const releases = agenda.map((name) => [name, valid[0]?.get(name)?.release] as const);
  return new Map(releases.flatMap(([name, release]) => (release ? [[name, release.version.text] as const] : [])));

  function isWelcome(name: string): boolean {
    if (agenda.includes(name) || request.without?.has(name) || request.universe.mods.get(name)?.deprecated)
      return false;
    return valid.some((chosen) => chosen.has(name));
  }
}

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
  { weight: 1, arbitrary: fc.constantFrom("base", "quality", "missing") },
);
const prefix = fc.constantFrom("", "", "", "? ", "(?) ", "! ", "~ ", "+ ");
const dependency = fc.tuple(prefix, target, bound).map((parts) => parts.join(""));

const release = (versionText: string) =>
  fc.record({
    version: fc.constant(parseVersion(versionText)),
    factorioVersion: fc.constantFrom("2.0", "2.0", "2.0", "2.0", "1.1"),
    dependencies: fc.array(dependency, { maxLength: 3 }),
  });
const mod = (name: string) =>
  fc.subarray(VERSIONS, { minLength: 0 }).chain((versions) =>
    fc.record({
      name: fc.constant(name),
      deprecated: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      releases: fc.tuple(...versions.map(release)) as fc.Arbitrary<Release[]>,
    }),
  );
const mods = fc.tuple(...NAMES.map(mod)).map((list) => new Map<string, Mod>(list.map((each) => [each.name, each])));
const constraints = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(">=" as const, "<" as const, "=" as const), version)
      .map(([operator, text]) => [{ operator, version: parseVersion(text) }]),
  },
);
const requirements: fc.Arbitrary<Requirement[]> = fc
  .subarray(NAMES, { minLength: 1, maxLength: 4 })
  .chain((names) => fc.shuffledSubarray(names, { minLength: names.length }))
  .chain((names) => fc.tuple(...names.map((name) => constraints.map((each) => ({ name, constraints: each })))))
  .map((each) => each as Requirement[]);

const game = parseVersion("2.0.60");
const builtIns = [
  { name: "base", version: game, dependencies: [] },
  { name: "quality", version: parseVersion("2.0.0"), dependencies: ["base"] },
];
const some = (names: readonly string[]) => fc.subarray([...names]).map((each) => new Set(each));
const request: fc.Arbitrary<SolveRequest> = fc.record({
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
      arbitrary: fc
        .tuple(fc.constantFrom("d", "x"), fc.array(dependency, { maxLength: 2 }))
        .map(([name, dependencies]) => new Map([[name, { version: parseVersion("1.5.0"), dependencies }]])),
    },
  ),
});

const RUNS = Number(process.env.ROBOPORT_ORACLE_RUNS ?? 1500);

describe("solve against every possible assignment", () => {
  it("[RES-40] finds an answer exactly when there is one, and the preferred one", () => {
    let solvable = 0;
    fc.assert(
      fc.property(request, (each) => {
        const expected = bestOf(each);
        const answer = solve(each);
        if (expected) solvable++;
        expect(
          answer.ok
            ? Object.fromEntries([...answer.picks].map(([name, { version: v }]) => [name, v.text]).sort())
            : undefined,
        ).toEqual(expected ? Object.fromEntries([...expected].sort()) : undefined);
      }),
      { numRuns: RUNS },
    );
    expect(solvable).toBeGreaterThan(RUNS / 10);
  });
});
