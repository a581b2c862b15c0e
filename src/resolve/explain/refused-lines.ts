import type { Deadline } from "../deadline.ts";
import { solveInOrder } from "../in-order.ts";
import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import { ABSENT, firstRelease } from "../pubgrub/version-set.ts";
import type { Release } from "../universe.ts";
import type { SolveRequest } from "../request.ts";
import { Search } from "../search.ts";
import { chosenOf } from "../solution.ts";
import { collectEvidence } from "./evidence.ts";

/** A line of the manifest that cannot be met together with those before it. */
export interface RefusedLine extends Failed {
  readonly name: string;
}

/** Something that cannot be met. */
export interface Failed {
  /** The line of the manifest; none when nothing works at all. */
  readonly name?: string;
  /** What it runs into. */
  readonly grounds: readonly Incompatibility[];
}

/** The answer to a request without the lines that cannot be met together with those before them. */
export interface Remainder {
  readonly picks: ReadonlyMap<string, Release>;
  readonly refused: readonly RefusedLine[];
}

/** How hard to look for an answer. */
export interface Effort {
  readonly deadline: Deadline;
  readonly conflicts: number;
}

/** Leave out what cannot be met, and answer the rest; none when nothing works, or when it takes too much. */
export function findRemainder(request: SolveRequest, { deadline, conflicts }: Effort): Remainder | undefined {
  const search = new Search(request);
  if (solveInOrder(search, { deadline, conflicts, relaxed: true }).kind !== "solved") return undefined;
  return { picks: picksOf(search), refused: refusedLines(search) };
}

/** The same without some lines, by a search that was here before and keeps what it read and learned. */
export function findRefused(
  search: Search,
  dropped: ReadonlySet<string>,
  { deadline, conflicts }: Effort,
): readonly RefusedLine[] | undefined {
  search.backtrack(0);
  const outcome = solveInOrder(search, { deadline, conflicts, relaxed: true, dropped });
  return outcome.kind === "solved" ? refusedLines(search).filter(({ name }) => !dropped.has(name)) : undefined;
}

/** The answer to a request; none when there is none, or when it takes too much. */
export function findPicks(request: SolveRequest, { deadline, conflicts }: Effort): Remainder["picks"] | undefined {
  const search = new Search(request);
  return solveInOrder(search, { deadline, conflicts }).kind === "solved" ? picksOf(search) : undefined;
}

function picksOf(search: Search): Remainder["picks"] {
  const chosen = chosenOf(search.agenda.entries).filter((each) => each.package.origin === "portal");
  return new Map(chosen.map((each) => [each.package.name, each.candidate as Release]));
}

/** The lines of the manifest that a relaxed search left out. */
export function refusedLines({ packages, engine: { solution } }: Search): readonly RefusedLine[] {
  return packages.requests.flatMap((line) => {
    const because = solution.trail[line.latest]?.cause;
    if (!because || firstRelease(line.domain) !== ABSENT) return [];
    return [{ name: line.name, grounds: collectEvidence(solution, because, line).sources }];
  });
}

/** The lines of the manifest among some claims. */
export function lineNames(claims: readonly Incompatibility[]): readonly string[] {
  const names = claims.flatMap(({ cause }) => (cause.kind === "requirement" ? [cause.requirement.name] : []));
  return [...new Set(names)];
}
