import { linesOf } from "../mods/mod-selection.ts";
import { updatedAt } from "../mods/mod-json.ts";
import type { SearchQuery, SearchSort } from "./search-query.ts";
import { compareNames, type WorldMod } from "../world.ts";

/** A mod with its texts made ready to be searched. */
interface Row {
  readonly name: string;
  readonly title: string;
  readonly owner: string;
  readonly summary: string;
}

interface Hit {
  readonly mod: WorldMod;
  readonly score: number;
}

/** Where a word was found, and what that is worth. */
const WEIGHTS = [
  ["name", 20],
  ["title", 15],
  ["owner", 5],
  ["summary", 3],
] as const;

const ROWS = new WeakMap<WorldMod, Row>();

/**
 * Every mod that a search finds, best first.
 *
 * @param names only these, when given
 */
export function searchMods(
  mods: readonly WorldMod[],
  query: SearchQuery,
  names?: ReadonlySet<string>,
): readonly WorldMod[] {
  const hits: Hit[] = [];
  for (const mod of mods) {
    if (!passes(mod, query) || (names && !names.has(mod.name))) continue;
    const score = scoreOf(rowOf(mod), query.words);
    if (score >= 0) hits.push({ mod, score });
  }
  const turn = query.order === "asc" ? 1 : -1;
  const compare = comparison(query.sort);
  hits.sort((a, b) => turn * compare(a, b) || downloads(b.mod) - downloads(a.mod) || compareNames(a.mod, b.mod));
  return hits.map((hit) => hit.mod);
}

function passes(mod: WorldMod, query: SearchQuery): boolean {
  const category = mod.category || "no-category";
  return (
    (query.showDeprecated || !mod.deprecated) &&
    (query.line === undefined || linesOf(mod).has(query.line)) &&
    (query.categories.length === 0 || query.categories.includes(category)) &&
    !query.excludedCategories.includes(category) &&
    query.tags.every((tag) => mod.tags?.includes(tag))
  );
}

function rowOf(mod: WorldMod): Row {
  const known = ROWS.get(mod);
  if (known) return known;
  const lower = (value: string | undefined) => (value ?? "").toLowerCase();
  const row = {
    name: lower(mod.name),
    title: lower(mod.title),
    owner: lower(mod.owner),
    summary: lower(mod.summary),
  };
  ROWS.set(mod, row);
  return row;
}

/** Negative when a word is missing. */
function scoreOf(row: Row, words: readonly string[]): number {
  let score = 0;
  for (const word of words) {
    const found = WEIGHTS.filter(([field]) => row[field].includes(word));
    if (found.length === 0) return -1;
    score += found.reduce((sum, [, weight]) => sum + weight, 0);
  }
  const [first = ""] = words;
  const bare = row.name.replaceAll(/[\s_-]+/g, " ");
  if (bare === words.join(" ")) score += 100;
  else if (first !== "" && bare.startsWith(first)) score += 20;
  return score;
}

/** Ascending. What trends is not known here, so it stands for what is downloaded most. */
function comparison(sort: SearchSort): (a: Hit, b: Hit) => number {
  switch (sort) {
    case "relevancy":
      return (a, b) => a.score - b.score;
    case "name":
      return (a, b) => compareNames(a.mod, b.mod);
    case "created_at":
      return (a, b) => Date.parse(a.mod.createdAt) - Date.parse(b.mod.createdAt);
    case "last_updated_at":
      return (a, b) => Date.parse(updatedAt(a.mod)) - Date.parse(updatedAt(b.mod));
    case "most_downloads":
    case "downloads_count":
    case "trending":
      return (a, b) => downloads(a.mod) - downloads(b.mod);
  }
}

function downloads(mod: WorldMod): number {
  return mod.downloadsCount ?? 0;
}
