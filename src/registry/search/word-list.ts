import { letterSet, nearWords } from "./near-word.ts";

/** Different words, ready to be looked through. */
export interface WordList {
  /** Places of the words that are like the wanted one, and how much so; a word may be there twice. */
  like(wanted: string): readonly Likeness[];
}

/** A word, and the share of its worth that it keeps. */
export type Likeness = readonly [place: number, share: number];

/** How much of its worth a word keeps when it is the whole word, its beginning, in its middle, or nearly it. */
const WHOLE = 1;
const BEGINS = 0.7;
const INSIDE = 0.5;
const NEARLY = 0.3;

/** Shorter words stand inside too many others. */
const INSIDE_FROM = 3;
/** Stands in no word. */
const MARK = "\n";

/** @param words in their order, without {@link MARK} */
export function openWordList(words: readonly string[]): WordList {
  // Looking for a text in one long one is many times faster than in each of forty thousand.
  const text = words.map((word) => MARK + word).join("");
  const starts = startsOf(words);
  const letters = Uint32Array.from(words, letterSet);
  return {
    like: (wanted) => {
      const first = placeOf(words, wanted);
      const found: Likeness[] = [];
      for (let at = first; words[at]?.startsWith(wanted); at++) found.push([at, words[at] === wanted ? WHOLE : BEGINS]);
      if (wanted.length >= INSIDE_FROM) {
        for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
          if (text[at - 1] !== MARK) found.push([lastAtMost(starts, at), INSIDE]);
        }
      }
      return found.length > 0 ? found : nearWords({ words, letters }, wanted).map((place) => [place, NEARLY] as const);
    },
  };
}

/** Where each word begins in the long text, its mark included. */
function startsOf(words: readonly string[]): Uint32Array {
  let next = 0;
  return Uint32Array.from(words, (word) => {
    const start = next;
    next += word.length + MARK.length;
    return start;
  });
}

/** Of the first word that is not before this one. */
function placeOf(words: readonly string[], wanted: string): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] ?? "") < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Place of the last of the ascending numbers that is not greater. */
function lastAtMost(numbers: Uint32Array, limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
