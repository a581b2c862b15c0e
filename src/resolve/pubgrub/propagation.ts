import type { Incompatibility, Term } from "./incompatibility.ts";
import type { Package } from "./package.ts";
import type { PartialSolution } from "./partial-solution.ts";
import { isDisjoint, isSubset, type VersionSet } from "./version-set.ts";

/**
 * Draw every conclusion: where all terms of an incompatibility but one hold, the last one must not.
 *
 * @returns an incompatibility all of whose terms hold, if there is one
 */
export function propagate(solution: PartialSolution): Incompatibility | undefined {
  while (solution.seen < solution.trail.length) {
    const changed = solution.trail[solution.seen++]?.package;
    const conflict = changed && visit(solution, changed);
    if (conflict) return conflict;
  }
  return undefined;
}

/** Have an incompatibility looked at whenever one of its first two terms may have come to hold. */
export function watch(incompatibility: Incompatibility): void {
  const [first, second] = incompatibility.terms;
  if (first) addWatcher(first, incompatibility);
  if (second) addWatcher(second, incompatibility);
}

function addWatcher({ package: of, set }: Term, incompatibility: Incompatibility): void {
  of.watchers.push(incompatibility);
  of.watched.push(set);
}

/** Let a term of a watched incompatibility cover more values, for which it is true as well. */
export function widenTerm(incompatibility: Incompatibility, place: 0 | 1, set: VersionSet): void {
  const of = incompatibility.terms[place]?.package;
  if (!of) return;
  incompatibility.terms[place] = { package: of, set };
  const at = of.watchers.indexOf(incompatibility);
  if (at >= 0) of.watched[at] = set;
}

/**
 * Draw the conclusion of one incompatibility as things stand.
 *
 * @returns the incompatibility itself when all of its terms hold
 */
export function examine(solution: PartialSolution, incompatibility: Incompatibility): Incompatibility | undefined {
  let open: Term | undefined;
  for (const term of incompatibility.terms) {
    if (isSubset(term.package.domain, term.set)) continue;
    if (open) return undefined;
    open = term;
  }
  if (!open) return incompatibility;
  narrow(solution, open, incompatibility);
  return undefined;
}

/** Look at everything that watches a package; what watches another one from now on leaves its list. */
function visit(solution: PartialSolution, changed: Package): Incompatibility | undefined {
  const { watchers, watched, domain } = changed;
  const count = watchers.length;
  let conflict: Incompatibility | undefined;
  let kept = 0;
  for (let at = 0; at < count; at++) {
    const set = watched[at] as VersionSet;
    const incompatibility = watchers[at] as Incompatibility;
    if (!conflict && isSubset(domain, set)) {
      if (incompatibility.forgotten) continue;
      const { terms } = incompatibility;
      const place = terms[0]?.package === changed ? 0 : 1;
      const other = terms[1 - place];
      if (!other) conflict = incompatibility;
      else if (!isDisjoint(other.package.domain, other.set)) {
        if (watchAnother(incompatibility, place)) continue;
        if (isSubset(other.package.domain, other.set)) conflict = incompatibility;
        else solution.derive(other, incompatibility);
      }
    }
    if (kept !== at) {
      watchers[kept] = incompatibility;
      watched[kept] = set;
    }
    kept++;
  }
  if (kept !== count) {
    watchers.length = kept;
    watched.length = kept;
  }
  return conflict;
}

/** Watch a term that does not hold yet in the place of one that does, if there is one. */
function watchAnother(incompatibility: Incompatibility, place: 0 | 1): boolean {
  const { terms } = incompatibility;
  for (let at = 2; at < terms.length; at++) {
    const term = terms[at] as Term;
    if (isSubset(term.package.domain, term.set)) continue;
    terms[at] = terms[place] as Term;
    terms[place] = term;
    addWatcher(term, incompatibility);
    return true;
  }
  return false;
}

function narrow(solution: PartialSolution, term: Term, cause: Incompatibility): void {
  if (!isDisjoint(term.package.domain, term.set)) solution.derive(term, cause);
}
