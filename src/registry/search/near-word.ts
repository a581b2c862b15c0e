/** Shorter words have too many neighbours. */
const SHORTEST = 4;
/** From here on two letters may be wrong. */
const LONG = 8;

/** Words that may be looked through for near ones. */
export interface NearWords {
  readonly words: readonly string[];
  /** {@link letterSet} of each. */
  readonly letters: Uint32Array;
}

/**
 * The places of the words that become `wanted` when one letter, in long words two, is changed, left out, put in, or swapped
 * with its neighbour; only the nearest ones.
 */
export function nearWords({ words, letters }: NearWords, wanted: string): readonly number[] {
  if (wanted.length < SHORTEST) return [];
  const limit = wanted.length < LONG ? 1 : 2;
  const wantedLetters = letterSet(wanted);
  let nearest = limit;
  let found: number[] = [];
  for (let place = 0; place < words.length; place++) {
    if (!mayBeNear(letters[place] ?? 0, wantedLetters, limit)) continue;
    const distance = distanceOf(words[place] ?? "", wanted, nearest);
    if (distance > nearest) continue;
    if (distance < nearest) found = [];
    nearest = distance;
    found.push(place);
  }
  return found;
}

/** Which letters a word has, as bits; those of other scripts than Latin share them. */
export function letterSet(word: string): number {
  let set = 0;
  for (let at = 0; at < word.length; at++) set |= 1 << (word.charCodeAt(at) & 31);
  return set >>> 0;
}

/** A step adds at most one letter and takes at most one away, which rules out nearly all words without a closer look. */
function mayBeNear(letters: number, wanted: number, limit: number): boolean {
  return countOf(letters & ~wanted) <= limit && countOf(wanted & ~letters) <= limit;
}

function countOf(set: number): number {
  let count = 0;
  for (let left = set; left !== 0 && count < 3; left &= left - 1) count++;
  return count;
}

/** Steps from one word to another, more than `limit` when they are more (optimal string alignment). */
function distanceOf(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
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
