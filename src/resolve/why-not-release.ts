import { runsOn } from "../game/game-version.ts";
import type { Version } from "../game/version.ts";
import { isBuiltIn, isSwitchedOn, releaseFilter } from "./candidates.ts";
import { allowing, loosening } from "./explain/changes.ts";
import type { Change, Sentence, Suggestion } from "./explain/explanation.ts";
import { listed } from "./explain/wording.ts";
import { findObstacles, freeing, type Obstacle } from "./obstacles.ts";
import type { Failure, SolveRequest } from "./request.ts";
import { solve } from "./solve.ts";
import type { Release } from "./universe.ts";
import { explainWhyNot, type PickChange } from "./why-not.ts";

/** One release to ask about, and the request it was not chosen for. */
export interface ReleaseQuestion {
  /** What is wanted, with what is installed as locked; where nothing is, its answer counts as installed. */
  readonly request: SolveRequest;
  readonly name: string;
  /** The newest release for the game when absent. */
  readonly version?: Version | undefined;
}

/** The release can be had. */
export interface Attainable {
  readonly possible: true;
  readonly name: string;
  /** As published. */
  readonly version: string;
  /** True when it is installed already: then nothing would change. */
  readonly present: boolean;
  /** What would have to change: the mod itself first, then the others by name. */
  readonly changes: readonly PickChange[];
  readonly obstacles: readonly Obstacle[];
}

/** The release cannot be had, or that was not decided in time. */
export interface Unattainable extends Pick<Failure, "undecided" | "explanation" | "suggestions" | "core"> {
  readonly possible: false;
  readonly name: string;
  /** Absent when none was named and the mod has no release for the game. */
  readonly version?: string;
}

/**
 * What would have to give for one release to be chosen, and why it was not.
 *
 * @see rules WHYNOT-1 to WHYNOT-12
 */
export function explainWhyNotRelease({ request, name, version }: ReleaseQuestion): Attainable | Unattainable {
  const given = findGiven(name, request);
  const asked = version ?? given ?? newestRelease(name, request);
  const nearest = asked && !given ? nearestReleases(name, asked, request) : [];
  if (asked && nearest.length > 0) return noSuchRelease(name, asked, nearest);
  const current = currentPicks(request);
  const installed = given ?? current.get(name)?.version;
  if (installed && installed.key === asked?.key) {
    return { possible: true, name, version: installed.text, present: true, changes: [], obstacles: [] };
  }
  const answer = explainWhyNot(freeing(request, name), { name, ...(asked && { version: asked }) }, current);
  if (!answer.possible) return unattainable(answer.failure, { request, name, asked });
  if (!asked) throw new Error(`Solved for ${name}, which has no release`);
  const changes = answer.changes.toSorted((a, b) => Number(b.name === name) - Number(a.name === name));
  const obstacles = findObstacles({ request, name, asked, locked: current.get(name)?.version });
  return { possible: true, name, version: changes[0]?.to ?? asked.text, present: false, changes, obstacles };
}

/** The version of a mod that is there whatever is chosen. */
function findGiven(name: string, request: SolveRequest): Version | undefined {
  if (!isBuiltIn(name, request)) return request.fixed?.get(name)?.version;
  const builtIn = request.universe.builtIns.find((each) => each.name === name);
  return isSwitchedOn(name, request) ? builtIn?.version : undefined;
}

function newestRelease(name: string, request: SolveRequest): Version | undefined {
  if (isBuiltIn(name, request)) return undefined;
  const releases = request.universe.mods.get(name)?.releases ?? [];
  return byVersion(releases.filter(releaseFilter(request))).at(-1);
}

function byVersion(releases: readonly Release[]): readonly Version[] {
  return releases.map((release) => release.version).toSorted((a, b) => a.key - b.key);
}

/** The releases next to a version that does not exist, those for this game first; none when it does. */
function nearestReleases(name: string, asked: Version, { universe }: SolveRequest): readonly Version[] {
  const releases = universe.mods.get(name)?.releases ?? [];
  if (releases.some((release) => release.version.key === asked.key)) return [];
  const forGame = releases.filter((release) => runsOn(release.factorioVersion, universe.game));
  const versions = byVersion(forGame.length > 0 ? forGame : releases);
  const older = versions.findLast((each) => each.key < asked.key);
  const newer = versions.find((each) => each.key > asked.key);
  return [older, newer].filter((each) => each !== undefined);
}

function noSuchRelease(name: string, asked: Version, nearest: readonly Version[]): Unattainable {
  const releases = nearest.map((each) => each.text);
  const others = `the nearest ${releases.length === 1 ? "is" : "are"} ${listed(releases)}`;
  const text = `${name} has no release ${asked.text}; ${others}.`;
  const explanation: readonly Sentence[] = [{ number: 1, text, mod: name, releases }];
  return {
    possible: false,
    name,
    version: asked.text,
    undecided: false,
    explanation,
    suggestions: [],
    core: [name],
  };
}

/** What is installed of what is wanted. */
function currentPicks(request: SolveRequest): ReadonlyMap<string, Pick<Release, "version">> {
  const answer = solve(request);
  if (!answer.ok) return new Map();
  if (!request.locked) return answer.picks;
  const wanted = [...request.locked].filter(([name]) => answer.picks.has(name));
  return new Map(wanted.map(([name, version]) => [name, { version }]));
}

interface Refused {
  readonly request: SolveRequest;
  readonly name: string;
  readonly asked: Version | undefined;
}

function unattainable(failure: Failure, refused: Refused): Unattainable {
  const { undecided, explanation, core } = failure;
  const { name, asked } = refused;
  const suggestions = suggestionsFor(failure, refused);
  return {
    possible: false,
    name,
    ...(asked && { version: asked.text }),
    undecided,
    explanation,
    suggestions,
    core,
  };
}

/** What to change, other than to take the question back: the mod stays asked for, in the version in question. */
function suggestionsFor({ undecided, suggestions }: Failure, refused: Refused): readonly Suggestion[] {
  const { name } = refused;
  const takesBack = (change: Change) =>
    (change.kind === "allow" && change.mod === name) || (change.kind === "drop" && change.mods.includes(name));
  const others = suggestions.filter(({ change, and = [] }) => ![change, ...and].some(takesBack));
  const at = others.findIndex(({ change }) => change.kind === "drop");
  return others.toSpliced(at < 0 ? others.length : at, 0, ...(undecided ? [] : looserOwnBounds(refused)));
}

/** Where the manifest's own bounds on the mod are all that is in the way. */
function looserOwnBounds({ request, name, asked }: Refused): readonly Suggestion[] {
  const line = request.requirements.find((each) => each.name === name);
  if (!asked || !line || line.constraints.length === 0) return [];
  const { request: looser } = loosening(request, line);
  const answer = explainWhyNot(freeing(looser, name), { name, version: asked }, new Map());
  const { text, change } = allowing(name, asked.text, line.constraints);
  return answer.possible ? [{ text: `${text}.`, change }] : [];
}
