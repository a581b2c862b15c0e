import type { Deadline } from "./deadline.ts";
import type { Package } from "./pubgrub/package.ts";
import { ABSENT, firstRelease, has, isSingle } from "./pubgrub/version-set.ts";
import type { Search } from "./search.ts";

/** Conflicts before the first restart; later ones wait for multiples of it. */
const RESTART_UNIT = 50;

export type TrialResult = "found" | "refuted" | "stopped";

/** Looks for any answer: works where the conflicts are, keeps what worked before, and starts over now and then. */
export class Trial {
  private readonly search: Search;
  private readonly deadline: Deadline;
  /** The value each package had when it was last decided. */
  private readonly lastValues = new Map<Package, number>();
  private runs = 0;
  /** How much of the trail was looked at for packages with a single value left. */
  private seen = 0;

  constructor(search: Search, deadline: Deadline) {
    this.search = search;
    this.deadline = deadline;
  }

  /**
   * @param floor the level up to which decisions are given: "refuted" when they leave nothing
   * @param conflicts after which to stop
   */
  run(floor: number, conflicts: number): TrialResult {
    const { search } = this;
    const until = search.engine.conflicts + conflicts;
    let restartAt = this.nextRestart();
    while (search.settle()) {
      if (search.level < floor) return "refuted";
      if (search.engine.conflicts > until || this.deadline.isOver()) return "stopped";
      if (search.engine.conflicts >= restartAt) {
        search.restart(floor);
        restartAt = this.nextRestart();
      } else if (!this.bringInForced(Math.min(this.seen, search.engine.solution.trail.length))) {
        const next = this.mostActive();
        if (next) this.decide(next);
        else if (!this.bringInForced(0)) return "found";
      }
    }
    return "refuted";
  }

  private nextRestart(): number {
    return this.search.engine.conflicts + RESTART_UNIT * luby(++this.runs);
  }

  /**
   * Look at what packages demand that have a single value left.
   *
   * @param from where on the trail to begin
   * @returns true when there is something to settle
   */
  private bringInForced(from: number): boolean {
    const { trail } = this.search.engine.solution;
    const before = trail.length;
    for (this.seen = from; this.seen < trail.length; this.seen++) {
      const of = trail[this.seen]?.package;
      if (!of || has(of.domain, ABSENT) || !isSingle(of.domain) || of.origin === "request") continue;
      if (!this.search.consider(of, firstRelease(of.domain))) return true;
    }
    return trail.length > before;
  }

  /** Of the packages that must be there and have a choice, the one that took part in most of the latest conflicts. */
  private mostActive(): Package | undefined {
    let best: Package | undefined;
    for (const each of this.search.packages.all()) {
      if (has(each.domain, ABSENT) || isSingle(each.domain)) continue;
      if (!best || each.activity > best.activity) best = each;
    }
    return best;
  }

  private decide(next: Package): void {
    const last = this.lastValues.get(next);
    const value = last !== undefined && has(next.domain, last) ? last : firstRelease(next.domain);
    if (!this.search.consider(next, value)) return;
    this.lastValues.set(next, value);
    this.search.decide(next, value);
  }
}

/** 1 1 2 1 1 2 4 1 1 2 1 1 2 4 8 …: the series of waits that is never far from the best one (Luby 1993). */
function luby(at: number): number {
  let length = 1;
  while (2 * length - 1 < at) length *= 2;
  return 2 * length - 1 === at ? length : luby(at - length + 1);
}
