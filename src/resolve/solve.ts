import { type Diagnosis, diagnose } from "./explain/diagnose.ts";
import { solveByTrial } from "./by-trial.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { tellUndecided } from "./explain/undecided.ts";
import { findingsOf, NOT_EXACT } from "./findings.ts";
import { type Outcome, solveInOrder } from "./in-order.ts";
import type { Failure, Resolution, SolveRequest, SolveStats } from "./request.ts";
import { Search } from "./search.ts";
import { chosenOf, loadOrderOf, picksOf } from "./solution.ts";

/** Conflicts after which the search in order gives way to trials for the first time, unless few decisions were undone. */
const PATIENCE = 100;
/** How many undone decisions per conflict are few; a conflict in a trial costs about as much. */
const UNDONE_PER_CONFLICT = 50;

/**
 * Pick a release for every mod that a request needs, or say why there is no such choice.
 *
 * The answer is the preferred one: no line of the manifest is older than those before it make necessary, and then no
 * dependency is, breadth-first. It depends on nothing but the request; only where the time is over does the clock matter.
 *
 * `universe.mods` is asked by name for what the request leads to, and looked through only to say which name is meant.
 *
 * @see spec/resolve.md
 */
export function solve(request: SolveRequest): Resolution {
  const deadline = startDeadline(request.limits);
  const search = new Search(request);
  const outcome = decide(search, deadline);
  if (outcome.kind !== "solved") return fail(request, search, outcome, deadline);
  const chosen = chosenOf(search.agenda.entries);
  const order = loadOrderOf(chosen);
  const findings = [...findingsOf(chosen, order, request), ...(outcome.exact ? [] : [NOT_EXACT])];
  const stats = { ...statsOf(search, deadline), exact: outcome.exact };
  return { ok: true, picks: picksOf(chosen, order.names), loadOrder: order.names, findings, stats };
}

/** In order first, for as long as that gets on; from then on by trial and in order in turn, each time for longer. */
function decide(search: Search, deadline: Deadline): Outcome {
  for (let conflicts = PATIENCE; ; conflicts *= 2) {
    const work = UNDONE_PER_CONFLICT * conflicts;
    const inOrder = solveInOrder(search, { deadline, conflicts, undone: work });
    if (inOrder.kind !== "stopped" || deadline.isOver()) return inOrder;
    const byTrial = solveByTrial(search, { deadline, conflicts: work });
    if (byTrial.kind !== "stopped" || deadline.isOver()) return byTrial;
    search.backtrack(0);
  }
}

function fail(request: SolveRequest, search: Search, outcome: Outcome, deadline: Deadline): Failure {
  const undecided = outcome.kind === "stopped";
  const diagnosis = undecided ? diagnoseUndecided(request, search) : diagnose(request, search, deadline);
  const core = diagnosis.conflicts[0]?.core ?? [];
  return { ok: false, undecided, ...diagnosis, core, stats: statsOf(search, deadline) };
}

function diagnoseUndecided(request: SolveRequest, search: Search): Diagnosis {
  const conflict = tellUndecided(request, search);
  return { conflicts: [conflict], explanation: conflict.explanation, suggestions: [] };
}

function statsOf(search: Search, deadline: Deadline): SolveStats {
  const { decisions, conflicts } = search.engine;
  return {
    mods: search.packages.size,
    decisions,
    conflicts,
    restarts: search.restarts,
    exact: true,
    solveMs: deadline.elapsed(),
  };
}
