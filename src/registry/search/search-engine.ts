import { LRUCache } from "lru-cache";
import { pagination } from "../mods/pagination.ts";
import type { ModSummary } from "../world.ts";
import { openHitCounts } from "./hit-counts.ts";
import { openModFilter } from "./mod-filter.ts";
import { openModOrder } from "./mod-order.ts";
import { buildSearchIndex } from "./search-index.ts";
import { openSearchResults } from "./search-json.ts";
import { searchMods } from "./search-mods.ts";
import type { SearchQuery } from "./search-query.ts";

/** Answers searches over mods that do not change. */
interface SearchEngine {
  /**
   * The answer of `/api/search` as JSON: one page of what was found, and counts over all of it.
   *
   * @param names only these, when given
   */
  answer(query: SearchQuery, names?: ReadonlySet<string>): Uint8Array<ArrayBuffer>;
}

/** Bytes of answers that are kept. */
const KEPT_BYTES = 64 * 1024 * 1024;

const ENGINES = new WeakMap<readonly ModSummary[], Promise<SearchEngine>>();

/**
 * The engine over these mods, which is made when it is asked for first: for a second or so everybody who searches waits,
 * and nobody else.
 *
 * @see reference/portal-api.md §2.1, rules REG-43 to REG-49
 */
export function searchEngineOf(all: readonly ModSummary[]): Promise<SearchEngine> {
  const engine = ENGINES.get(all) ?? openSearchEngine(all);
  ENGINES.set(all, engine);
  return engine;
}

async function openSearchEngine(all: readonly ModSummary[]): Promise<SearchEngine> {
  const index = await buildSearchIndex(all);
  const { mods } = index;
  const [filter, order, counts] = [openModFilter(mods), openModOrder(mods), await openHitCounts(mods)];
  const results = openSearchResults();
  const kept = new LRUCache<string, Uint8Array<ArrayBuffer>>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ length }) => length,
  });
  const make = (query: SearchQuery, mask: Uint8Array): Uint8Array<ArrayBuffer> => {
    const { words, page, pageSize } = query;
    const places = order(searchMods(index, words, mask), query);
    const head = JSON.stringify({ ...counts(places), pagination: pagination(places.length, page, pageSize) });
    const shown = [...places.subarray((page - 1) * pageSize, page * pageSize)].flatMap((place) => mods[place] ?? []);
    return Buffer.from(`${head.slice(0, -1)},"results":[${shown.map(results(query)).join(",")}]}`);
  };
  return {
    answer: (query, names) => {
      if (names) {
        const mask = filter(query.filter);
        const own = Uint8Array.from(mask, (bit, place) => (names.has(mods[place]?.name ?? "") ? bit : 0));
        return make(query, own);
      }
      const key = JSON.stringify(query);
      const known = kept.get(key);
      if (known) return known;
      const body = make(query, filter(query.filter));
      kept.set(key, body);
      return body;
    },
  };
}
