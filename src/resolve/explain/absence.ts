import type { Constraint } from "../../game/dependency.ts";
import { formatConstraint, satisfies } from "../../game/dependency.ts";
import { factorioLine, gameLine, runsOn } from "../../game/game-version.ts";
import { findVersion, type Version, versionOf, versionParts } from "../../game/version.ts";
import { isBuiltIn, isSwitchedOn } from "../candidates.ts";
import { isBefore, parseInstant } from "../instant.ts";
import type { SolveRequest } from "../request.ts";
import type { Mod, Release } from "../universe.ts";
import { findSimilarNames } from "./similar-names.ts";
import { listed, versionRange } from "./wording.ts";

/** Why nothing answers a demand; each kind is another thing to do about it. */
export type AbsenceKind =
  /** No portal knows the name. */
  | "unknown"
  /** No portal knows the name, but one that differs in case. */
  | "case"
  /** The mod has no release at all. */
  | "unreleased"
  /** The mod has releases, none for this line of the game. */
  | "game-line"
  /** The mod has releases for this game, all published too late. */
  | "date"
  /** There are releases for this game, none within the bounds. */
  | "range"
  /** A built-in that is switched off. */
  | "switched-off"
  /** A built-in that this game does not have. */
  | "not-in-game"
  /** A built-in, base above all, of another version than asked for. */
  | "game-version"
  /** A mod put there by hand, of another version than asked for. */
  | "fixed";

export interface Absence {
  readonly kind: AbsenceKind;
  /** The rest of a sentence that began with "X needs Y": begins with a comma. */
  readonly clause: string;
  /** The same of several mods, where it can be said of them together. */
  readonly together?: string;
  /** The name of the mod that may be meant. */
  readonly meant?: string;
}

/** How many lines of the game are named when a mod has releases for many. */
const LINES_NAMED = 2;

/** What is demanded: a mod within bounds. */
export interface Demand {
  readonly name: string;
  readonly constraints: readonly Constraint[];
}

/**
 * Why a demand cannot be met by any release, or undefined when one can.
 *
 * @see rules RES-20 to RES-29
 */
export function findAbsence(demand: Demand, request: SolveRequest): Absence | undefined {
  if (isBuiltIn(demand.name, request)) return builtInAbsence(demand, request);
  const fixed = request.fixed?.get(demand.name);
  if (fixed) {
    if (meets(fixed, demand)) return undefined;
    return {
      kind: "fixed",
      clause: `, but ${demand.name} ${fixed.version.text} lies in the mods folder and stays as it is`,
    };
  }
  const mod = request.universe.mods.get(demand.name);
  return mod ? releaseAbsence(mod, demand, request) : nameAbsence(demand.name, request);
}

function meets(release: Pick<Release, "version">, { constraints }: Demand): boolean {
  return constraints.every((constraint) => satisfies(release.version, constraint));
}

function builtInAbsence(demand: Demand, request: SolveRequest): Absence | undefined {
  const { game, builtIns } = request.universe;
  const builtIn = builtIns.find(({ name }) => name === demand.name);
  if (!builtIn) {
    const clause = `, which Factorio ${gameLine(game)} does not have`;
    return { kind: "not-in-game", clause, together: clause };
  }
  if (!isSwitchedOn(demand.name, request)) {
    const together = ", which come with the game but are switched off";
    return { kind: "switched-off", clause: ", which comes with the game but is switched off", together };
  }
  if (meets(builtIn, demand)) return undefined;
  const subject = demand.name === "base" ? "the game" : `${demand.name} of this game`;
  return { kind: "game-version", clause: `, but ${subject} is ${builtIn.version.text}` };
}

function nameAbsence(name: string, { universe: { mods } }: SolveRequest): Absence {
  const clause = ", which no portal has";
  const { same, near } = findSimilarNames(name, mods);
  if (same !== undefined) return { kind: "case", clause: `${clause}; the mod is called "${same}"`, meant: same };
  if (near !== undefined) return { kind: "unknown", clause: `${clause}; perhaps "${near}" is meant`, meant: near };
  return { kind: "unknown", clause, together: clause };
}

function releaseAbsence(mod: Mod, demand: Demand, request: SolveRequest): Absence | undefined {
  const { game } = request.universe;
  const line = `Factorio ${gameLine(game)}`;
  if (mod.releases.length === 0) {
    return { kind: "unreleased", clause: ", which has no release", together: ", which have no release" };
  }
  const forGame = mod.releases.filter((release) => runsOn(release.factorioVersion, game));
  if (forGame.length === 0) {
    const [nearest] = nearestLines(mod.releases, game);
    return {
      kind: "game-line",
      clause: `, which has no release for ${line}, only for ${linesOf(mod.releases, game)}`,
      together: `, which have no release for ${line}; the nearest are for Factorio ${nearest}`,
    };
  }
  const before = request.releasedBefore;
  const inTime =
    before === undefined ? forGame : forGame.filter((each) => isBefore(each.releasedAt, parseInstant(before)));
  if (inTime.length === 0) {
    const rest = `no release for ${line} from before ${before}`;
    return { kind: "date", clause: `, which has ${rest}`, together: `, which have ${rest}` };
  }
  if (inTime.some((release) => meets(release, demand))) return undefined;
  const versions = distinctVersions(inTime);
  const clause = `, but ${mod.name} has only ${versionRange(versions, versions)} for ${line}`;
  if (forGame.some((release) => meets(release, demand)))
    return { kind: "date", clause: `${clause} from before ${before}` };
  return { kind: "range", clause: clause + elsewhere(mod, demand, game) };
}

function distinctVersions(releases: readonly Release[]) {
  const versions = releases.map(({ version }) => version).sort((a, b) => a.key - b.key);
  return versions.filter(({ key }, at) => key !== versions[at - 1]?.key);
}

/** Where a release that would do is found. */
function elsewhere(mod: Mod, demand: Demand, game: Version): string {
  const fitting = mod.releases.filter((release) => meets(release, demand));
  return fitting.length === 0
    ? ""
    : ` (${demand.constraints.map(formatConstraint).join(", ")} is for ${linesOf(fitting, game)})`;
}

/** The lines of the game that releases were made for: the nearest ones to the present one by name. */
function linesOf(releases: readonly Release[], game: Version): string {
  const nearest = nearestLines(releases, game);
  const named = nearest.length <= LINES_NAMED + 1 ? nearest : nearest.slice(0, LINES_NAMED);
  const others = nearest.length > named.length ? [`${nearest.length - named.length} other lines`] : [];
  return `Factorio ${listed([...named, ...others])}`;
}

/** The lines of the game that releases were made for, the nearest to the present one first. */
function nearestLines(releases: readonly Release[], game: Version): readonly string[] {
  const lines = [...new Set(releases.map(({ factorioVersion }) => factorioLine(factorioVersion)))];
  const [major, minor] = versionParts(game);
  const here = versionOf(major, minor, 0).key;
  const distance = (line: string) => Math.abs((findVersion(line)?.key ?? 0) - here);
  return lines.sort((a, b) => distance(a) - distance(b) || (a < b ? -1 : 1));
}
