/** Shorter words have too many neighbours. */
const SHORTEST = 4;
/** From here on two letters may be wrong. */
const LONG = 8;

/**
 * The words that become `wanted` when one letter, in long words two, is changed, left out, put in, or swapped with its
 * neighbour; only the nearest ones.
 */
export function nearWords(words: readonly string[], wanted: string): readonly string[] {
  if (wanted.length < SHORTEST) return [];
  const limit = wanted.length < LONG ? 1 : 2;
  const found: (readonly [word: string, distance: number])[] = [];
  for (const word of words) {
    if (Math.abs(word.length - wanted.length) > limit) continue;
    const distance = distanceOf(word, wanted, limit);
    if (distance <= limit) found.push([word, distance]);
  }
  const nearest = Math.min(...found.map(([, distance]) => distance));
  return found.filter(([, distance]) => distance === nearest).map(([word]) => word);
}

/** Steps from one word to another, more than `limit` when they are more (optimal string alignment). */
function distanceOf(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let steps = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) steps = Math.min(steps, (before[j - 2] ?? 0) + 1);
      row.push(steps);
    }
    if (Math.min(...row) > limit) return limit + 1;
    before = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}
