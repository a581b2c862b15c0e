import type { Deadline } from "../deadline.ts";
import { solveInOrder } from "../in-order.ts";
import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import { ABSENT, firstRelease } from "../pubgrub/version-set.ts";
import type { SolveRequest } from "../request.ts";
import { Search } from "../search.ts";
import { collectEvidence } from "./evidence.ts";
import type { Conflict, Sentence, Suggestion } from "./explanation.ts";
import { withFewestLines } from "./fewest-lines.ts";
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

/** What a failed search runs into. */
interface Findings {
  /** For each conflict the incompatibilities it rests on. */
  readonly grounds: readonly (readonly Incompatibility[])[];
  /** Lines of the manifest without which the rest has an answer; none when that is not known. */
  readonly dropped: readonly string[];
}

/** Find every separate conflict behind a "no", say each in few sentences, and look for what would mend them. */
export function diagnose(request: SolveRequest, search: Search, deadline: Deadline): Diagnosis {
  const { grounds, dropped } = findConflicts(request, search, deadline);
  const claims = grounds.slice(0, EXPLAINED_MAX).map((each) => reduceClaims(withFewestLines(each, request)));
  const protocol = new Protocol();
  const conflicts = claims.map((each) => tellConflict(each, request, protocol));
  const suggestions = suggestChanges({ request, conflicts: claims, dropped, deadline });
  return { conflicts, explanation: protocol.all, suggestions };
}

/**
 * Go on with a search that failed, leaving out each line of the manifest that cannot be met together with those before
 * it. What is left out at the end is what has to go.
 */
function findConflicts(request: SolveRequest, failed: Search, deadline: Deadline): Findings {
  const options = { deadline, relaxed: true, conflicts: CONFLICTS_MAX };
  const relaxed = failed.engine.refutation ? new Search(request) : failed;
  const outcome = solveInOrder(relaxed, options);
  const refused = refusedLines(relaxed);
  if (refused.length > 0 && outcome.kind !== "failed") {
    const dropped = outcome.kind === "solved" ? refused.map(({ name }) => name) : [];
    return { grounds: refused.map((each) => each.grounds), dropped };
  }
  const { solution, refutation } = failed.engine.refutation ? failed.engine : relaxed.engine;
  return { grounds: refutation ? [collectEvidence(solution, refutation).sources] : [], dropped: [] };
}

interface RefusedLine {
  readonly name: string;
  /** What it runs into. */
  readonly grounds: readonly Incompatibility[];
}

/** The lines of the manifest that a relaxed search left out. */
function refusedLines({ packages, engine: { solution } }: Search): readonly RefusedLine[] {
  return packages.requests.flatMap((line) => {
    const because = solution.trail[line.latest]?.cause;
    if (!because || firstRelease(line.domain) !== ABSENT) return [];
    return [{ name: line.name, grounds: collectEvidence(solution, because, line).sources }];
  });
}
