import type { Dependency } from "../../game/dependency.ts";
import { mustBePresent } from "../../game/dependency.ts";
import { factorioLine, gameLine } from "../../game/game-version.ts";
import { findVersion, formatCanonicalVersion, type Version, versionOf, versionParts } from "../../game/version.ts";
import { isSwitchedOn } from "../candidates.ts";
import { readDependencies } from "../dependency-texts.ts";
import { isBefore, parseInstant } from "../instant.ts";
import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import type { SolveRequest } from "../request.ts";
import type { Mod, Requirement } from "../universe.ts";
import { findAbsence } from "./absence.ts";
import { type Attempt, allowingUntil, loosening, playing, renaming, switching, takingOut } from "./changes.ts";
import { corePackages } from "./core.ts";

/** How many changes of one kind come into question. */
const TRIED_MAX = 5;
const GAMES_MAX = 2;
/** Of how many lines of the manifest the names are looked at. */
const LINES_MAX = 20;

/** A change that may help. */
export interface Move {
  /** What kind it is, in the order in which changes of the same size are named. */
  readonly rank: number;
  /** Whether it is about one line of the manifest, about what is there for all of them, or another game altogether. */
  readonly scope: "line" | "surroundings" | "game";
  readonly apply: (request: SolveRequest) => Attempt;
}

/** The ranks of mending each conflict by itself, and of leaving mods out. */
export const EACH_RANK = 6;
export const DROP_RANK = 7;

const WAITING_NO_LONGER: Move = {
  rank: 3,
  scope: "surroundings",
  apply: (request) => allowingUntil(request, undefined),
};

/** Changes that have to do with what some conflicts rest on, other than to leave mods out. */
export function findMoves(request: SolveRequest, claims: readonly Incompatibility[]): readonly Move[] {
  return [
    ...mistakenNames(request, claims).map(
      ([name, meant]): Move => ({ rank: 0, scope: "line", apply: (from) => renaming(from, name, meant) }),
    ),
    ...switchSets(request, claims).map(
      ([first, ...others]): Move => ({
        rank: 1,
        scope: "surroundings",
        apply: (from) => switching(from, first, [first, ...others].sort()),
      }),
    ),
    ...filesInTheWay(claims).map(
      (name): Move => ({ rank: 2, scope: "surroundings", apply: (from) => takingOut(from, name) }),
    ),
    ...(hidesReleases(request, claims) ? [WAITING_NO_LONGER] : []),
    ...otherGames(request, claims).map(
      (text): Move => ({ rank: 4, scope: "game", apply: (from) => playing(from, text) }),
    ),
    ...boundedLines(claims).map((line): Move => ({ rank: 5, scope: "line", apply: (from) => loosening(from, line) })),
  ];
}

/** Lines of the manifest about no mod, and the mod that each may mean. */
function mistakenNames(request: SolveRequest, claims: readonly Incompatibility[]) {
  const lines = claims.flatMap(({ cause }) => (cause.kind === "requirement" ? [cause.requirement] : []));
  const asked = new Set(request.requirements.map(({ name }) => name));
  return lines.slice(0, LINES_MAX).flatMap((line): readonly (readonly [string, string])[] => {
    const meant = findAbsence(line, request)?.meant;
    return meant === undefined || asked.has(meant) ? [] : [[line.name, meant]];
  });
}

type NonEmpty = readonly [string, ...string[]];

/**
 * Built-ins to switch on that are missing, or off that take part; each with what cannot be without it, the fewest first.
 */
function switchSets(request: SolveRequest, claims: readonly Incompatibility[]): readonly NonEmpty[] {
  const { builtIns } = request.universe;
  const missing = demandsOf(claims).filter((each) => findAbsence(each, request)?.kind === "switched-off");
  const isMissing = new Set(missing.map(({ name }) => name));
  const off = builtIns.filter(({ name }) => !isSwitchedOn(name, request)).map(({ name }) => name);
  const there = corePackages(claims).filter(({ origin }) => origin === "built-in");
  const toSwitchOff = new Set(there.map(({ name }) => name).filter((name) => name !== "base"));
  const on = isMissing.size === 0 ? [] : off.map((name) => neededBy(name, request));
  const [first, ...others] = isMissing.size === 0 ? [] : off;
  const sets: readonly NonEmpty[] = [
    ...on.filter((set) => set.some((name) => isMissing.has(name))),
    ...(first === undefined || others.length === 0 ? [] : [[first, ...others] as const]),
    ...[...toSwitchOff].map((name) => needing(name, request)),
  ];
  const distinct = new Map(sets.map((set) => [set.toSorted().join(), set]));
  return [...distinct.values()].sort((a, b) => a.length - b.length).slice(0, TRIED_MAX);
}

/** A built-in that is off, and those that are off and that it cannot be without. */
function neededBy(name: string, request: SolveRequest): NonEmpty {
  const names = new Set([name]);
  for (const each of names) {
    const builtIn = request.universe.builtIns.find((other) => other.name === each);
    for (const needed of requiredBy(builtIn?.dependencies ?? [])) if (!isSwitchedOn(needed, request)) names.add(needed);
  }
  return [name, ...[...names].slice(1)];
}

/** A built-in that is on, and those that are on and cannot be without it. */
function needing(name: string, request: SolveRequest): NonEmpty {
  const names = new Set([name]);
  for (const each of names) {
    for (const other of request.universe.builtIns) {
      if (isSwitchedOn(other.name, request) && requiredBy(other.dependencies).includes(each)) names.add(other.name);
    }
  }
  return [name, ...[...names].slice(1)];
}

function requiredBy(dependencies: readonly string[]): readonly string[] {
  const required = readDependencies(dependencies).filter(({ dependency }) => mustBePresent(dependency.kind));
  return required.map(({ dependency }) => dependency.name);
}

function filesInTheWay(claims: readonly Incompatibility[]): readonly string[] {
  const files = corePackages(claims).filter(({ origin }) => origin === "fixed");
  return files.slice(0, TRIED_MAX).map(({ name }) => name);
}

/** True when some mod that takes part has releases that are left out for their date. */
function hidesReleases({ universe, releasedBefore }: SolveRequest, claims: readonly Incompatibility[]): boolean {
  if (releasedBefore === undefined) return false;
  const instant = parseInstant(releasedBefore);
  const names = new Set(claims.flatMap(({ terms }) => terms.map((term) => term.package.name)));
  return [...names].some((name) =>
    universe.mods.get(name)?.releases.some(({ releasedAt }) => !isBefore(releasedAt, instant)),
  );
}

/** Other versions of the game, when the present one is what is in the way: of its line first. */
function otherGames(request: SolveRequest, claims: readonly Incompatibility[]): readonly string[] {
  const { game, mods } = request.universe;
  const kinds = new Set(demandsOf(claims).map((each) => findAbsence(each, request)?.kind));
  const isGame = (["game-line", "not-in-game", "range", "game-version"] as const).some((kind) => kinds.has(kind));
  if (!isGame) return [];
  const asked = request.requirements.flatMap(({ name }) => mods.get(name) ?? []);
  const lines = asked.length > 0 ? commonLines(asked, game) : [];
  return [...(kinds.has("game-version") ? laterGames(claims, game) : []), ...lines.slice(0, GAMES_MAX)];
}

/** The lines of the game for which each of these mods has a release, newest first, other than the present one. */
function commonLines(mods: readonly Mod[], game: Version): readonly string[] {
  const [first, ...others] = mods.map(
    ({ releases }) => new Set(releases.map(({ factorioVersion }) => factorioLine(factorioVersion))),
  );
  const common = [...(first ?? [])].filter(
    (line) => line !== gameLine(game) && others.every((lines) => lines.has(line)),
  );
  return common.sort((a, b) => (findVersion(b)?.key ?? 0) - (findVersion(a)?.key ?? 0));
}

/** The later versions of this line of the game that releases of the mods in question ask for, earliest first. */
function laterGames(claims: readonly Incompatibility[], game: Version): readonly string[] {
  const owners = new Set(claims.flatMap(({ terms }) => terms.map((term) => term.package)));
  const later = new Map<number, Version>();
  for (const { candidates } of owners) {
    for (const { dependencies } of candidates) {
      for (const { dependency } of readDependencies(dependencies)) {
        const first = firstGame(dependency);
        if (first && first.key > game.key && gameLine(first) === gameLine(game)) later.set(first.key, first);
      }
    }
  }
  const versions = [...later.values()].sort((a, b) => a.key - b.key);
  return versions.slice(0, TRIED_MAX).map(formatCanonicalVersion);
}

/** The first version of the game that a dependency takes. */
function firstGame({ name, kind, constraint }: Dependency): Version | undefined {
  if (name !== "base" || kind === "incompatible" || !constraint) return undefined;
  const [major, minor, patch] = versionParts(constraint.version);
  if (constraint.operator === ">=" || constraint.operator === "=") return constraint.version;
  return constraint.operator === ">" ? versionOf(major, minor, patch + 1) : undefined;
}

function boundedLines(claims: readonly Incompatibility[]): readonly Requirement[] {
  const lines = claims.flatMap(({ cause }) => (cause.kind === "requirement" ? [cause.requirement] : []));
  return lines.filter(({ constraints }) => constraints.length > 0).slice(0, TRIED_MAX);
}

/** Every demand for a mod among some claims. */
function demandsOf(claims: readonly Incompatibility[]): readonly Requirement[] {
  return claims.flatMap(({ cause }) => {
    if (cause.kind === "requirement") return [cause.requirement];
    if (cause.kind !== "dependency") return [];
    const { name, constraint } = cause.dependency;
    return [{ name, constraints: constraint ? [constraint] : [] }];
  });
}
