import type { Deadline } from "../deadline.ts";
import { solveInOrder } from "../in-order.ts";
import type { SolveRequest } from "../request.ts";
import { Search } from "../search.ts";
import { collectEvidence } from "./evidence.ts";
import type { Conflict, Sentence, Suggestion } from "./explanation.ts";
import { withFewestLines } from "./fewest-lines.ts";
import { Protocol } from "./protocol.ts";
import { reduceClaims } from "./reduce.ts";
import { type Failed, lineNames, refusedLines } from "./refused-lines.ts";
import { suggestChanges } from "./suggest.ts";
import { tellStories } from "./tell-stories.ts";
import { longList } from "./wording.ts";

/** How many conflicts are explained, beside lines of the manifest that nothing can meet. */
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
  readonly failures: readonly Failed[];
  /** Lines of the manifest without which the rest has an answer; none when that is not known. */
  readonly dropped: readonly string[];
  /** The search that left them out. */
  readonly relaxed: Search;
}

/** Find every separate conflict behind a "no", say each in few sentences, and look for what would mend them. */
export function diagnose(request: SolveRequest, search: Search, deadline: Deadline): Diagnosis {
  const { failures, dropped, relaxed } = findConflicts(request, search, deadline);
  const { explained, others } = chooseExplained(failures);
  const claims = explained.map(({ grounds }) =>
    grounds.length > 1 ? reduceClaims(withFewestLines(grounds, request)) : grounds,
  );
  const protocol = new Protocol();
  const conflicts = tellStories(claims, request, protocol);
  const mods = others.flatMap(({ name }) => name ?? []);
  if (mods.length > 0) protocol.say({ text: `For more such reasons you cannot have ${longList(mods)}`, mods });
  const cores = [...claims, ...others.map(({ grounds }) => grounds)].map(lineNames);
  const suggestions = suggestChanges({ request, search: relaxed, conflicts: claims, cores, dropped, deadline });
  return { conflicts, explanation: protocol.all, suggestions };
}

/** Every failure that is plain, and the first ones of the others. */
function chooseExplained(failures: readonly Failed[]) {
  const others = failures.filter(({ grounds }) => grounds.length > 1).slice(EXPLAINED_MAX);
  return { explained: failures.filter((each) => !others.includes(each)), others };
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
    const dropped = outcome.kind === "solved" ? [...new Set(refused.map(({ name }) => name))] : [];
    return { failures: refused, dropped, relaxed };
  }
  const { solution, refutation } = failed.engine.refutation ? failed.engine : relaxed.engine;
  const failures = refutation ? [{ grounds: collectEvidence(solution, refutation).sources }] : [];
  return { failures, dropped: [], relaxed };
}
