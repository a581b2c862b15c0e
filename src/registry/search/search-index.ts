import { LRUCache } from "lru-cache";
import type { ModSummary } from "../world.ts";
import { nearWords } from "./near-word.ts";

/** The mods that one word of a search fits, and how well. */
export interface WordHits {
  /** Places in {@link SearchIndex.mods}, ascending. */
  readonly places: Uint32Array;
  /** What each is worth, more than 0. */
  readonly worth: Float32Array;
}

/** All mods, ready to be searched. */
export interface SearchIndex {
  /** Most downloaded first. */
  readonly mods: readonly ModSummary[];
  /** Mods for a word in lower case, without the marks that part words. */
  hits(word: string): WordHits;
}

/** Where a word stands, and what that is worth. */
const FIELDS = [
  [(mod: ModSummary) => mod.name, 20],
  [(mod: ModSummary) => mod.title, 15],
  [(mod: ModSummary) => mod.tags.join(" "), 6],
  [(mod: ModSummary) => mod.owner, 5],
  [(mod: ModSummary) => mod.summary, 3],
] as const;

/** How much of its worth a word keeps when it is the whole word, its beginning, in its middle, or nearly it. */
const WHOLE = 1;
const BEGINS = 0.7;
const INSIDE = 0.5;
const NEARLY = 0.3;

/** Hits that are kept for words that are searched again, all words together. */
const KEPT_HITS = 1_000_000;
/** Shorter words stand inside too many others. */
const INSIDE_FROM = 3;

/** Which mods have a word, and what its best place there is worth. */
interface Postings {
  readonly places: number[];
  readonly worth: number[];
}

/**
 * Index all mods by the words of their texts.
 *
 * A word of a search fits the words that begin with it and, less well, those that hold it; where there are none, those
 * that nearly are it.
 *
 * @see rules REG-43 and REG-44
 */
export function buildSearchIndex(all: readonly ModSummary[]): SearchIndex {
  const mods = [...all].sort((a, b) => b.downloadsCount - a.downloadsCount || (a.name < b.name ? -1 : 1));
  const postings = new Map<string, Postings>();
  for (const [place, mod] of mods.entries()) addMod(postings, place, mod);
  const words = [...postings.keys()].sort();
  const kept = new LRUCache<string, WordHits>({
    maxSize: KEPT_HITS,
    sizeCalculation: ({ places }) => places.length + 1,
  });
  const scratch = new Float32Array(mods.length);
  const hits = (word: string): WordHits => {
    const known = kept.get(word);
    if (known) return known;
    for (const [found, share] of wordsLike(words, word)) addWorth(scratch, postings.get(found), share);
    const made = takeHits(scratch);
    kept.set(word, made);
    return made;
  };
  return { mods, hits };
}

/** The words of a text: in lower case, parted by anything that is no letter or digit, and at capitals within a word. */
function wordsOf(text: string): readonly string[] {
  const parted = text.replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2").toLowerCase();
  const whole = text.toLowerCase();
  return [...new Set(`${whole} ${parted}`.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ""))];
}

function addMod(postings: Map<string, Postings>, place: number, mod: ModSummary): void {
  for (const [textOf, worth] of FIELDS) {
    for (const word of wordsOf(textOf(mod))) {
      const known = postings.get(word) ?? { places: [], worth: [] };
      postings.set(word, known);
      // Fields come best first, so a mod that is there already is there with more.
      if (known.places.at(-1) === place) continue;
      known.places.push(place);
      known.worth.push(worth);
    }
  }
}

function addWorth(scratch: Float32Array, postings: Postings | undefined, share: number): void {
  if (!postings) return;
  const { places, worth } = postings;
  for (let at = 0; at < places.length; at++) {
    const place = places[at] ?? 0;
    scratch[place] = Math.max(scratch[place] ?? 0, (worth[at] ?? 0) * share);
  }
}

/** What stands in the scratch, which is empty again afterwards. */
function takeHits(scratch: Float32Array): WordHits {
  const places: number[] = [];
  for (let place = 0; place < scratch.length; place++) if ((scratch[place] ?? 0) > 0) places.push(place);
  const hits = { places: Uint32Array.from(places), worth: Float32Array.from(places, (place) => scratch[place] ?? 0) };
  scratch.fill(0);
  return hits;
}

type Likeness = readonly [word: string, share: number];

function wordsLike(words: readonly string[], wanted: string): readonly Likeness[] {
  const begins = wordsBeginning(words, wanted).map((word): Likeness => [word, word === wanted ? WHOLE : BEGINS]);
  const inside = wanted.length < INSIDE_FROM ? [] : words.filter((word) => word.indexOf(wanted) > 0);
  const found = [...inside.map((word): Likeness => [word, INSIDE]), ...begins];
  return found.length > 0 ? found : nearWords(words, wanted).map((word): Likeness => [word, NEARLY]);
}

function wordsBeginning(words: readonly string[], wanted: string): readonly string[] {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] ?? "") < wanted) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < words.length && words[end]?.startsWith(wanted)) end++;
  return words.slice(low, end);
}
