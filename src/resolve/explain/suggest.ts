import { isBefore, parseInstant } from "../instant.ts";
import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import type { SolveRequest } from "../request.ts";
import type { Deadline } from "../deadline.ts";
import { type Attempt, allowingUntil, type Described, dropping } from "./changes.ts";
import type { Change, Suggestion } from "./explanation.ts";
import { findFewestDrops } from "./fewest-drops.ts";
import { DROP_RANK, findMoves, type Move } from "./moves.ts";
import { findPicks, findRemainder, lineNames } from "./refused-lines.ts";

/** How many suggestions are made, and how many changes one may take that are not mods to leave out. */
const SUGGESTED_MAX = 6;
const CHANGES_MAX = 6;
/** How hard each change is tried, and how many conflicts are mended one by one. */
const CONFLICTS_MAX = 300;
const MENDED_MAX = 12;

export interface SuggestOptions {
  readonly request: SolveRequest;
  /** What each conflict rests on. */
  readonly conflicts: readonly (readonly Incompatibility[])[];
  /** For each conflict the lines of the manifest that cannot all be met. */
  readonly cores: readonly (readonly string[])[];
  /** Requirements without which the rest was solved; none when that is not known. */
  readonly dropped: readonly string[];
  readonly deadline: Deadline;
}

/** Changes that help together. */
interface Proposal {
  readonly parts: readonly Described[];
  readonly rank: number;
}

/**
 * The smallest changes after which the request is solvable, each proved by solving it: those that take fewest changes
 * come first, then those that lose fewest mods.
 *
 * @see rules RES-60 to RES-69
 */
export function suggestChanges(options: SuggestOptions): readonly Suggestion[] {
  const { request, deadline, cores, dropped } = options;
  const effort = { deadline, conflicts: CONFLICTS_MAX };
  const ways = findFewestDrops({ request, cores, dropped, ...effort });
  const drops = ways.map((names): Proposal => {
    return { parts: [dropping(request, names).describe(new Map())], rank: DROP_RANK };
  });
  const moves = findMoves(request, options.conflicts.flat());
  const single = moves.flatMap((move) => complete([move.apply(request)], move.rank, options) ?? []);
  const worthwhile = single.filter((each) => isWorthwhile(each, drops[0])).filter(isFirstOfLine);
  const proposals = [...worthwhile, ...mendEach(options), ...drops];
  const smallest = proposals.filter((each) => !proposals.some((other) => isPartOf(other, each)));
  return smallest
    .sort((a, b) => sizeOf(a) - sizeOf(b) || lostBy(a) - lostBy(b) || a.rank - b.rank)
    .slice(0, SUGGESTED_MAX)
    .map(suggestionOf);
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
  return { parts: [soonest(options) ?? only], rank };
}

/** Another game must help by itself; any other change must be no larger than to leave mods out. */
function isWorthwhile(proposal: Proposal, drop: Proposal | undefined): boolean {
  if (lostBy(proposal) === 0) return true;
  if (proposal.parts[0]?.change.kind === "game") return false;
  return !drop || sizeOf(proposal) <= sizeOf(drop);
}

/** Where a version of the game will do, so will every later one. */
function isFirstOfLine(proposal: Proposal, at: number, all: readonly Proposal[]): boolean {
  const isLater = ({ parts: [first] }: Proposal) => first?.change.kind === "game" && first.change.version !== undefined;
  return !isLater(proposal) || all.findIndex(isLater) === at;
}

/** The shortest time that has to pass by for newer releases to help. */
function soonest({ request, conflicts, deadline }: SuggestOptions): Described | undefined {
  const effort = { deadline, conflicts: CONFLICTS_MAX };
  const claims = conflicts.flat();
  const names = new Set(claims.flatMap(({ terms }) => terms.map((term) => term.package.name)));
  const instants = laterInstants(names, request);
  let [low, high] = [0, instants.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (findPicks(allowingUntil(request, instants[middle + 1]).request, effort)) high = middle;
    else low = middle + 1;
  }
  const attempt = allowingUntil(request, instants[low + 1]);
  const picks = findPicks(attempt.request, effort);
  return picks && attempt.describe(picks);
}

/** When the releases of some mods were published that are left out, soonest first. */
function laterInstants(names: Iterable<string>, request: SolveRequest): readonly string[] {
  const { universe, releasedBefore = "" } = request;
  const limit = parseInstant(releasedBefore);
  const instants = new Map<number, string>();
  for (const name of names) {
    for (const { releasedAt } of universe.mods.get(name)?.releases ?? []) {
      if (releasedAt !== undefined && !isBefore(releasedAt, limit)) instants.set(parseInstant(releasedAt), releasedAt);
    }
  }
  return [...instants].sort(([a], [b]) => a - b).map(([, text]) => text);
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
  return [complete(mended, DROP_RANK, options)].filter((each) => each !== undefined);
}

/** The first change after which the lines of one conflict can all be met; none when they can already. */
function mend(
  claims: readonly Incompatibility[],
  request: SolveRequest,
  { deadline }: SuggestOptions,
): Attempt | undefined {
  const names = lineNames(claims);
  const isSolvable = (of: SolveRequest) => {
    const requirements = of.requirements.filter(({ name }) => names.includes(name));
    return findPicks({ ...of, requirements }, { deadline, conflicts: CONFLICTS_MAX }) !== undefined;
  };
  if (isSolvable(request)) return undefined;
  const isUsual = (move: Move) => move.apply(request).describe(new Map()).change.kind !== "game";
  return findMoves(request, claims)
    .filter(isUsual)
    .map((move) => move.apply(request))
    .find((attempt) => isSolvable(attempt.request));
}

function sizeOf({ parts }: Proposal): number {
  return parts.reduce((size, { change }) => size + (change.kind === "drop" ? change.mods.length : 1), 0);
}

function lostBy({ parts }: Proposal): number {
  return parts.reduce((lost, { change }) => lost + (change.kind === "drop" ? change.mods.length : 0), 0);
}

/** True when one proposal does all that the other does, and less of it. */
function isPartOf(part: Proposal, whole: Proposal): boolean {
  const keys = new Set(whole.parts.flatMap(({ change }) => keysOf(change)));
  const own = part.parts.flatMap(({ change }) => keysOf(change));
  return own.length < keys.size && own.every((key) => keys.has(key));
}

/** A change as the single steps it is made of. */
function keysOf(change: Change): readonly string[] {
  if (change.kind === "drop") return change.mods.map((name) => `drop ${name}`);
  if (change.kind === "enable" || change.kind === "disable") {
    return change.builtIns.map((name) => `${change.kind} ${name}`);
  }
  return [JSON.stringify(change)];
}

function suggestionOf({ parts }: Proposal): Suggestion {
  const [first, ...others] = parts;
  if (!first) throw new Error("A proposal without a change");
  const texts = others.map(({ text }) => text.charAt(0).toLowerCase() + text.slice(1));
  const and = others.map(({ change }) => change);
  return { text: `${[first.text, ...texts].join("; ")}.`, change: first.change, ...(and.length > 0 && { and }) };
}
