import { setImmediate as pause } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import { compareNames, type ModSummary } from "../world.ts";
import { openWordList } from "./word-list.ts";

/** Some mods, and how well they fit. */
export interface Hits {
  /** Places in {@link SearchIndex.mods}, ascending. */
  readonly places: Uint32Array;
  /** What each is worth. */
  readonly worth: Float32Array;
}

/** All mods, ready to be searched. */
export interface SearchIndex {
  /** Most downloaded first. */
  readonly mods: readonly ModSummary[];
  /** Of each mod, in lower case and with single spaces in place of marks. */
  readonly names: readonly string[];
  /** Mods for a word in lower case, without the marks that part words. */
  hits(word: string): Hits;
}

/** Where a word stands, and what that is worth. */
const FIELDS = [
  [(mod: ModSummary) => mod.name, 20],
  [(mod: ModSummary) => mod.title, 15],
  [(mod: ModSummary) => mod.tags.join(" "), 6],
  [(mod: ModSummary) => mod.owner, 5],
  [(mod: ModSummary) => mod.summary, 3],
] as const;

/** Mods that are read without a pause for others: some milliseconds. */
const AT_ONCE = 32;
/** Hits that are kept for words that are searched again, all words together. */
const KEPT_HITS = 1_000_000;

/** Which mods have a word, and what its best place there is worth. */
interface Postings {
  readonly places: number[];
  readonly worth: number[];
}

/**
 * Index all mods by the words of their texts, with pauses in which others are served.
 *
 * A word of a search fits the words that begin with it and, less well, those that hold it; where there are none, those
 * that nearly are it.
 *
 * @see rules REG-43 and REG-44
 */
export async function buildSearchIndex(all: readonly ModSummary[]): Promise<SearchIndex> {
  const mods = [...all].sort((a, b) => b.downloadsCount - a.downloadsCount || compareNames(a, b));
  const byWord = new Map<string, Postings>();
  for (const [place, mod] of mods.entries()) {
    addMod(byWord, place, mod);
    if (place % AT_ONCE === 0) await pause();
  }
  const words = [...byWord.keys()].sort();
  const postings = words.map((word) => byWord.get(word));
  await pause();
  const list = openWordList(words);
  await pause();
  const kept = new LRUCache<string, Hits>({
    maxSize: KEPT_HITS,
    sizeCalculation: ({ places }) => places.length + 1,
  });
  const scratch = openScratch(mods.length);
  const hits = (word: string): Hits => {
    const known = kept.get(word);
    if (known) return known;
    for (const [place, share] of list.like(word)) addWorth(scratch, postings[place], share);
    const made = takeHits(scratch);
    kept.set(word, made);
    return made;
  };
  const names = mods.map(({ name }) => name.toLowerCase().replaceAll(/[\s_-]+/g, " "));
  return { mods, names, hits };
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

/** Where the worth of mods is gathered, word by word; made once, as it has room for every mod. */
interface Scratch {
  /** By place, 0 where there is none. */
  readonly worth: Float32Array;
  /** Places that have one, in any order. */
  readonly places: Uint32Array;
  count: number;
}

function openScratch(count: number): Scratch {
  return { worth: new Float32Array(count), places: new Uint32Array(count), count: 0 };
}

function addWorth(scratch: Scratch, postings: Postings | undefined, share: number): void {
  if (!postings) return;
  const { places, worth } = postings;
  for (let at = 0; at < places.length; at++) {
    const place = places[at] ?? 0;
    const known = scratch.worth[place] ?? 0;
    if (known === 0) scratch.places[scratch.count++] = place;
    scratch.worth[place] = Math.max(known, (worth[at] ?? 0) * share);
  }
}

/** What stands in the scratch, which is empty again afterwards. */
function takeHits(scratch: Scratch): Hits {
  const places = scratch.places.slice(0, scratch.count).sort();
  const worth = Float32Array.from(places, (place) => scratch.worth[place] ?? 0);
  for (const place of places) scratch.worth[place] = 0;
  scratch.count = 0;
  return { places, worth };
}
