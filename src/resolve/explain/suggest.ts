import type { Deadline } from "../deadline.ts";
import { solveInOrder } from "../in-order.ts";
import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import { candidateOf } from "../pubgrub/package.ts";
import { firstRelease } from "../pubgrub/version-set.ts";
import type { SolveRequest } from "../request.ts";
import { Search } from "../search.ts";
import type { Requirement } from "../universe.ts";
import { findAbsence } from "./absence.ts";
import {
  type Attempt,
  commonLines,
  dropping,
  ignoringDate,
  loosening,
  playing,
  switching,
  takingOut,
} from "./changes.ts";
import { corePackages } from "./core.ts";
import type { Suggestion } from "./explanation.ts";

/** How many changes of one kind are tried, and how hard each. */
const TRIED_MAX = 5;
const LINES_MAX = 2;
const CONFLICTS_MAX = 300;

export interface SuggestOptions {
  readonly request: SolveRequest;
  /** What each conflict rests on. */
  readonly conflicts: readonly (readonly Incompatibility[])[];
  /** Requirements without which the rest was solved; none when that is not known. */
  readonly dropped: readonly string[];
  readonly deadline: Deadline;
}

/**
 * The smallest changes after which the request is solvable, each proved by solving it: switches first, then looser
 * bounds, then fewer mods.
 *
 * @see rules RES-60 to RES-66
 */
export function suggestChanges(options: SuggestOptions): readonly Suggestion[] {
  const { request, dropped } = options;
  const claims = options.conflicts.flat();
  const surroundings = [...switches(request, claims), ...dates(request), ...otherGames(request, claims)];
  const isWorking = (attempt: Attempt) => solved(attempt.request, options) !== undefined;
  return [
    ...surroundings.filter(isWorking).map(({ suggestion }) => suggestion),
    ...looserBounds(claims, options),
    ...(dropped.length > 0 ? [dropping(request, dropped).suggestion] : []),
    ...otherDrops(options)
      .filter(isWorking)
      .map(({ suggestion }) => suggestion),
  ];
}

/** Where there is one conflict, any other line of it may go instead. */
function otherDrops({ request, conflicts, dropped }: SuggestOptions): readonly Attempt[] {
  const [only, ...others] = conflicts;
  if (!only || others.length > 0) return [];
  const names = new Set(demandedLines(only).map(({ name }) => name));
  const fewer = [...names].filter((name) => !dropped.includes(name));
  return fewer.slice(0, TRIED_MAX).map((name) => dropping(request, [name]));
}

function demandedLines(claims: readonly Incompatibility[]): readonly Requirement[] {
  return claims.flatMap(({ cause }) => (cause.kind === "requirement" ? [cause.requirement] : []));
}

function solved(request: SolveRequest, { deadline }: SuggestOptions): Search | undefined {
  const search = new Search(request);
  return solveInOrder(search, { deadline, conflicts: CONFLICTS_MAX }).kind === "solved" ? search : undefined;
}

/** Built-ins and hand-placed mods that take part. */
function switches(request: SolveRequest, claims: readonly Incompatibility[]): readonly Attempt[] {
  const there = corePackages(claims);
  const missing = demandsOf(claims).filter((each) => findAbsence(each, request)?.kind === "switched-off");
  const builtIns = there.filter(({ origin }) => origin === "built-in").map(({ name }) => name);
  const toggled = new Set([...missing.map(({ name }) => name), ...builtIns]);
  const files = there.filter(({ origin }) => origin === "fixed");
  return [
    ...[...toggled].slice(0, TRIED_MAX).map((name) => switching(request, name)),
    ...files.slice(0, TRIED_MAX).map(({ name }) => takingOut(request, name)),
  ];
}

function dates(request: SolveRequest): readonly Attempt[] {
  return request.releasedBefore === undefined ? [] : [ignoringDate(request)];
}

/** Other lines of the game, when this one is what is in the way. */
function otherGames(request: SolveRequest, claims: readonly Incompatibility[]): readonly Attempt[] {
  const { game, mods } = request.universe;
  const kinds = new Set(demandsOf(claims).map((each) => findAbsence(each, request)?.kind));
  if (!kinds.has("game-line") && !kinds.has("not-in-game") && !kinds.has("range")) return [];
  const asked = request.requirements.flatMap(({ name }) => mods.get(name) ?? []);
  return commonLines(asked, game)
    .slice(0, LINES_MAX)
    .map((line) => playing(request, line));
}

function looserBounds(claims: readonly Incompatibility[], options: SuggestOptions): readonly Suggestion[] {
  const bounded = demandedLines(claims).filter(({ constraints }) => constraints.length > 0);
  return bounded.slice(0, TRIED_MAX).flatMap((line) => {
    const found = solved(loosening(options.request, line, "").request, options)?.packages.find(line.name);
    const candidate = found && candidateOf(found, firstRelease(found.domain));
    return candidate ? [loosening(options.request, line, candidate.version.text).suggestion] : [];
  });
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
