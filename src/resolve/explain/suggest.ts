import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import type { SolveRequest } from "../request.ts";
import type { Deadline } from "../deadline.ts";
import type { Search } from "../search.ts";
import { type Attempt, dropping } from "./changes.ts";
import type { Suggestion } from "./explanation.ts";
import { findFewestDrops } from "./fewest-drops.ts";
import { DROP_RANK, EACH_RANK, findMoves } from "./moves.ts";
import { compareProposals, isPartOf, lostBy, type Proposal, sizeOf, suggestionOf } from "./proposal.ts";
import { findPicks, findRemainder, lineNames } from "./refused-lines.ts";
import { findSoonest } from "./soonest.ts";

/** How many suggestions are made, and how many changes one may take that are not mods to leave out. */
const SUGGESTED_MAX = 6;
const CHANGES_MAX = 6;
/** Beside how many mods to leave out several changes are worth reading. */
const LOST_MAX = 4;
/** How hard each change is tried, and up to how many conflicts each one is looked at by itself. */
const CONFLICTS_MAX = 300;
const MENDED_MAX = 12;

export interface SuggestOptions {
  readonly request: SolveRequest;
  /** A search for this request that left out what could not be met. */
  readonly search: Search;
  /** What each conflict rests on. */
  readonly conflicts: readonly (readonly Incompatibility[])[];
  /** For each conflict the lines of the manifest that cannot all be met. */
  readonly cores: readonly (readonly string[])[];
  /** Requirements without which the rest was solved; none when that is not known. */
  readonly dropped: readonly string[];
  readonly deadline: Deadline;
}

/**
 * The smallest changes after which the request is solvable, each proved by solving it: those that take fewest changes
 * come first, then those that lose fewest mods.
 *
 * @see rules RES-60 to RES-69
 */
export function suggestChanges(options: SuggestOptions): readonly Suggestion[] {
  const { request, search, deadline, cores, dropped } = options;
  const effort = { deadline, conflicts: CONFLICTS_MAX };
  const ways = findFewestDrops({ request, search, cores, dropped, ...effort });
  const drops = ways.map((names): Proposal => {
    return { parts: [dropping(request, names).describe(new Map())], rank: DROP_RANK };
  });
  const moves = findMoves(request, options.conflicts.flat());
  const isLong = (ways[0]?.length ?? 0) > MENDED_MAX;
  const single = moves.flatMap(({ rank, scope, apply }) => {
    const attempt = apply(request);
    const mustBeEnough = scope === "game" || (isLong && scope === "line");
    if (mustBeEnough && !findPicks(attempt.request, effort)) return [];
    return complete([attempt], rank, options) ?? [];
  });
  const worthwhile = single.filter((each) => isWorthwhile(each, drops[0])).filter(isFirstOfLine);
  const proposals = [...worthwhile, ...mendEach(options), ...drops];
  const smallest = proposals.filter((each) => !proposals.some((other) => isPartOf(other, each)));
  return withoutLengths(smallest).sort(compareProposals).slice(0, SUGGESTED_MAX).map(suggestionOf);
}

/** Of changes that take much leaving out beside them, the one that takes least. */
function withoutLengths(proposals: readonly Proposal[]): Proposal[] {
  const isLong = (each: Proposal) => each.rank !== DROP_RANK && lostBy(each) > LOST_MAX;
  const [shortest] = proposals.filter(isLong).sort((a, b) => lostBy(a) - lostBy(b) || compareProposals(a, b));
  return proposals.filter((each) => !isLong(each) || each === shortest);
}

/** Changes one after another, and what has to be left out then; nothing when that is not known. */
function complete(attempts: readonly Attempt[], rank: number, options: SuggestOptions): Proposal | undefined {
  const request = attempts.at(-1)?.request;
  const remainder = request && findRemainder(request, { ...options, conflicts: CONFLICTS_MAX });
  if (!remainder) return undefined;
  const refused = [...new Set(remainder.refused.map(({ name }) => name))];
  const parts = attempts.map((each) => each.describe(remainder.picks));
  if (refused.length > 0) return { parts: [...parts, dropping(request, refused).describe(remainder.picks)], rank };
  const [only, ...others] = parts;
  if (only?.change.kind !== "date" || others.length > 0) return { parts, rank };
  const effort = { deadline: options.deadline, conflicts: CONFLICTS_MAX };
  return { parts: [findSoonest(options.request, options.conflicts.flat(), effort) ?? only], rank };
}

/** A change that is not enough must be no larger than to leave mods out. */
function isWorthwhile(proposal: Proposal, drop: Proposal | undefined): boolean {
  return lostBy(proposal) === 0 || !drop || sizeOf(proposal) <= sizeOf(drop);
}

/** Where a version of the game will do, so will every later one. */
function isFirstOfLine(proposal: Proposal, at: number, all: readonly Proposal[]): boolean {
  const isLater = ({ parts: [first] }: Proposal) => first?.change.kind === "game" && first.change.version !== undefined;
  return !isLater(proposal) || all.findIndex(isLater) === at;
}

/** Mend each conflict by itself without leaving mods out, where that can be done. */
function mendEach(options: SuggestOptions): readonly Proposal[] {
  const { conflicts } = options;
  if (conflicts.length < 2 || conflicts.length > MENDED_MAX) return [];
  const mended: Attempt[] = [];
  let request = options.request;
  for (const claims of conflicts) {
    const attempt = mend(claims, request, options);
    if (!attempt || options.deadline.isOver()) continue;
    mended.push(attempt);
    request = attempt.request;
  }
  if (mended.length < 2 || mended.length > CHANGES_MAX) return [];
  return [complete(mended, EACH_RANK, options)].filter((each) => each !== undefined);
}

/** The first change after which the lines of one conflict can all be met; none when they can already. */
function mend(
  claims: readonly Incompatibility[],
  request: SolveRequest,
  { deadline }: SuggestOptions,
): Attempt | undefined {
  const attempts = findMoves(request, claims)
    .filter(({ scope }) => scope !== "game")
    .map(({ apply }) => apply(request));
  if (attempts.length === 0) return undefined;
  const names = lineNames(claims);
  const isSolvable = (of: SolveRequest) => {
    const requirements = of.requirements.filter(({ name }) => names.includes(name));
    return findPicks({ ...of, requirements }, { deadline, conflicts: CONFLICTS_MAX }) !== undefined;
  };
  return isSolvable(request) ? undefined : attempts.find((attempt) => isSolvable(attempt.request));
}
