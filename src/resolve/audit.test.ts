import { describe, expect, it } from "vitest";
import { defaultBuiltIns } from "../game/built-ins.ts";
import { parseVersion } from "../game/version.ts";
import { audit } from "./audit.ts";
import type { AuditedMod, AuditRequest } from "./audited-set.ts";

interface ModFacts extends Partial<Omit<AuditedMod, "version">> {
  readonly version?: string;
}

const GAME = parseVersion("2.0.60");

/** A mod by its dependencies, or by more. */
function mod(name: string, facts: ModFacts | readonly string[] = []): AuditedMod {
  const { version = "1.0.0", ...rest } = "length" in facts ? { dependencies: facts as readonly string[] } : facts;
  return { name, version: parseVersion(version), factorioVersion: "2.0", dependencies: [], enabled: true, ...rest };
}

/** Findings about a set in the base game, as `RULE severity: text`. */
function findingsOf(mods: readonly AuditedMod[], request: Partial<AuditRequest> = {}): readonly string[] {
  const disabledBuiltIns = new Set(["elevated-rails", "quality", "space-age"]);
  const findings = audit({ game: GAME, builtIns: defaultBuiltIns(GAME), disabledBuiltIns, mods, ...request });
  return findings.map(({ rule, severity, text }) => `${rule} ${severity}: ${text}`);
}

describe("audit", () => {
  it("[AUDIT-1] says nothing about a set that holds, nor about what is switched off", () => {
    const off = mod("off", { enabled: false, dependencies: ["missing", "! a", "???"], factorioVersion: "1.1" });
    const on = mod("a", ["base >= 2.0", "? off > 7.0", "? missing", "+ missing", "! missing", "! off"]);
    expect(findingsOf([on, off])).toEqual([]);
  });

  it.each(["lib", "lib >= 1.0", "~lib"])("[AUDIT-2] misses %j", (text) => {
    expect(findingsOf([mod("a", [text])])).toEqual([`AUDIT-2 error: a 1.0.0 needs "${text}", which is not there.`]);
  });

  it("[AUDIT-3] names the mod that differs by case", () => {
    expect(findingsOf([mod("a", ["FLib >= 0.1"]), mod("flib")])).toEqual([
      'AUDIT-3 error: a 1.0.0 needs "FLib >= 0.1", which is not there; names differ by case, and flib is there.',
    ]);
  });

  it("[AUDIT-4] tells a mod that is switched off from one that is missing", () => {
    expect(findingsOf([mod("a", ["lib"]), mod("lib", { enabled: false })])).toEqual([
      'AUDIT-4 error: a 1.0.0 needs "lib", which is switched off.',
    ]);
  });

  it("[AUDIT-5] misses a built-in that is switched off, also for another built-in", () => {
    expect(findingsOf([mod("a", ["quality >= 2.0", "? space-age"])])).toEqual([
      'AUDIT-5 error: a 1.0.0 needs "quality >= 2.0", which comes with the game but is switched off.',
    ]);
    expect(findingsOf([], { disabledBuiltIns: new Set(["quality"]) })[0]).toBe(
      'AUDIT-5 error: space-age 2.0.60 needs "quality >= 2.0.0", which comes with the game but is switched off.',
    );
  });

  it("[AUDIT-6] misses a built-in that this game does not have", () => {
    expect(findingsOf([mod("a", ["recycler"])])).toEqual([
      'AUDIT-6 error: a 1.0.0 needs "recycler", which Factorio 2.0 does not have.',
    ]);
  });

  it("[RES-48] never misses core", () => {
    expect(findingsOf([mod("a", ["core", "? core >= 0.0.0"])])).toEqual([]);
  });

  it.each([
    ["lib >= 2.0", "needs"],
    ["~ lib < 1.0", "needs"],
    ["? lib = 1.0.1", "only goes with"],
    ["(?) lib > 1.0", "only goes with"],
    ["+ lib <= 0.9", "only goes with"],
  ])("[AUDIT-7] holds %j against what is there", (text, verb) => {
    expect(findingsOf([mod("a", [text]), mod("lib")])).toEqual([
      `AUDIT-7 error: a 1.0.0 ${verb} "${text}", but lib is 1.0.0.`,
    ]);
  });

  it("[AUDIT-8] compares with the full version of the game and with a built-in's own", () => {
    const builtIns = defaultBuiltIns(GAME).map((each) =>
      each.name === "quality" ? { ...each, version: parseVersion("2.0.58") } : each,
    );
    const mods = [mod("a", ["base >= 2.0.61", "quality >= 2.0.60"]), mod("b", ["base >= 2.0.60"])];
    expect(findingsOf(mods, { builtIns, disabledBuiltIns: new Set() }).slice(0, 2)).toEqual([
      'AUDIT-8 error: a 1.0.0 needs "base >= 2.0.61", but the game is 2.0.60.',
      'AUDIT-8 error: a 1.0.0 needs "quality >= 2.0.60", but quality of this game is 2.0.58.',
    ]);
  });

  it("[AUDIT-9] tells one exclusion for each pair, whoever says it and in whatever version", () => {
    expect(findingsOf([mod("a", ["! b > 9.9"]), mod("b", ["!a"]), mod("c", ["! a"])])).toEqual([
      'AUDIT-9 error: a 1.0.0 and b 1.0.0 cannot be together: a says "! b > 9.9" and b says "!a".',
      'AUDIT-9 error: c 1.0.0 and a 1.0.0 cannot be together: c says "! a".',
    ]);
    const [finding] = audit({ game: GAME, builtIns: defaultBuiltIns(GAME), mods: [mod("a", ["! quality"])] });
    expect(finding).toMatchObject({ mods: ["a", "quality"], hint: "Leave a out, or switch quality off." });
    const [always] = audit({ game: GAME, builtIns: defaultBuiltIns(GAME), mods: [mod("a", ["! core"])] });
    expect(always).toMatchObject({ mods: ["a", "core"], hint: "Leave a out." });
  });

  it.each(["a > 1.0", "! a", "? a < 1.0"])("[AUDIT-10] refuses a mod that excludes itself by %j", (text) => {
    expect(findingsOf([mod("a", [text])])).toEqual([`AUDIT-10 error: a 1.0.0 excludes itself: "${text}".`]);
  });

  it("[AUDIT-11] notes any other dependency on itself", () => {
    expect(findingsOf([mod("a", ["a >= 0.5"])])).toEqual(['AUDIT-11 note: a 1.0.0 depends on itself: "a >= 0.5".']);
  });

  it("[AUDIT-12] refuses mods for another line of the game, together with what else is wrong with them", () => {
    expect(findingsOf([mod("a", { factorioVersion: "2.1", dependencies: ["base >= 2.1.0"] })])).toEqual([
      "AUDIT-12 error: a 1.0.0 is for Factorio 2.1, but the game is 2.0.60.",
      'AUDIT-8 error: a 1.0.0 needs "base >= 2.1.0", but the game is 2.0.60.',
    ]);
    const old = { game: parseVersion("1.0.0"), builtIns: defaultBuiltIns(parseVersion("1.0.0")) };
    expect(findingsOf([mod("a", { factorioVersion: "0.18" })], old)).toEqual([]);
  });

  it("[AUDIT-13] loads the highest of several copies", () => {
    const copies = [mod("lib"), mod("lib", { version: "1.2.0" }), mod("lib", { version: "9.0.0", enabled: false })];
    expect(findingsOf([...copies, mod("a", ["lib = 1.2.0"])])).toEqual([
      "AUDIT-13 note: lib is there 3 times, and only 1.2.0 loads.",
    ]);
  });

  it("[AUDIT-14] never loads a mod with the name of a built-in", () => {
    expect(findingsOf([mod("quality", ["missing"]), mod("a", ["quality"])])).toEqual([
      'AUDIT-5 error: a 1.0.0 needs "quality", which comes with the game but is switched off.',
      "AUDIT-14 warning: quality ships with the game, so that a mod of this name never loads.",
    ]);
  });

  it("[AUDIT-15] tells circles of required dependencies from those of optional ones", () => {
    expect(
      findingsOf([mod("a", ["b"]), mod("b", ["a"]), mod("c", ["? d"]), mod("d", ["c"]), mod("e", ["~ e2"])]),
    ).toEqual([
      "FIND-1 error: These mods require each other in a circle, which the game refuses: a → b → a.",
      'AUDIT-2 error: e 1.0.0 needs "~ e2", which is not there.',
      "FIND-2 warning: These mods want to load after each other in a circle: c → d → c.",
    ]);
  });

  it("[AUDIT-16] warns of a dependency that cannot be read", () => {
    expect(findingsOf([mod("a", [""])])).toEqual([
      'AUDIT-16 warning: a 1.0.0 has a dependency that cannot be read: "".',
    ]);
  });

  it("[AUDIT-17] warns of deprecated mods", () => {
    expect(findingsOf([mod("a", { deprecated: true })])).toEqual(["AUDIT-17 warning: a is deprecated by its author."]);
  });

  it("[AUDIT-18] notes what players need Space Age for, once", () => {
    const mods = [mod("x", { needsExpansion: true }), mod("y", { needsExpansion: true, enabled: false })];
    expect(findingsOf(mods)).toEqual(["AUDIT-18 note: Players need Space Age because of x."]);
    expect(findingsOf(mods, { disabledBuiltIns: new Set() })).toEqual([
      "AUDIT-18 note: Players need Space Age because of elevated-rails, quality, space-age and x.",
    ]);
  });

  it("[AUDIT-27] names the mods of each licence that is known", () => {
    const mods = [
      mod("b", { licence: "MIT" }),
      mod("a", { licence: "MIT" }),
      mod("c", { licence: "GPL-3.0" }),
      mod("d"),
    ];
    expect(findingsOf(mods)).toEqual([
      "AUDIT-27 note: The licence of a and b is MIT.",
      "AUDIT-27 note: The licence of c is GPL-3.0.",
    ]);
  });

  it("[AUDIT-28] refuses a game without base, and judges the rest as if it were there", () => {
    const off = new Set(["base", "elevated-rails", "quality", "space-age"]);
    expect(findingsOf([mod("a", ["base >= 2.0"])], { disabledBuiltIns: off })).toEqual([
      "AUDIT-28 error: base is switched off, which only a game in its minimal mode allows.",
    ]);
  });

  it("[AUDIT-19] tells each finding once, errors first", () => {
    const mods = [mod("z", ["lib", "lib"]), mod("b", { deprecated: true }), mod("a", ["a"])];
    expect(findingsOf(mods).map((finding) => finding.split(":")[0])).toEqual([
      "AUDIT-2 error",
      "AUDIT-17 warning",
      "AUDIT-11 note",
    ]);
  });
});
