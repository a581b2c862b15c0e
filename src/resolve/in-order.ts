import type { Deadline } from "./deadline.ts";
import type { Incompatibility } from "./pubgrub/incompatibility.ts";
import type { Package } from "./pubgrub/package.ts";
import type { Search } from "./search.ts";
import { ABSENT, firstRelease, has, isSingle } from "./pubgrub/version-set.ts";

/**
 * A conflict between two mods far apart on the agenda has nothing to do with the hundreds in between: they are not
 * decided again when it is resolved.
 */
const JUMP_MAX = 20;

/** How a search ended. */
export type Outcome =
  /** Not exact: the answer is valid, but it was not proved to be the preferred one. */
  | { readonly kind: "solved"; readonly exact: boolean }
  /** A line of the manifest cannot be met together with those before it, or nothing works at all. */
  | { readonly kind: "failed"; readonly because: Incompatibility }
  /** Stopped by a limit. */
  | { readonly kind: "stopped" };

export interface InOrderOptions {
  readonly deadline: Deadline;
  /** Leave out the lines of the manifest that cannot be met together with those before them. */
  readonly relaxed?: boolean;
  /** Names of lines of the manifest that do not count. */
  readonly dropped?: ReadonlySet<string>;
  /** Stop after this many conflicts. */
  readonly conflicts?: number;
  /** But not before this many decisions were undone. */
  readonly undone?: number;
  /** @see {@link JUMP_MAX}, which holds when absent */
  readonly jumpMax?: number;
}

/**
 * PubGrub's main loop: settle, then decide the next package of the agenda for its most preferred value.
 *
 * Every value it passes over was ruled out by what follows from the universe and the decisions before, never by a guess.
 * So each decision is the best one that the decisions before it leave: the answer is the first in the order of preference.
 */
export function solveInOrder(search: Search, options: InOrderOptions): Outcome {
  const { deadline, relaxed = false, dropped, jumpMax = JUMP_MAX } = options;
  search.engine.backjump = ({ level, others }) => (level - others > jumpMax ? level - 1 : others);
  const isTooMuch = limitOf(search, options);
  while (search.settle()) {
    if (isTooMuch() || deadline.isOver()) return { kind: "stopped" };
    const next = nextPackage(search);
    if (!next) return { kind: "solved", exact: true };
    const because = refusal(search, next);
    if (because && !relaxed) return { kind: "failed", because };
    decideNext(search, next, dropped);
    while (isOpenLine(search.agenda.current)) decideNext(search, search.agenda.current, dropped);
  }
  return failed(search);
}

function decideNext(search: Search, next: Package, dropped: ReadonlySet<string> | undefined): void {
  if (!isOpenLine(next) || !dropped?.has(next.name)) return advance(search, next);
  search.decide(next, ABSENT);
  search.agenda.pass();
}

function limitOf(search: Search, { conflicts = Number.POSITIVE_INFINITY, undone = 0 }: InOrderOptions): () => boolean {
  const { engine } = search;
  const countUndone = () => engine.decisions - search.level;
  const [conflictsMax, undoneMin] = [engine.conflicts + conflicts, countUndone() + undone];
  return () => engine.conflicts > conflictsMax && countUndone() >= undoneMin;
}

/** Nothing works at all. */
export function failed({ engine }: Search): Outcome {
  return { kind: "failed", because: engine.refutation as Incompatibility };
}

/** True for a line of the manifest that has to be decided; as it has no alternative, nothing is concluded in between. */
function isOpenLine(next: Package | undefined): next is Package {
  return next?.origin === "request" && !isSingle(next.domain);
}

/**
 * The next package of the agenda; when all are decided, the first recommended mod that can still be had.
 *
 * @param accepts which recommended mods are worth trying
 */
export function nextPackage(search: Search, accepts?: (advised: Package) => boolean): Package | undefined {
  const { agenda } = search;
  if (agenda.current) return agenda.current;
  for (const entry of agenda.entries) {
    for (const advised of search.recommendedBy(entry)) {
      if (!has(advised.domain, ABSENT) || firstRelease(advised.domain) === ABSENT) continue;
      if (search.packages.isWelcome(advised) && (accepts?.(advised) ?? true)) return advised;
    }
  }
  return undefined;
}

/** Why a line of the manifest cannot be met, if it cannot. */
function refusal(search: Search, next: Package): Incompatibility | undefined {
  if (next.origin !== "request" || firstRelease(next.domain) !== ABSENT) return undefined;
  return search.engine.solution.trail[next.latest]?.cause;
}

/** Take a value of a package, the most preferred one unless told otherwise: put what it requires on the agenda, and go on to the next. */
export function advance(search: Search, next: Package, value = firstRelease(next.domain)): void {
  if (value !== ABSENT) {
    const demands = search.consider(next, value);
    if (!demands) return;
    if (!isSingle(next.domain)) search.decide(next, value);
    search.agenda.add(next);
    for (const required of demands.requires) search.agenda.add(required);
  }
  search.agenda.pass();
}
