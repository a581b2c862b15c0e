import type { Deadline } from "./deadline.ts";
import { advance, failed, nextPackage, type Outcome } from "./in-order.ts";
import type { Package } from "./pubgrub/package.ts";
import { ABSENT, firstRelease, isSingle } from "./pubgrub/version-set.ts";
import type { Search } from "./search.ts";
import { Trial } from "./trial.ts";

/** Conflicts that improving an answer may take; beyond, it stays as it is. */
const IMPROVEMENT_MAX = 10_000;

export interface TrialOptions {
  readonly deadline: Deadline;
  /** Conflicts after which to stop looking for a first answer. */
  readonly conflicts: number;
}

/** The values of an answer; what is not in it is absent. */
type Model = ReadonlyMap<Package, number>;

/**
 * For requests that deciding in order does not crack: find any answer first, always working where the conflicts are and
 * starting over now and then, and improve it afterwards.
 *
 * To improve means to walk through the agenda as the search in order does. Where the answer at hand already has the most
 * preferred value that is left, there is nothing to prove; elsewhere that value is tried, and the trial ends in a better
 * answer or in the proof that there is none. So the last answer is the one that deciding in order would have found.
 *
 * @returns as the search in order; not `exact` when it took too much to prove that the answer is that one
 */
export function solveByTrial(search: Search, { deadline, conflicts }: TrialOptions): Outcome {
  search.backtrack(0);
  search.insistOnLines();
  const trial = new Trial(search, deadline);
  const first = trial.run(0, conflicts);
  if (first !== "found") return first === "stopped" ? { kind: "stopped" } : failed(search);
  return improve(search, trial, deadline);
}

function improve(search: Search, trial: Trial, deadline: Deadline): Outcome {
  const until = search.engine.conflicts + IMPROVEMENT_MAX;
  const { model } = trial;
  search.backtrack(0);
  while (search.settle()) {
    if (search.engine.conflicts > until || deadline.isOver()) return settleFor(search, model);
    const next = nextPackage(search);
    if (!next) return { kind: "solved", exact: true };
    const value = firstRelease(next.domain);
    if (value === ABSENT || isSingle(next.domain) || model.get(next) === value) {
      advance(search, next);
      continue;
    }
    if (!search.consider(next, value)) continue;
    search.decide(next, value);
    search.agenda.add(next);
    const floor = search.level;
    const result = trial.run(floor, until - search.engine.conflicts);
    if (result === "stopped") return settleFor(search, model);
    if (result === "found") search.backtrack(floor);
  }
  return failed(search);
}

/** Decide everything as a model has it. */
function settleFor(search: Search, model: Model): Outcome {
  search.backtrack(0);
  while (search.settle()) {
    const next = nextPackage(search, (advised) => model.has(advised));
    if (!next) return { kind: "solved", exact: false };
    advance(search, next, model.get(next));
  }
  return failed(search);
}
