import type { Incompatibility, Term } from "../pubgrub/incompatibility.ts";
import { ABSENT, has } from "../pubgrub/version-set.ts";
import type { SolveRequest } from "../request.ts";
import type { Requirement } from "../universe.ts";
import { findAbsence } from "./absence.ts";
import { type ReadClaim, readClaim, stateClaim } from "./narrate.ts";

/** A line of the manifest that nothing can meet. */
export interface Absent {
  readonly kind: "absent";
  readonly claims: readonly Incompatibility[];
  readonly line: Requirement;
  /** What is wrong, where it can be said of several mods together. */
  readonly together: string | undefined;
}

/** A line of the manifest whose mod cannot be had because of one other mod that it needs, or that is there and in its way. */
export interface Need {
  readonly kind: "need";
  readonly claims: readonly Incompatibility[];
  readonly line: Requirement;
  /** The claim that it needs the other mod. */
  readonly own: Incompatibility;
  readonly need: ReadClaim;
  /** Why the other mod cannot be had, in words, whatever search that comes from; nothing when it is absent anyway. */
  readonly tail: readonly string[];
}

/** How a conflict is told. */
export type Story =
  | Absent
  | Need
  /** Anything else: its proof. */
  | { readonly kind: "proof"; readonly claims: readonly Incompatibility[] };

/** Find the plainest way to tell what a conflict rests on. */
export function storyOf(claims: readonly Incompatibility[], request: SolveRequest): Story {
  const lines = claims.flatMap(({ cause }) => (cause.kind === "requirement" ? [cause.requirement] : []));
  const [line] = lines;
  if (!line || lines.length > 1) return { kind: "proof", claims };
  if (claims.length === 1) return { kind: "absent", claims, line, together: findAbsence(line, request)?.together };
  const [own, ...more] = claims.filter(({ cause }) => cause.kind === "dependency" && cause.owner.name === line.name);
  const need = own && more.length === 0 ? readClaim(own) : undefined;
  const target = need?.target;
  if (!own || !target || (!has(target.set, ABSENT) && !isInTheWay(target, claims))) return { kind: "proof", claims };
  const others = claims.filter((each) => each !== own && each.cause.kind !== "requirement");
  const tail = others.map((each) => stateClaim(each, request).text).sort();
  return { kind: "need", claims, line, own, need, tail };
}

/** True for what is there in any case, when that alone is what a line runs into. */
function isInTheWay({ package: of }: Term, claims: readonly Incompatibility[]): boolean {
  return !has(of.all, ABSENT) && claims.length === 2;
}

/** Stories that are told in one go, in the order in which the first of each came up. */
export function groupStories(stories: readonly Story[], request: SolveRequest): readonly (readonly Story[])[] {
  const groups = new Map<string, Story[]>();
  for (const [at, story] of stories.entries()) {
    const key = keyOf(story, request) ?? String(at);
    const group = groups.get(key);
    if (group) group.push(story);
    else groups.set(key, [story]);
  }
  return [...groups.values()].sort(([a], [b]) => lengthOf(a) - lengthOf(b));
}

function keyOf(story: Story, request: SolveRequest): string | undefined {
  if (story.kind === "absent") return story.together;
  if (story.kind !== "need") return undefined;
  const { need, tail } = story;
  const target = need.target;
  return JSON.stringify([target?.package.name, isNeeded(need), findNeedAbsence(need, request) ?? "", ...tail]);
}

/** True when the other mod has to be there, false when it must not. */
export function isNeeded({ target }: ReadClaim): boolean {
  return has(target?.set ?? [], ABSENT);
}

/** Why no release at all of what is needed can be had, or none within the bounds. */
export function findNeedAbsence({ target, texts: [weakest] }: ReadClaim, request: SolveRequest): string | undefined {
  const name = target?.package.name ?? "";
  const constraint = weakest?.dependency.constraint;
  const absence = findAbsence({ name, constraints: [] }, request);
  return (absence ?? findAbsence({ name, constraints: constraint ? [constraint] : [] }, request))?.clause;
}

/** The shortest ones come first, since longer ones may refer to them. */
function lengthOf(story: Story | undefined): number {
  if (story?.kind === "absent") return 0;
  return story?.kind === "need" ? 1 + story.tail.length : (story?.claims.length ?? 0);
}
