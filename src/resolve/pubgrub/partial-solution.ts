import type { Incompatibility, Term } from "./incompatibility.ts";
import type { Package } from "./package.ts";
import { isSubset, type VersionSet } from "./version-set.ts";

/** One step of the search: a package's domain got smaller. */
export interface Assignment {
  readonly package: Package;
  readonly before: VersionSet;
  /** The incompatibility that forced it; none for a decision. */
  readonly cause: Incompatibility | undefined;
  readonly level: number;
  /** Index of the assignment before this one on the same package, or -1. */
  readonly previous: number;
}

/** Everything decided and derived so far, in order, and undone from the end. */
export class PartialSolution {
  readonly trail: Assignment[] = [];
  /** How much of the trail the propagation has seen. */
  seen = 0;
  /** Where each decision level begins on the trail. */
  private readonly starts: number[] = [];

  get level(): number {
    return this.starts.length;
  }

  /** Choose: opens a level. */
  decide(chosen: Package, domain: VersionSet): void {
    this.starts.push(this.trail.length);
    this.assign(chosen, domain, undefined);
  }

  /** Conclude: what the cause leaves of the domain. */
  derive(narrowed: Package, domain: VersionSet, cause: Incompatibility): void {
    this.assign(narrowed, domain, cause);
  }

  private assign(of: Package, domain: VersionSet, cause: Incompatibility | undefined): void {
    this.trail.push({ package: of, before: of.domain, cause, level: this.level, previous: of.latest });
    of.domain = domain;
    of.latest = this.trail.length - 1;
  }

  /** Undo every level above this one. */
  backtrack(level: number): void {
    const keep = this.starts[level];
    if (keep === undefined) return;
    for (let at = this.trail.length - 1; at >= keep; at--) {
      const undone = this.trail[at];
      if (!undone) continue;
      undone.package.domain = undone.before;
      undone.package.latest = undone.previous;
    }
    this.trail.length = keep;
    this.starts.length = level;
    this.seen = Math.min(this.seen, keep);
  }

  /** Index of the assignment that made a term hold, which it must; -1 when it always did. */
  satisfier(term: Term): number {
    let at = term.package.latest;
    for (;;) {
      const assignment = this.trail[at];
      if (!assignment || !isSubset(assignment.before, term.set)) return at;
      at = assignment.previous;
    }
  }

  levelOf(index: number): number {
    return this.trail[index]?.level ?? 0;
  }
}
