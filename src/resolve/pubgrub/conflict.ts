import type { Incompatibility, Term } from "./incompatibility.ts";
import { termOn } from "./incompatibility.ts";
import type { Package } from "./package.ts";
import type { PartialSolution } from "./partial-solution.ts";
import { intersect, isSubset, unite, type VersionSet } from "./version-set.ts";

/** What a conflict teaches. */
export interface Lesson {
  /** Its first term, if any, is the one that must not hold after backtracking. */
  readonly incompatibility: Incompatibility;
  /** The level on which its first term came to hold, the only one to do so there; 0 when nothing can be undone. */
  readonly level: number;
  /** The highest level on which another term came to hold. */
  readonly others: number;
}

export interface ConflictHooks {
  /** Make an incompatibility say what it says about as many releases as it is true for. */
  readonly widen: (incompatibility: Incompatibility) => void;
  /** Called for each package that takes part. */
  readonly bump: (of: Package) => void;
}

/**
 * Find the root cause of a conflict: resolve the violated incompatibility with the causes of the assignments that made
 * its terms hold, latest first, until only one term depends on the latest decision that any of them depends on.
 *
 * Resolving on a package unites the two sets: of `others, A in S` and `more, A in T`, at least one forbids any A in S ∪ T.
 */
export function resolveConflict(solution: PartialSolution, conflict: Incompatibility, hooks: ConflictHooks): Lesson {
  const root = new RootCause(solution, hooks);
  root.absorb(conflict);
  root.resolveLatest();
  return root.lesson();
}

interface Known {
  readonly set: VersionSet;
  /** Index of the assignment that made it hold. */
  readonly satisfier: number;
  readonly level: number;
}

class RootCause {
  private readonly terms = new Map<Package, Known>();
  private readonly from: Incompatibility[] = [];
  /** Terms that hold whatever is decided. */
  private readonly facts: Term[] = [];
  /** How many terms came to hold on each level. */
  private readonly perLevel = new Map<number, number>();
  /** No term came to hold above this level. */
  private highest = 0;
  private readonly solution: PartialSolution;
  private readonly hooks: ConflictHooks;

  constructor(solution: PartialSolution, hooks: ConflictHooks) {
    this.solution = solution;
    this.hooks = hooks;
  }

  absorb(incompatibility: Incompatibility, except?: Package): void {
    this.hooks.widen(incompatibility);
    this.from.push(incompatibility);
    for (const term of incompatibility.terms) {
      if (term.package === except) continue;
      const known = this.terms.get(term.package);
      if (known && isSubset(known.set, term.set)) continue;
      this.put(term.package, known ? intersect(known.set, term.set) : term.set);
      this.hooks.bump(term.package);
    }
  }

  private put(of: Package, set: VersionSet): void {
    this.remove(of);
    const satisfier = this.solution.satisfier({ package: of, set });
    const level = this.solution.trail[satisfier]?.level ?? 0;
    if (level === 0) {
      this.facts.push({ package: of, set });
      return;
    }
    this.terms.set(of, { set, satisfier, level });
    this.perLevel.set(level, this.count(level) + 1);
    this.highest = Math.max(this.highest, level);
  }

  private remove(of: Package): void {
    const known = this.terms.get(of);
    if (!known) return;
    this.terms.delete(of);
    this.perLevel.set(known.level, this.count(known.level) - 1);
  }

  private count(level: number): number {
    return this.perLevel.get(level) ?? 0;
  }

  /** Resolve with the latest assignments of the highest level until only one term depends on that level. */
  resolveLatest(): void {
    const { trail } = this.solution;
    for (let at = trail.length - 1; this.highest > 0; at--) {
      if (this.count(this.highest) === 1) return;
      if (this.count(this.highest) > 1) this.resolveAt(at);
      else {
        this.highest--;
        at = trail.length;
      }
    }
  }

  /** Resolve with the cause of one assignment, if that is what made a term hold on the highest level. */
  private resolveAt(at: number): void {
    const assignment = this.solution.trail[at];
    const known = assignment && this.terms.get(assignment.package);
    if (!known || known.satisfier !== at || known.level !== this.highest || !assignment.cause) return;
    const { package: of, cause } = assignment;
    this.remove(of);
    this.absorb(cause, of);
    const set = unite(known.set, termOn(cause, of).set);
    if (!isSubset(of.all, set)) this.put(of, set);
  }

  lesson(): Lesson {
    this.dropImplied();
    const byLevel = [...this.terms]
      .map(([of, { set, level }]) => ({ term: { package: of, set }, level }))
      .sort((a, b) => b.level - a.level);
    const decisions = new Set(byLevel.map(({ level }) => level)).size;
    const incompatibility = this.learned(
      byLevel.map(({ term }) => term),
      decisions,
    );
    return { incompatibility, level: byLevel[0]?.level ?? 0, others: byLevel[1]?.level ?? 0 };
  }

  /** Resolve away every term that follows from the others alone. */
  private dropImplied(): void {
    for (const [of, { set, satisfier, level }] of this.terms) {
      const cause = level < this.highest ? this.solution.trail[satisfier]?.cause : undefined;
      if (!cause || !isSubset(of.all, unite(set, termOn(cause, of).set))) continue;
      if (!cause.terms.every((term) => term.package === of || this.implies(term))) continue;
      this.remove(of);
      this.from.push(cause);
      for (const term of cause.terms) if (term.package !== of && !this.terms.has(term.package)) this.facts.push(term);
    }
  }

  private implies(term: Term): boolean {
    const known = this.terms.get(term.package);
    return known ? isSubset(known.set, term.set) : this.solution.levelOf(term) === 0;
  }

  private learned(terms: Term[], decisions: number): Incompatibility {
    const [only] = this.from;
    if (only && this.from.length === 1 && this.facts.length === 0) return only;
    return { terms, decisions, cause: { kind: "derived", from: this.from, facts: this.facts } };
  }
}
