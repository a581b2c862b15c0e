import type { Incompatibility, Term } from "./incompatibility.ts";
import type { Package } from "./package.ts";
import type { PartialSolution } from "./partial-solution.ts";
import { isDisjoint, isSubset } from "./version-set.ts";

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
  first?.package.watchers.push(incompatibility);
  second?.package.watchers.push(incompatibility);
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
  const { watchers } = changed;
  let kept = 0;
  let conflict: Incompatibility | undefined;
  for (let at = 0; at < watchers.length; at++) {
    const incompatibility = watchers[at];
    if (!incompatibility || incompatibility.forgotten) continue;
    const { terms } = incompatibility;
    const mine = terms[0]?.package === changed ? 0 : 1;
    const [watched, other] = [terms[mine], terms[1 - mine]];
    if (!watched) continue;
    const holds = !conflict && isSubset(changed.domain, watched.set);
    if (holds && terms.length > 2 && watchAnother(incompatibility, mine)) continue;
    watchers[kept++] = incompatibility;
    if (!holds) continue;
    if (!other || isSubset(other.package.domain, other.set)) conflict = incompatibility;
    else narrow(solution, other, incompatibility);
  }
  watchers.length = kept;
  return conflict;
}

/** Watch another term that does not hold yet in the place of this one, if there is one. */
function watchAnother(incompatibility: Incompatibility, place: 0 | 1): boolean {
  const { terms } = incompatibility;
  for (let at = 2; at < terms.length; at++) {
    const [watched, term] = [terms[place], terms[at]];
    if (!watched || !term || isSubset(term.package.domain, term.set)) continue;
    terms[place] = term;
    terms[at] = watched;
    term.package.watchers.push(incompatibility);
    return true;
  }
  return false;
}

function narrow(solution: PartialSolution, term: Term, cause: Incompatibility): void {
  if (!isDisjoint(term.package.domain, term.set)) solution.derive(term, cause);
}
