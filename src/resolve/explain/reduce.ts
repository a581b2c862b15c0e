import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import { refute } from "./refute.ts";
import { ABSENT, has, intersect, unite } from "../pubgrub/version-set.ts";

/**
 * Work is counted in incompatibilities looked at and in conflicts, so that the same request is explained alike on every
 * machine.
 */
const EFFORT = 20_000;
const CONFLICT_EFFORT = 20;
const CONFLICTS_PER_PROOF = 300;

/**
 * As few of these incompatibilities as still cannot all be respected, said as plainly as possible.
 *
 * Releases of a mod that ask for the same other mod are first taken together; then whatever can go, goes: lines of the
 * manifest first, the last ones before the others.
 */
export function reduceClaims(claims: readonly Incompatibility[]): readonly Incompatibility[] {
  let effort = 0;
  const attempt = (tried: readonly Incompatibility[]) => {
    if (effort > EFFORT) return undefined;
    const { refutation, conflicts } = refute(tried, CONFLICTS_PER_PROOF);
    effort += tried.length + CONFLICT_EFFORT * conflicts;
    return refutation?.used;
  };
  let core = attempt(claims) ?? claims;
  core = attempt(groupsOf(core).map(takeTogether)) ?? togetherWherePossible(core, attempt);
  for (const candidate of inOrderOfRemoval(core)) {
    if (!core.includes(candidate)) continue;
    core = attempt(core.filter((each) => each !== candidate)) ?? core;
  }
  return core;
}

type Attempt = (tried: readonly Incompatibility[]) => readonly Incompatibility[] | undefined;

function togetherWherePossible(claims: readonly Incompatibility[], attempt: Attempt): readonly Incompatibility[] {
  let core = claims;
  for (const group of groupsOf(claims)) {
    if (group.length < 2) continue;
    const others = core.filter((each) => !group.includes(each));
    core = attempt([...others, takeTogether(group)]) ?? core;
  }
  return core;
}

/** Claims of one mod about one other mod and of one kind, whatever their versions. */
function groupsOf(claims: readonly Incompatibility[]): readonly (readonly Incompatibility[])[] {
  const groups: Incompatibility[][] = [];
  for (const claim of claims) {
    const group = groups.find(([first]) => first && isAlike(first, claim));
    if (group) group.push(claim);
    else groups.push([claim]);
  }
  return groups;
}

function isAlike(a: Incompatibility, b: Incompatibility): boolean {
  if (a.cause.kind !== "dependency" || b.cause.kind !== "dependency") return false;
  if (a.cause.owner !== b.cause.owner || a.terms.length < 2 || b.terms.length < 2) return false;
  const [x, y] = [targetTerm(a), targetTerm(b)];
  return x?.package === y?.package && has(x?.set ?? [], ABSENT) === has(y?.set ?? [], ABSENT);
}

function targetTerm({ terms, cause }: Incompatibility) {
  return cause.kind === "dependency" ? terms.find((term) => term.package !== cause.owner) : undefined;
}

/** What is true of every release that the claims are about: a weaker claim, and a shorter one. */
function takeTogether(group: readonly Incompatibility[]): Incompatibility {
  const [first, ...others] = group;
  if (!first) throw new Error("An empty group of claims");
  return others.reduce((all, each) => {
    const terms = all.terms.map((term) => {
      const other = each.terms.find((candidate) => candidate.package === term.package);
      const isOwner = all.cause.kind === "dependency" && all.cause.owner === term.package;
      if (!other) return term;
      return { package: term.package, set: isOwner ? unite(term.set, other.set) : intersect(term.set, other.set) };
    });
    return { terms, cause: all.cause };
  }, first);
}

function inOrderOfRemoval(claims: readonly Incompatibility[]): readonly Incompatibility[] {
  const lines = claims.filter(({ cause }) => cause.kind === "requirement");
  return [...lines.reverse(), ...claims.filter(({ cause }) => cause.kind !== "requirement")];
}
