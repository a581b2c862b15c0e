import { LRUCache } from "lru-cache";
import type { ModSummary } from "../world.ts";
import type { SearchFilter } from "./search-query.ts";

/** Filters that are kept: few are in use, each takes as many bytes as there are mods. */
const KEPT = 64;

/** Which of some mods pass a filter: 1 at the place of each that does. */
export type ModFilter = (filter: SearchFilter) => Uint8Array;

/** @see rule REG-45 */
export function openModFilter(mods: readonly ModSummary[]): ModFilter {
  const kept = new LRUCache<string, Uint8Array>({ max: KEPT });
  return (filter) => {
    const key = JSON.stringify(filter);
    const known = kept.get(key);
    if (known) return known;
    const mask = Uint8Array.from(mods, (mod) => (passes(mod, filter) ? 1 : 0));
    kept.set(key, mask);
    return mask;
  };
}

function passes(mod: ModSummary, filter: SearchFilter): boolean {
  const category = categoryOf(mod);
  return (
    (filter.showDeprecated || !mod.deprecated) &&
    (filter.line === undefined || mod.lines.includes(filter.line)) &&
    (filter.categories.length === 0 || filter.categories.includes(category)) &&
    !filter.excludedCategories.includes(category) &&
    filter.tags.every((tag) => mod.tags.includes(tag))
  );
}

/** The category a mod counts for. */
export function categoryOf({ category }: ModSummary): string {
  return category || "no-category";
}
