/** How many steps the search may take before it gives up. */
const STEPS_MAX = 4000;

/**
 * The smallest sets that have an element of each of the given ones; undefined when that takes too much to see.
 *
 * @param max how many to find at most; those that take the last elements of the given sets come first
 */
export function findHittingSets(sets: readonly (readonly string[])[], max: number): readonly string[][] | undefined {
  const forced = new Set(sets.filter((set) => set.length === 1).flat());
  const open = sets.filter((set) => !set.some((each) => forced.has(each)));
  for (let size = countDisjoint(open); size <= open.length; size++) {
    const search = new Hitting(open, max);
    search.extend([], size);
    if (search.steps > STEPS_MAX) return undefined;
    if (search.found.size > 0) return [...search.found.values()].map((chosen) => [...forced, ...chosen]);
  }
  return undefined;
}

/** No two of so many sets share an element: each needs one of its own. */
function countDisjoint(sets: readonly (readonly string[])[]): number {
  const taken = new Set<string>();
  let count = 0;
  for (const set of sets) {
    if (set.some((each) => taken.has(each))) continue;
    for (const each of set) taken.add(each);
    count++;
  }
  return count;
}

class Hitting {
  readonly found = new Map<string, readonly string[]>();
  steps = 0;
  private readonly sets: readonly (readonly string[])[];
  private readonly max: number;

  constructor(sets: readonly (readonly string[])[], max: number) {
    this.sets = sets;
    this.max = max;
  }

  extend(chosen: readonly string[], left: number): void {
    if (++this.steps > STEPS_MAX || this.found.size >= this.max) return;
    const missed = this.sets.find((set) => !set.some((each) => chosen.includes(each)));
    if (!missed) this.found.set(JSON.stringify(chosen.toSorted()), chosen);
    else if (left > 0) for (const each of missed.toReversed()) this.extend([...chosen, each], left - 1);
  }
}
