/** A stream of numbers in [0, 1) that is the same for the same seed on every machine (mulberry32). */
export type Random = () => number;

export function startRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 to `count - 1`. */
export function below(count: number, random: Random): number {
  return Math.floor(random() * count);
}

/** A number around 0 with deviation 1 (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** `count` different members of a list, in random order; all of them when there are fewer. */
export function sample<T>(list: readonly T[], count: number, random: Random): readonly T[] {
  const pool = [...list];
  const taken: T[] = [];
  while (taken.length < count && pool.length > 0) {
    const at = below(pool.length, random);
    const [chosen] = pool.splice(at, 1, pool.at(-1) as T);
    pool.pop();
    taken.push(chosen as T);
  }
  return taken;
}
