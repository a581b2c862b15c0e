import { compareNames, type ModSummary } from "../world.ts";
import { buildSearchIndex, type SearchIndex, type WordHits } from "./search-index.ts";
import type { SearchQuery, SearchSort } from "./search-query.ts";

interface Hit {
  readonly mod: ModSummary;
  readonly score: number;
}

const INDICES = new WeakMap<readonly ModSummary[], SearchIndex>();

/**
 * Every mod that a search finds, best first.
 *
 * @param all the world's mods; an index is made at the first search and kept with them
 * @param names only these, when given
 */
export function searchMods(
  all: readonly ModSummary[],
  query: SearchQuery,
  names?: ReadonlySet<string>,
): readonly ModSummary[] {
  const index = INDICES.get(all) ?? buildSearchIndex(all);
  INDICES.set(all, index);
  const hits: Hit[] = [];
  for (const { place, worth } of placesOf(index, query.words)) {
    const mod = index.mods[place];
    if (!mod || !passes(mod, query) || (names && !names.has(mod.name))) continue;
    hits.push({ mod, score: worth + bonus(mod, query.words) });
  }
  return inOrder(hits, query);
}

interface Place {
  readonly place: number;
  readonly worth: number;
}

/** The mods every word fits, most downloaded first. */
function placesOf(index: SearchIndex, words: readonly string[]): readonly Place[] {
  const [first, ...others] = words.map((word) => index.hits(word));
  if (!first) return index.mods.map((_, place) => ({ place, worth: 0 }));
  let found: Place[] = Array.from(first.places, (place, at) => ({ place, worth: first.worth[at] ?? 0 }));
  for (const hits of others) found = inBoth(found, hits);
  return found;
}

function inBoth(found: readonly Place[], { places, worth }: WordHits): Place[] {
  const both: Place[] = [];
  let at = 0;
  for (const { place, worth: before } of found) {
    while (at < places.length && (places[at] ?? 0) < place) at++;
    if (places[at] === place) both.push({ place, worth: before + (worth[at] ?? 0) });
  }
  return both;
}

/** Most downloaded first comes by itself, so only what differs from that is sorted. */
function inOrder(hits: Hit[], { sort, order, words }: SearchQuery): readonly ModSummary[] {
  const isGiven = DOWNLOADS.has(sort) || (sort === "relevancy" && words.length === 0);
  if (isGiven && order === "desc") return hits.map((hit) => hit.mod);
  const turn = order === "asc" ? 1 : -1;
  const compare = comparison(sort);
  hits.sort(
    (a, b) => turn * compare(a, b) || b.mod.downloadsCount - a.mod.downloadsCount || compareNames(a.mod, b.mod),
  );
  return hits.map((hit) => hit.mod);
}

const DOWNLOADS: ReadonlySet<SearchSort> = new Set(["most_downloads", "downloads_count", "trending"]);

function passes(mod: ModSummary, query: SearchQuery): boolean {
  const category = mod.category || "no-category";
  return (
    (query.showDeprecated || !mod.deprecated) &&
    (query.line === undefined || mod.lines.includes(query.line)) &&
    (query.categories.length === 0 || query.categories.includes(category)) &&
    !query.excludedCategories.includes(category) &&
    query.tags.every((tag) => mod.tags.includes(tag))
  );
}

/** For the mod that is called so, or whose name begins so. */
function bonus(mod: ModSummary, words: readonly string[]): number {
  const [first] = words;
  if (first === undefined) return 0;
  const name = mod.name.toLowerCase();
  if (!name.startsWith(first)) return 0;
  return name.replaceAll(/[\s_-]+/g, " ") === words.join(" ") ? 100 : 20;
}

/** Ascending. What trends is not known here, so it stands for what is downloaded most. */
function comparison(sort: SearchSort): (a: Hit, b: Hit) => number {
  switch (sort) {
    case "relevancy":
      return (a, b) => a.score - b.score;
    case "name":
      return (a, b) => compareNames(a.mod, b.mod);
    case "created_at":
      return (a, b) => compareTexts(a.mod.createdAt, b.mod.createdAt);
    case "last_updated_at":
      return (a, b) => compareTexts(a.mod.updatedAt, b.mod.updatedAt);
    case "most_downloads":
    case "downloads_count":
    case "trending":
      return (a, b) => a.mod.downloadsCount - b.mod.downloadsCount;
  }
}

/** Instants have one form, so their texts are in the order of time. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
