import { type Incompatibility, type Term, termOn } from "../pubgrub/incompatibility.ts";
import type { Package } from "../pubgrub/package.ts";
import type { Assignment, PartialSolution } from "../pubgrub/partial-solution.ts";
import { intersect, isSubset, unite, type VersionSet } from "../pubgrub/version-set.ts";

/** What a refutation rests on. */
export interface Evidence {
  /** The incompatibilities of the universe and the request, in the order in which the search came to use them. */
  readonly sources: readonly Incompatibility[];
  /** The assignments it rests on, in the order of the trail. */
  readonly steps: readonly Assignment[];
}

/**
 * Follow every term of an incompatibility that holds back to where it came from: to the universe or to a decision.
 *
 * @param except a package whose term is taken for granted
 */
export function collectEvidence(solution: PartialSolution, because: Incompatibility, except?: Package): Evidence {
  const collector = new Collector();
  collector.use(because, except);
  for (let at = solution.trail.length - 1; at >= 0; at--) {
    const assignment = solution.trail[at];
    const open = assignment && collector.open.get(assignment.package);
    if (open && !isSubset(assignment.before, open)) collector.explain(assignment, open);
  }
  return { sources: [...collector.sources].reverse(), steps: collector.steps.reverse() };
}

class Collector {
  readonly sources = new Set<Incompatibility>();
  readonly steps: Assignment[] = [];
  /** Terms still to be explained. */
  readonly open = new Map<Package, VersionSet>();
  private readonly unfolded = new Set<Incompatibility>();

  /** Rest on an incompatibility, all of whose terms but one hold. */
  use(incompatibility: Incompatibility, except?: Package): void {
    for (const term of incompatibility.terms) if (term.package !== except) this.need(term);
    const stack = [incompatibility];
    for (let each = stack.pop(); each; each = stack.pop()) {
      if (this.unfolded.has(each)) continue;
      this.unfolded.add(each);
      if (each.cause.kind !== "derived") {
        if (each.cause.kind !== "demanded") this.sources.add(each);
        continue;
      }
      stack.push(...each.cause.from);
      for (const fact of each.cause.facts) this.need(fact);
    }
  }

  private need({ package: of, set }: Term): void {
    const known = this.open.get(of);
    this.open.set(of, known ? intersect(known, set) : set);
  }

  /** What an assignment that made a term hold rests on itself. */
  explain(assignment: Assignment, open: VersionSet): void {
    const { package: of, cause } = assignment;
    this.steps.push(assignment);
    this.open.delete(of);
    if (!cause) return;
    this.use(cause, of);
    this.need({ package: of, set: unite(open, termOn(cause, of).set) });
  }
}
