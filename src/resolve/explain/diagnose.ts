import type { Deadline } from "../deadline.ts";
import { solveInOrder } from "../in-order.ts";
import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import { ABSENT, firstRelease } from "../pubgrub/version-set.ts";
import type { SolveRequest } from "../request.ts";
import type { Search } from "../search.ts";
import { coreNames } from "./core.ts";
import { collectEvidence } from "./evidence.ts";
import type { Conflict, Sentence, Suggestion } from "./explanation.ts";
import { Protocol } from "./protocol.ts";
import { reduceClaims } from "./reduce.ts";
import { suggestChanges } from "./suggest.ts";
import { tellConflict } from "./tell-conflict.ts";

/** How many conflicts are explained one by one. */
const EXPLAINED_MAX = 20;
/** How much trying the search for further conflicts may take. */
const CONFLICTS_MAX = 500;

/** Everything there is to say about a request that cannot be met. */
export interface Diagnosis {
  readonly conflicts: readonly Conflict[];
  readonly explanation: readonly Sentence[];
  readonly suggestions: readonly Suggestion[];
}

/**
 * Find every separate conflict: go on with a search that failed, leaving out each line of the manifest that cannot be
 * met together with those before it. What is left out at the end is what has to go.
 */
export function diagnose(request: SolveRequest, search: Search, deadline: Deadline): Diagnosis {
  const outcome = solveInOrder(search, { deadline, relaxed: true, conflicts: CONFLICTS_MAX });
  const refused = refusedLines(search);
  const grounds =
    outcome.kind === "failed" ? [groundsOf(search, outcome.because)] : refused.map(({ grounds }) => grounds);
  const reduced = grounds.slice(0, EXPLAINED_MAX).map(reduceClaims);
  const protocol = new Protocol();
  const conflicts = reduced.map((claims) => tellConflict(claims, request, protocol));
  const suggestions = suggestChanges({
    request,
    claims: reduced.flat(),
    dropped: outcome.kind === "solved" ? refused.map(({ name }) => name) : [],
    culprits:
      reduced.length === 1 ? coreNames((reduced[0] ?? []).filter(({ cause }) => cause.kind === "requirement")) : [],
    deadline,
  });
  return { conflicts, explanation: protocol.all, suggestions };
}

/** The lines of the manifest that a relaxed search left out, and what each of them runs into. */
function refusedLines(
  search: Search,
): readonly { readonly name: string; readonly grounds: readonly Incompatibility[] }[] {
  return search.packages.requests.flatMap((line) => {
    const because = search.engine.solution.trail[line.latest]?.cause;
    if (!because || firstRelease(line.domain) !== ABSENT) return [];
    return [{ name: line.name, grounds: collectEvidence(search.engine.solution, because, line).sources }];
  });
}

function groundsOf(search: Search, because: Incompatibility): readonly Incompatibility[] {
  return collectEvidence(search.engine.solution, because).sources;
}
