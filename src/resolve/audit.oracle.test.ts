import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUILT_IN_NAMES, defaultBuiltIns } from "../game/built-ins.ts";
import { findDependency, satisfies } from "../game/dependency.ts";
import { runsOn } from "../game/game-version.ts";
import { parseVersion } from "../game/version.ts";
import { audit } from "./audit.ts";
import type { AuditedMod, AuditRequest } from "./audited-set.ts";
import type { SolveRequest } from "./request.ts";
import { solve } from "./solve.ts";
import type { Mod, Release } from "./universe.ts";
import { parseUniverseFile } from "./universe-file.ts";

const GAME = parseVersion("2.0.60");
const NAMES = ["a", "b", "c", "d", "E"];
const versionText = fc.constantFrom("1.0.0", "1.1.0", "2.0.0");
const bound = fc.oneof(
  { weight: 2, arbitrary: fc.constant("") },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(">=", "<", "="), versionText).map((parts) => ` ${parts.join(" ")}`),
  },
);
const dependency = fc
  .tuple(
    fc.constantFrom("", "", "", "~ ", "? ", "(?) ", "+ ", "! "),
    fc.constantFrom(...NAMES, "base", "quality", "recycler", "e"),
    bound,
  )
  .map((parts) => parts.join(""));
const facts = {
  factorioVersion: fc.oneof({ weight: 9, arbitrary: fc.constant("2.0") }, { weight: 1, arbitrary: fc.constant("1.1") }),
  dependencies: fc.array(dependency, { maxLength: 3 }),
};
const builtIns = [
  { name: "base", version: GAME, dependencies: [] },
  { name: "quality", version: parseVersion("1.1.0"), dependencies: ["base"] },
];
const disabledBuiltIns = fc.subarray(["quality"]).map((names) => new Set(names));

const auditedMod = (name: string): fc.Arbitrary<AuditedMod> =>
  fc.record({
    name: fc.constant(name),
    version: versionText.map(parseVersion),
    enabled: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    ...facts,
  });
const auditRequest: fc.Arbitrary<AuditRequest> = fc.record({
  game: fc.constant(GAME),
  builtIns: fc.constant(builtIns),
  disabledBuiltIns,
  mods: fc.subarray(NAMES).chain((names) => fc.tuple(...names.map(auditedMod))),
});

const universeMod = (name: string): fc.Arbitrary<Mod> =>
  fc.subarray(["1.0.0", "1.1.0", "2.0.0"]).chain((versions) =>
    fc.record({
      name: fc.constant(name),
      deprecated: fc.constant(false),
      releases: fc.tuple(
        ...versions.map(
          (text): fc.Arbitrary<Release> => fc.record({ version: fc.constant(parseVersion(text)), ...facts }),
        ),
      ),
    }),
  );
const solveRequest: fc.Arbitrary<SolveRequest> = fc.record({
  universe: fc
    .tuple(...NAMES.map(universeMod))
    .map((mods) => ({ game: GAME, builtIns, mods: new Map(mods.map((each) => [each.name, each])) })),
  requirements: fc.subarray(NAMES, { minLength: 1 }).map((names) => names.map((name) => ({ name, constraints: [] }))),
  disabledBuiltIns,
  fixed: fc.oneof(
    { weight: 3, arbitrary: fc.constant(new Map()) },
    {
      weight: 1,
      arbitrary: facts.dependencies.map((dependencies) => {
        return new Map([["x", { version: parseVersion("1.5.0"), factorioVersion: "2.0", dependencies }]]);
      }),
    },
  ),
});

/** What the rules forbid in a set, told by the mod and the dependency string or the line of the game. */
function brokenRules({ game, mods, disabledBuiltIns: off, builtIns: shipped }: AuditRequest): readonly string[] {
  const loaded = [
    ...mods.filter(({ enabled }) => enabled),
    ...shipped
      .filter(({ name }) => name === "base" || !off?.has(name))
      .map((each) => ({ ...each, factorioVersion: "" })),
  ];
  const versions = new Map(loaded.map(({ name, version }) => [name, version]));
  const broken = loaded.flatMap(({ name, dependencies }) =>
    dependencies.flatMap((text) => {
      const { kind, constraint, name: other } = findDependency(text) ?? { kind: "optional", name: "" };
      const there = versions.get(other);
      const holds = {
        required: there !== undefined && satisfies(there, constraint),
        optional: !there || satisfies(there, constraint),
        incompatible: !there,
      };
      const isRequired = kind === "required" || kind === "unordered";
      const isFine = holds[kind === "incompatible" ? kind : isRequired ? "required" : "optional"];
      return isFine ? [] : [`${name}: ${text}`];
    }),
  );
  const misfits = loaded.filter((each) => each.factorioVersion !== "" && !runsOn(each.factorioVersion, game));
  return [...new Set([...broken, ...misfits.map(({ name }) => `${name}: is for Factorio`)])].sort();
}

/** The same as an audit tells it; circles aside. */
function toldRules(request: AuditRequest): readonly string[] {
  const errors = audit(request).filter(({ rule, severity }) => severity === "error" && rule !== "FIND-1");
  return errors
    .flatMap(({ text, mods: [first] }) => {
      if (text.includes("is for Factorio")) return [`${first}: is for Factorio`];
      const said = [...text.matchAll(/(\S+) says "(.+?)"/g)].map(([, name, written]) => `${name}: ${written}`);
      return said.length > 0 ? said : [`${first}: ${/"(.+?)"/.exec(text)?.[1]}`];
    })
    .sort();
}

/** An answer of the solver as a set to audit. */
function answeredSet(request: SolveRequest, picks: ReadonlyMap<string, Release>): AuditRequest {
  const mods = [...picks, ...(request.fixed ?? [])].map(([name, each]) => ({
    factorioVersion: "2.0",
    ...each,
    name,
    enabled: true,
  }));
  const { game, builtIns: shipped } = request.universe;
  return { game, builtIns: shipped, mods, disabledBuiltIns: request.disabledBuiltIns ?? new Set() };
}

describe("audit of generated sets", () => {
  it("[AUDIT-2] [AUDIT-7] [AUDIT-9] [AUDIT-12] tells every broken rule and no other", () => {
    let broken = 0;
    fc.assert(
      fc.property(auditRequest, (request) => {
        const expected = brokenRules(request);
        if (expected.length > 0) broken++;
        expect(toldRules(request)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
    expect(broken).toBeGreaterThan(200);
    expect(broken).toBeLessThan(1900);
  });

  it("[AUDIT-19] does not depend on the order of mods", () => {
    const shuffled = auditRequest.chain((request) =>
      fc.tuple(fc.constant(request), fc.shuffledSubarray([...request.mods], { minLength: request.mods.length })),
    );
    fc.assert(
      fc.property(shuffled, ([request, mods]) => {
        expect(audit({ ...request, mods })).toEqual(audit(request));
      }),
      { numRuns: 500 },
    );
  });

  it("[AUDIT-20] finds no error but circles in what the solver picked, and what breaks without one of its mods", () => {
    let solved = 0;
    fc.assert(
      fc.property(solveRequest, (request) => {
        const answer = solve(request);
        if (!answer.ok) return;
        solved++;
        const circles = (findings: readonly { rule: string; text: string }[]) =>
          findings.filter(({ rule }) => /^FIND-[12]$/.test(rule)).map(({ text }) => text);
        const set = answeredSet(request, answer.picks);
        expect(toldRules(set)).toEqual([]);
        for (const left of set.mods) {
          const fewer = { ...set, mods: set.mods.filter((each) => each !== left) };
          expect(toldRules(fewer)).toEqual(brokenRules(fewer));
        }
        expect(circles(audit(set)).sort()).toEqual(circles(answer.findings).sort());
      }),
      { numRuns: 1500 },
    );
    expect(solved).toBeGreaterThan(200);
  });
});

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

describe.skipIf(!existsSync(DATA))("audit of real packs, each mod in its newest release", () => {
  it.each(["1.1.110", "2.0.77"])("[AUDIT-2] [AUDIT-7] [AUDIT-9] tells what does not hold in Factorio %s", (text) => {
    const game = parseVersion(text);
    const universe = readFileSync(join(DATA, "universe/universe-real.json.gz"));
    const { mods: known } = parseUniverseFile(JSON.parse(gunzipSync(universe).toString()));
    let told = 0;
    for (const file of readdirSync(join(DATA, "packs")).filter((each) => !each.startsWith("_"))) {
      const { mod_list: list } = JSON.parse(readFileSync(join(DATA, "packs", file), "utf8"));
      const names = new Set((list.mods as readonly { name: string }[]).map(({ name }) => name));
      const mods = [...names].flatMap((name) => newestOf(known.get(name), text));
      const request = { game, builtIns: defaultBuiltIns(game), mods };
      expect(toldRules(request), file).toEqual(brokenRules(request));
      told += brokenRules(request).length;
    }
    expect(told).toBeGreaterThan(50);
  });

  function newestOf(known: Mod | undefined, game: string): readonly AuditedMod[] {
    const fitting = (known?.releases ?? []).filter((each) => runsOn(each.factorioVersion, parseVersion(game)));
    const newest = fitting.sort((a, b) => b.version.key - a.version.key)[0];
    return newest && known && !BUILT_IN_NAMES.has(known.name) ? [{ ...newest, name: known.name, enabled: true }] : [];
  }
});
