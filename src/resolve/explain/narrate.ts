import { formatDependency } from "../../game/dependency.ts";
import { gameLine } from "../../game/game-version.ts";
import { findAbsence } from "./absence.ts";
import { brokenBy } from "../demands.ts";
import { readDependencies, type WrittenDependency } from "../dependency-texts.ts";
import type { Source } from "./explanation.ts";
import type { Statement } from "./protocol.ts";
import type { Incompatibility, Term } from "../pubgrub/incompatibility.ts";
import { candidateOf, type Package } from "../pubgrub/package.ts";
import type { SolveRequest } from "../request.ts";
import type { Requirement } from "../universe.ts";
import { ABSENT, has, isSubset, onlyValue, subtract, valuesOf } from "../pubgrub/version-set.ts";
import {
  capitalised,
  isEveryRelease,
  listed,
  nameReleases,
  nameRequirement,
  shortList,
  versionRange,
  versionsOf,
} from "./wording.ts";

/** A dependency as several releases have it. */
export interface ReadClaim {
  /** The releases that have it. */
  readonly mine: Term;
  /** What they do not go with; none when they exclude themselves. */
  readonly target: Term | undefined;
  /** The distinct strings they say it with, the least demanding first. */
  readonly texts: readonly WrittenDependency[];
}

/** What an incompatibility says that comes from dependencies; none when it comes from elsewhere. */
export function readClaim({ cause, terms }: Incompatibility): ReadClaim | undefined {
  const [first] = terms;
  if (cause.kind !== "dependency" || !first) return undefined;
  const mine = terms.find((term) => term.package === cause.owner) ?? first;
  const target = terms.find((term) => term.package !== cause.owner);
  return { mine, target, texts: relevantTexts(mine, target, cause.dependency.name) };
}

/**
 * Say what an incompatibility means that comes straight from the universe or the request.
 *
 * @param ruledOut true when at this point it rules the releases out that it is about
 */
export function stateClaim(claim: Incompatibility, request: SolveRequest, ruledOut = false): Statement {
  const { cause, terms } = claim;
  if (cause.kind === "requirement") return stateRequirement(cause.requirement, request);
  const read = readClaim(claim);
  if (!read) return stateMisfit(terms[0]?.package, request);
  const subject = nameReleases(read.mine.package, read.mine.set, request.universe.game);
  const effect = subject.plural ? ", so they are out" : subject.every ? ", so none can be used" : ", so it is out";
  return {
    text: `${subject.every ? capitalised(subject.text) : subject.text} ${stateDependency(read, subject.plural, request)}`,
    ...(ruledOut && { effect }),
    ...sourceOf(read),
  };
}

/** Everything after "A 1.0" in a sentence about a dependency. */
export function stateDependency({ target, texts }: ReadClaim, plural: boolean, request: SolveRequest): string {
  return target ? stateRelation(target, texts, plural, request) : stateSelf(texts, plural);
}

/** Where a sentence about a dependency comes from. */
export function sourceOf({ mine, texts: [first] }: ReadClaim): Source {
  const releases = versionsOf(mine.package, mine.set).map(({ text }) => text);
  return { mod: mine.package.name, releases, ...(first && { dependency: first.text }) };
}

function stateRequirement({ name, constraints }: Requirement, request: SolveRequest): Statement {
  const absence = findAbsence({ name, constraints }, request);
  return { text: `You ask for ${nameRequirement(name, constraints)}${absence?.clause ?? ""}`, mod: name };
}

/** Say what is asked for by several lines of the manifest, none of which is impossible by itself. */
export function stateRequirements(lines: readonly Requirement[]): Statement {
  const [first, ...others] = lines.map(({ name }) => name);
  const text = `You ask for ${listed(lines.map(({ name, constraints }) => nameRequirement(name, constraints)))}`;
  if (first === undefined || others.length > 0) return { text, mods: [...new Set(lines.map(({ name }) => name))] };
  return { text, mod: first };
}

function stateMisfit(of: Package | undefined, request: SolveRequest): Statement {
  const fixed = of && request.fixed?.get(of.name);
  if (!of || !fixed) throw new Error("A claim about nothing");
  const { game } = request.universe;
  const text = `${of.name} ${fixed.version.text} in the mods folder is for Factorio ${fixed.factorioVersion}, but the game is ${game.text}`;
  return { text, mod: of.name, releases: [fixed.version.text] };
}

function stateSelf(texts: readonly WrittenDependency[], plural: boolean): string {
  return `${plural ? "contradict themselves" : "contradicts itself"} with ${quoted(texts)}`;
}

/** The distinct strings with which the releases ask what the claim says, the least demanding first. */
function relevantTexts(mine: Term, target: Term | undefined, name: string): readonly WrittenDependency[] {
  const found = new Map<string, WrittenDependency>();
  for (const value of valuesOf(mine.set)) {
    for (const each of readDependencies(candidateOf(mine.package, value)?.dependencies ?? [])) {
      if (each.dependency.name !== name) continue;
      const broken = brokenBy(each.dependency, target?.package ?? mine.package);
      if (isSubset(target?.set ?? [0], broken)) found.set(formatDependency(each.dependency), each);
    }
  }
  const exact = ({ dependency }: WrittenDependency) =>
    target && isSubset(brokenBy(dependency, target.package), target.set);
  const demanding = ({ dependency }: WrittenDependency) => dependency.constraint?.version.key ?? -1;
  return [...found.values()].sort(
    (a, b) => Number(exact(b) ?? false) - Number(exact(a) ?? false) || demanding(a) - demanding(b),
  );
}

/** Everything after "A 1.0": what it demands of another mod, and why that is not to be had. */
function stateRelation(
  target: Term,
  texts: readonly WrittenDependency[],
  plural: boolean,
  request: SolveRequest,
): string {
  if (!has(target.set, ABSENT)) return stateRepulsion(target, texts, plural, request);
  const verb = plural ? "need" : "needs";
  const { name } = target.package;
  const [weakest] = texts;
  if (weakest && isLowerBound(weakest, texts) && isSubset(brokenBy(weakest.dependency, target.package), target.set)) {
    const { constraint } = weakest.dependency;
    const absence = findAbsence({ name, constraints: constraint ? [constraint] : [] }, request);
    return `${verb} ${texts.length > 1 && constraint ? "at least " : ""}"${weakest.text}"${absence?.clause ?? ""}`;
  }
  const absence = findAbsence({ name, constraints: [] }, request);
  const refused = subtract(target.set, onlyValue(ABSENT, target.set));
  const versions = nameReleases(target.package, refused, request.universe.game);
  const limits = versionsOf(target.package, refused).length === 0 ? "" : `, and not ${versions.text}`;
  return `${verb} ${name} (${quoted(texts)})${absence?.clause ?? limits}`;
}

/** True when "at least" is the right word for what several releases ask. */
function isLowerBound({ dependency }: WrittenDependency, texts: readonly WrittenDependency[]): boolean {
  const operator = dependency.constraint?.operator ?? ">=";
  return texts.length === 1 || operator === ">=" || operator === ">";
}

function stateRepulsion(
  target: Term,
  texts: readonly WrittenDependency[],
  plural: boolean,
  request: SolveRequest,
): string {
  const { package: of, set } = target;
  const verb = plural ? "do not go with" : "does not go with";
  if (of.name === "base") return `${verb} Factorio ${request.universe.game.text} (${quoted(texts)})`;
  const isAny = isEveryRelease(of, set) && texts.some(({ dependency }) => dependency.kind === "incompatible");
  const whom = isAny ? of.name : `${of.name} ${versionRange(versionsOf(of, set), versionsOf(of, of.all))}`;
  return `${verb} ${whom} (${quoted(texts)})${stateOfPresence(of)}`;
}

function stateOfPresence(of: Package): string {
  if (has(of.all, ABSENT)) return "";
  return of.origin === "fixed" ? ", which lies in the mods folder" : ", which is switched on";
}

export function quoted(texts: readonly WrittenDependency[]): string {
  const shown = texts.slice(0, 2).map(({ text }) => `"${text}"`);
  return texts.length > 2 ? `${shown.join(", ")} and the like` : listed(shown);
}

/** Say what follows from the sentences with these numbers: which releases do not go together. */
export function stateLemma(terms: readonly Term[], because: readonly number[], request: SolveRequest): Statement {
  return { text: `So ${lemmaClause(terms, request)} (from ${listed(because.map(String))})` };
}

/** Which releases do not go together, as the rest of a sentence. */
export function lemmaClause(terms: readonly Term[], request: SolveRequest): string {
  const { game } = request.universe;
  const mods = terms.filter((term) => term.package.origin !== "request");
  const there = mods.filter((term) => !has(term.set, ABSENT));
  const missing = mods.filter((term) => has(term.set, ABSENT));
  const subjects = there.map((term) => nameReleases(term.package, term.set, game).text);
  const wanted = missing.map(({ package: of, set }) => nameReleases(of, subtract(of.all, set), game).text);
  return lemmaText(subjects, wanted);
}

function lemmaText(subjects: readonly string[], wanted: readonly string[]): string {
  if (wanted.length === 0) {
    if (subjects.length === 1) return `${subjects[0]} cannot be used`;
    return `${listed(subjects)} do not go together`;
  }
  if (subjects.length === 0) return `${listed(wanted, "or")} must be there`;
  return `${listed(subjects)} can only be used with ${listed(wanted, "or")}`;
}

/** The last sentence: what cannot be together. */
export function stateConclusion(core: readonly Package[], request: SolveRequest): Statement {
  const asked = core.filter(({ origin }) => origin === "request").map(({ name }) => name);
  const given = core.filter(({ origin }) => origin !== "request");
  const circumstances = given.map(({ name, origin }) =>
    origin === "fixed" ? `${name} lies in the mods folder` : `${name} is switched on`,
  );
  const condition = circumstances.length === 0 ? "" : ` while ${listed(circumstances)}`;
  const [only, ...others] = new Set(asked);
  if (only !== undefined && others.length === 0 && asked.length > 1) {
    return { text: `So no release of ${only} is within all of these bounds${condition}` };
  }
  if (asked.length === 0) return { text: `So Factorio ${gameLine(request.universe.game)} would not start${condition}` };
  return { text: `So ${shortList(asked)} cannot be installed${asked.length > 1 ? " together" : ""}${condition}` };
}
