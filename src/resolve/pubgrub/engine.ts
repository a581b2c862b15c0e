import { Activity } from "./activity.ts";
import { type ConflictHooks, type Lesson, resolveConflict } from "./conflict.ts";
import type { Incompatibility } from "./incompatibility.ts";
import type { Package } from "./package.ts";
import { PartialSolution } from "./partial-solution.ts";
import { examine, propagate, watch } from "./propagation.ts";
import { onlyValue } from "./version-set.ts";

/** How many lessons are kept before some are forgotten, and how many more each time. */
const LEARNED_STEP = 2000;

/**
 * PubGrub's engine: a partial solution, the incompatibilities it must respect, and learning from conflicts.
 * It knows nothing of mods; what to decide next is its callers' business.
 *
 * @see https://github.com/dart-lang/pub/blob/master/doc/solver.md
 */
export class Engine {
  readonly solution = new PartialSolution();
  readonly activity = new Activity();
  /** To which level to go back after a conflict: at least to that of the other terms, at most one below the first. */
  backjump: (lesson: Lesson) => number = ({ others }) => others;
  conflicts = 0;
  decisions = 0;
  /** The proof that nothing works, once there is one. */
  refutation: Incompatibility | undefined;
  /** A conflict that was met outside of the propagation. */
  private pending: Incompatibility | undefined;
  private readonly learned: Incompatibility[] = [];
  private learnedMax = LEARNED_STEP;
  private readonly hooks: ConflictHooks;

  /** @param widen makes an incompatibility speak for as many releases as it is true for */
  constructor(widen: (incompatibility: Incompatibility) => void = () => {}) {
    this.hooks = { widen, bump: (of) => this.activity.bump(of) };
  }

  /**
   * Propagate, and resolve conflicts by learning from them, until there is nothing more to conclude.
   *
   * @returns false when that proved that nothing works
   */
  settle(): boolean {
    while (!this.refutation) {
      const conflict = this.pending ?? propagate(this.solution);
      if (!conflict) return true;
      this.pending = undefined;
      this.learn(conflict);
    }
    return false;
  }

  private learn(conflict: Incompatibility): void {
    this.conflicts++;
    this.activity.age();
    const lesson = resolveConflict(this.solution, conflict, this.hooks);
    const { incompatibility } = lesson;
    if (lesson.level === 0) {
      this.refutation = incompatibility;
      return;
    }
    this.solution.backtrack(this.backjump(lesson));
    if (incompatibility !== conflict) {
      watch(incompatibility);
      this.learned.push(incompatibility);
    }
    this.examine(incompatibility);
  }

  /** Let go of the half of what was learned that rests on most decisions, once it is much. */
  forget(): void {
    if (this.learned.length < this.learnedMax) return;
    this.learned.sort((a, b) => decisionsOf(a) - decisionsOf(b) || a.terms.length - b.terms.length);
    const kept = this.learned.length >> 1;
    for (const each of this.learned.splice(kept)) each.forgotten = true;
    this.learnedMax += LEARNED_STEP;
  }

  /** Of what was learned and is kept, the few that say most. */
  shortestLessons(count: number): readonly Incompatibility[] {
    return this.learned.toSorted((a, b) => a.terms.length - b.terms.length).slice(0, count);
  }

  /** Respect one more incompatibility from now on. */
  admit(incompatibility: Incompatibility): void {
    watch(incompatibility);
    this.examine(incompatibility);
  }

  /** Conclude what an incompatibility says as things stand. */
  examine(incompatibility: Incompatibility): void {
    this.pending ??= examine(this.solution, incompatibility);
  }

  /** True when a conflict waits to be settled. */
  get inConflict(): boolean {
    return this.pending !== undefined;
  }

  decide(of: Package, value: number): void {
    this.decisions++;
    this.solution.decide(of, onlyValue(value, of.all));
  }
}

function decisionsOf({ decisions = 0 }: Incompatibility): number {
  return decisions;
}
