import type { Deadline } from "./deadline.ts";
import type { Package } from "./pubgrub/package.ts";
import { ABSENT, firstRelease, has, isSingle, valuesOf } from "./pubgrub/version-set.ts";
import type { Search } from "./search.ts";

/** Conflicts before the first restart; later ones wait for multiples of it. */
const RESTART_UNIT = 50;

export type TrialResult = "found" | "refuted" | "stopped";

/**
 * Looks for any answer: works where the conflicts are, keeps what worked before, and starts over now and then.
 *
 * With an answer at hand only what cannot stay as it is there has to be decided: the rest goes with it, for every
 * incompatibility between the two has been propagated.
 */
export class Trial {
  /** The answer at hand; what is not in it is absent. */
  readonly model = new Map<Package, number>();
  private readonly search: Search;
  private readonly deadline: Deadline;
  private runs = 0;
  /** Where the trail may begin to leave the answer at hand. */
  private start = 0;
  /** How much of the trail was looked at. */
  private seen = 0;
  /** True to decide whatever takes part in conflicts, be it necessary or not. */
  private isThorough = true;

  constructor(search: Search, deadline: Deadline) {
    this.search = search;
    this.deadline = deadline;
  }

  /**
   * @param floor the level up to which decisions are given: "refuted" when they leave nothing
   * @param conflicts after which to stop
   */
  run(floor: number, conflicts: number): TrialResult {
    const { activity, solution } = this.search.engine;
    this.start = this.model.size === 0 ? 0 : solution.startOf(floor);
    this.seen = this.start;
    this.isThorough = this.model.size === 0;
    activity.clear();
    solution.onUndo = (of) => activity.add(of);
    this.search.engine.backjump = ({ level, others }) => Math.max(others, Math.min(level - 1, floor));
    const result = this.look(floor, conflicts);
    solution.onUndo = undefined;
    return result;
  }

  private look(floor: number, conflicts: number): TrialResult {
    const { search } = this;
    const until = search.engine.conflicts + conflicts;
    let restartAt = this.nextRestart();
    while (search.settle()) {
      if (search.level < floor) return "refuted";
      if (search.engine.conflicts > until || this.deadline.isOver()) return "stopped";
      if (search.engine.conflicts >= restartAt) {
        search.restart(floor);
        restartAt = this.nextRestart();
        this.isThorough = true;
      } else if (!this.bringInForced(Math.min(this.seen, search.engine.solution.trail.length))) {
        const next = this.busiest();
        if (next) this.decide(next);
        else if (!this.bringInForced(this.start)) return this.found();
      }
    }
    return "refuted";
  }

  private nextRestart(): number {
    return this.search.engine.conflicts + RESTART_UNIT * luby(++this.runs);
  }

  /**
   * Look at what packages demand that have a single value left; the others may have to be decided.
   *
   * @param from where on the trail to begin
   * @returns true when there is something to settle
   */
  private bringInForced(from: number): boolean {
    const { activity, solution } = this.search.engine;
    const { trail } = solution;
    const before = trail.length;
    for (this.seen = from; this.seen < trail.length; this.seen++) {
      const of = trail[this.seen]?.package;
      if (!of || of.origin === "request") continue;
      if (!isSingle(of.domain)) activity.add(of);
      else if (!has(of.domain, ABSENT) && !this.search.consider(of, firstRelease(of.domain))) return true;
    }
    return trail.length > before;
  }

  /** Of the packages that have a choice and cannot stay as they are, the one that took part in most of the latest conflicts. */
  private busiest(): Package | undefined {
    const { activity } = this.search.engine;
    for (let next = activity.pop(); next; next = activity.pop()) {
      if (isSingle(next.domain)) continue;
      if (!has(next.domain, this.valueOf(next)) || (this.isThorough && isWorthwhile(next))) return next;
    }
    return undefined;
  }

  private valueOf(of: Package): number {
    return this.model.get(of) ?? ABSENT;
  }

  private decide(next: Package): void {
    const value = this.choose(next);
    if (this.search.consider(next, value)) this.search.decide(next, value);
    else this.search.engine.activity.add(next);
  }

  /** Preferably what asks for nothing new, then what the package has in the answer at hand, then what it had last. */
  private choose(next: Package): number {
    const { domain, remembered } = next;
    const last = [this.valueOf(next), remembered === undefined ? ABSENT : firstRelease(remembered)];
    const usual = last.find((value) => value !== ABSENT && has(domain, value)) ?? firstRelease(domain);
    const isFree = (value: number) => value !== ABSENT && this.search.asksNothing(next, value);
    return isFree(usual) ? usual : (valuesOf(domain).find(isFree) ?? usual);
  }

  private found(): TrialResult {
    for (const each of this.search.packages.all()) {
      if (has(each.domain, this.valueOf(each))) continue;
      const value = firstRelease(each.domain);
      if (value === ABSENT) this.model.delete(each);
      else this.model.set(each, value);
    }
    return "found";
  }
}

/** True for a package that takes part in conflicts and could be there. */
function isWorthwhile({ activity, domain }: Package): boolean {
  return activity > 0 && firstRelease(domain) !== ABSENT;
}

/** 1 1 2 1 1 2 4 1 1 2 1 1 2 4 8 …: the series of waits that is never far from the best one (Luby 1993). */
function luby(at: number): number {
  let length = 1;
  while (2 * length - 1 < at) length *= 2;
  return 2 * length - 1 === at ? length : luby(at - length + 1);
}
