import { type Incompatibility, type Term, termOn } from "./incompatibility.ts";
import type { Package } from "./package.ts";
import { isSingle, isSubset, subtract, type VersionSet } from "./version-set.ts";

/** One step of the search: a package's domain got smaller. */
export interface Assignment {
  readonly package: Package;
  readonly before: VersionSet;
  /** The incompatibility that forced it; none for a decision. */
  readonly cause: Incompatibility | undefined;
  /** The highest decision level that this assignment and the earlier ones on its package rest on. */
  readonly level: number;
  /** Index of the assignment before this one on the same package, or -1. */
  readonly previous: number;
}

/**
 * Everything decided and derived so far, in order.
 *
 * A derivation belongs to the level of what it rests on, which may be lower than the one it was made on: undoing levels
 * keeps it.
 */
export class PartialSolution {
  readonly trail: Assignment[] = [];
  /** How much of the trail the propagation has seen. */
  seen = 0;
  /** Told of each package that gets values back. */
  onUndo: ((of: Package) => void) | undefined;
  /** Where each decision level begins on the trail. */
  private readonly starts: number[] = [];

  get level(): number {
    return this.starts.length;
  }

  /** Where a level begins on the trail: with its decision. */
  startOf(level: number): number {
    return this.starts[level - 1] ?? 0;
  }

  /** Choose: opens a level. */
  decide(chosen: Package, domain: VersionSet): void {
    this.starts.push(this.trail.length);
    this.assign(chosen, domain, { cause: undefined, level: this.level });
  }

  /** Conclude that a term of an incompatibility does not hold, since all its others do. */
  derive({ package: narrowed, set }: Term, cause: Incompatibility): void {
    let level = 0;
    for (const term of cause.terms) if (term.package !== narrowed) level = Math.max(level, this.levelOf(term));
    this.assign(narrowed, subtract(narrowed.domain, set), { cause, level });
  }

  private assign(of: Package, domain: VersionSet, { cause, level }: Pick<Assignment, "cause" | "level">): void {
    const { domain: before, latest: previous } = of;
    const reach = Math.max(level, this.trail[previous]?.level ?? 0);
    of.domain = domain;
    of.latest = this.trail.length;
    this.trail.push({ package: of, before, cause, level: reach, previous });
  }

  /** Undo every level above this one. What was derived on them but does not rest on them is propagated again. */
  backtrack(level: number): void {
    const keep = this.starts[level];
    if (keep === undefined) return;
    const lasting: Assignment[] = [];
    for (let at = this.trail.length - 1; at >= keep; at--) {
      const undone = this.trail[at] as Assignment;
      this.undo(undone);
      if (undone.level <= level) lasting.push(undone);
    }
    this.trail.length = keep;
    this.starts.length = level;
    this.seen = Math.min(this.seen, keep);
    for (let at = lasting.length - 1; at >= 0; at--) this.restore(lasting[at] as Assignment);
  }

  private undo({ package: of, before, previous }: Assignment): void {
    if (isSingle(of.domain)) of.remembered = of.domain;
    of.domain = before;
    of.latest = previous;
    this.onUndo?.(of);
  }

  private restore({ package: of, cause, level }: Assignment): void {
    if (cause) this.assign(of, subtract(of.domain, termOn(cause, of).set), { cause, level });
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

  /** The level from which on a term holds, which it must; 0 when it holds whatever is decided. */
  levelOf(term: Term): number {
    return this.trail[this.satisfier(term)]?.level ?? 0;
  }
}
