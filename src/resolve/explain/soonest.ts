import { isBefore, parseInstant } from "../instant.ts";
import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import type { SolveRequest } from "../request.ts";
import { allowingUntil, type Described } from "./changes.ts";
import { type Effort, findPicks } from "./refused-lines.ts";

/** The shortest time that has to pass by for newer releases to help. */
export function findSoonest(
  request: SolveRequest,
  claims: readonly Incompatibility[],
  effort: Effort,
): Described | undefined {
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
