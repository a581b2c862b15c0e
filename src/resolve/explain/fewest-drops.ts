import type { SolveRequest } from "../request.ts";
import type { Search } from "../search.ts";
import { findHittingSets } from "./hitting-sets.ts";
import { type Effort, findRefused, lineNames } from "./refused-lines.ts";

/** How often further conflicts are looked for, and how many ways of the same size are tried. */
const ROUNDS_MAX = 12;
const WAYS_MAX = 5;
/** Of longer lists nobody wants to read a second one. */
const OTHERS_MAX = 4;

export interface FewestDropsOptions extends Effort {
  readonly request: SolveRequest;
  /** A search for this request that left out what could not be met. */
  readonly search: Search;
  /** Lines of the manifest that cannot all be met, for each conflict that is known. */
  readonly cores: readonly (readonly string[])[];
  /** Lines without which the rest has an answer; none when that is not known. */
  readonly dropped: readonly string[];
}

/**
 * The fewest lines to leave out so that the rest has an answer, in several ways where there are some.
 *
 * Any such lines hit every conflict. So the smallest set that hits those that are known is tried, and where that is not
 * enough, it showed a further conflict: the first set that is enough is one of the smallest there are.
 *
 * @see rule RES-66
 */
export function findFewestDrops(options: FewestDropsOptions): readonly (readonly string[])[] {
  const { dropped } = options;
  const cores = [...options.cores];
  for (let round = 0; round < ROUNDS_MAX && !options.deadline.isOver(); round++) {
    const ways = cores.every((core) => core.length > 0) ? findHittingSets(cores, WAYS_MAX) : undefined;
    const [first] = ways ?? [];
    if (!ways || !first) break;
    if (dropped.length > 0 && first.length >= dropped.length) return withOtherWays(dropped, ways, options);
    const further = conflictsWithout(first, options);
    if (!further) break;
    if (further.length === 0) return withOtherWays(first, ways, options);
    cores.push(...further);
  }
  return dropped.length > 0 ? [dropped] : [];
}

/** The conflicts that are left without some lines. */
function conflictsWithout(
  names: readonly string[],
  options: FewestDropsOptions,
): readonly (readonly string[])[] | undefined {
  const refused = findRefused(options.search, new Set(names), options);
  return refused?.map(({ name, grounds }) => [...new Set([...lineNames(grounds), name])]);
}

function withOtherWays(
  sure: readonly string[],
  ways: readonly (readonly string[])[],
  options: FewestDropsOptions,
): readonly (readonly string[])[] {
  const key = (names: readonly string[]) => JSON.stringify(names.toSorted());
  const others = sure.length > OTHERS_MAX ? [] : ways.filter((way) => key(way) !== key(sure));
  return [sure, ...others.filter((way) => conflictsWithout(way, options)?.length === 0)].map((way) =>
    inOrderOf(options.request, way),
  );
}

/** As the manifest has them. */
function inOrderOf({ requirements }: SolveRequest, names: readonly string[]): readonly string[] {
  return [...new Set(requirements.map(({ name }) => name).filter((name) => names.includes(name)))];
}
