import { compareNames, type ModSummary } from "../world.ts";
import type { Hits } from "./search-index.ts";
import type { SearchQuery } from "./search-query.ts";

/** The places of hits in the order a search asks for; equals by downloads, then by name. */
export type ModOrder = (hits: Hits, query: Pick<SearchQuery, "sort" | "order">) => Uint32Array;

type Compare = (a: ModSummary, b: ModSummary) => number;

/** Ascending. What trends is not known here, so it stands for what is downloaded most. */
const BY_DOWNLOADS: Compare = (a, b) => a.downloadsCount - b.downloadsCount;
const COMPARISONS = {
  name: compareNames,
  created_at: (a, b) => compareTexts(a.createdAt, b.createdAt),
  last_updated_at: (a, b) => compareTexts(a.updatedAt, b.updatedAt),
  most_downloads: BY_DOWNLOADS,
  downloads_count: BY_DOWNLOADS,
  trending: BY_DOWNLOADS,
} satisfies Readonly<Record<string, Compare>>;

/** Where each place stands in an order, and which place stands where. */
interface Ranks {
  readonly of: Uint32Array;
  readonly places: Uint32Array;
}

/**
 * @param mods most downloaded first, then by name
 * @see rules REG-44 and REG-46
 */
export function openModOrder(mods: readonly ModSummary[]): ModOrder {
  const kept = new Map<string, Ranks>();
  return (hits, { sort, order }) => {
    if (sort === "relevancy") return byWorth(hits, order);
    const key = `${sort} ${order}`;
    const ranks = kept.get(key) ?? ranksOf(mods, COMPARISONS[sort], order === "asc" ? 1 : -1);
    kept.set(key, ranks);
    const found = hits.places.map((place) => ranks.of[place] ?? 0).sort();
    return found.map((rank) => ranks.places[rank] ?? 0);
  };
}

function ranksOf(mods: readonly ModSummary[], compare: Compare, turn: 1 | -1): Ranks {
  const at = (place: number) => mods[place] as ModSummary;
  const places = Uint32Array.from(mods.keys()).sort((a, b) => turn * compare(at(a), at(b)) || a - b);
  const of = new Uint32Array(places.length);
  for (const [rank, place] of places.entries()) of[place] = rank;
  return { of, places };
}

/** Many hits have one of few worths, so they are put into heaps instead of being sorted. */
function byWorth({ places, worth }: Hits, order: "asc" | "desc"): Uint32Array {
  const heaps = new Map<number, number[]>();
  for (let at = 0; at < places.length; at++) {
    const value = worth[at] ?? 0;
    const heap = heaps.get(value);
    if (heap) heap.push(places[at] ?? 0);
    else heaps.set(value, [places[at] ?? 0]);
  }
  const sorted = [...heaps].sort(([a], [b]) => (order === "asc" ? a - b : b - a));
  const found = new Uint32Array(places.length);
  let next = 0;
  for (const [, heap] of sorted) {
    found.set(heap, next);
    next += heap.length;
  }
  return found;
}

/** Instants have one form, so their texts are in the order of time. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
