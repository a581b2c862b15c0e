import { startDeadline } from "../deadline.ts";
import { solveInOrder } from "../in-order.ts";
import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import type { SolveRequest } from "../request.ts";
import { Search } from "../search.ts";
import type { Requirement } from "../universe.ts";
import { collectEvidence } from "./evidence.ts";

/** How hard each smaller set of lines is tried. */
const CONFLICTS_MAX = 50;
/** The longest list of lines of which each is tried. */
const LINES_MAX = 12;

/**
 * The claims of a conflict between as few lines of the manifest as possible: each line is left out in turn, the last one
 * first, and stays out when the others collide without it, be it for other reasons.
 */
export function withFewestLines(claims: readonly Incompatibility[], request: SolveRequest): readonly Incompatibility[] {
  let least = claims;
  const lines = linesOf(claims);
  if (lines.length < 2 || lines.length > LINES_MAX) return claims;
  for (const line of lines.reverse()) {
    const others = linesOf(least).filter((each) => each !== line);
    if (others.length === linesOf(least).length) continue;
    least = conflictOf({ ...request, requirements: others }) ?? least;
  }
  return least;
}

function linesOf(claims: readonly Incompatibility[]): Requirement[] {
  return claims.flatMap(({ cause }) => (cause.kind === "requirement" ? [cause.requirement] : []));
}

function conflictOf(request: SolveRequest): readonly Incompatibility[] | undefined {
  const search = new Search(request);
  const outcome = solveInOrder(search, { deadline: startDeadline(), conflicts: CONFLICTS_MAX });
  if (outcome.kind !== "failed") return undefined;
  return collectEvidence(search.engine.solution, outcome.because, search.agenda.current).sources;
}
