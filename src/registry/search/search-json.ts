import { pagination } from "../mods/pagination.ts";
import type { SearchQuery } from "./search-query.ts";
import type { ModSummary } from "../world.ts";

/**
 * The answer of `/api/search`: one page of what was found, and counts over all of it.
 *
 * @see reference/portal-api.md §2.1, rules REG-48 and REG-49
 */
export function searchAnswer(found: readonly ModSummary[], query: SearchQuery): object {
  const { page, pageSize } = query;
  return {
    category_hits: countOf(found.map((mod) => mod.category || "no-category")),
    expansion_hits: countOf(found.flatMap((mod) => (mod.requiresSpaceAge ? [SPACE_AGE] : []))),
    tag_hits: countOf(found.flatMap((mod) => mod.tags)),
    pagination: pagination(found.length, page, pageSize),
    results: found.slice((page - 1) * pageSize, page * pageSize).map((mod) => searchResult(mod, query)),
  };
}

const SPACE_AGE = "space-age";

function searchResult(mod: ModSummary, query: SearchQuery): object {
  const { name, title, owner, summary, latest } = mod;
  return {
    name,
    title,
    owner,
    summary,
    downloads_count: mod.downloadsCount,
    latest_release: latest?.id ?? null,
    latest_release_version: latest?.version ?? null,
    category: mod.category ?? "no-category",
    created_at: withoutZone(mod.createdAt),
    updated_at: withoutZone(mod.updatedAt),
    deprecated: mod.deprecated,
    source_url: mod.sourceUrl ?? null,
    requires_space_age: mod.requiresSpaceAge,
    thumbnail: mod.thumbnail ?? "",
    highlighted_fields: highlighted(mod, query),
    factorio_versions: mod.lines,
    tags: mod.tags,
  };
}

/** Search answers alone have no `Z`. */
function withoutZone(instant: string): string {
  return instant.slice(0, -1);
}

function highlighted(mod: ModSummary, { words, highlight: [before, after] }: SearchQuery): object | null {
  if (words.length === 0) return null;
  const pattern = new RegExp(words.map((word) => word.replaceAll(/[^\p{L}\p{N}]/gu, "\\$&")).join("|"), "gi");
  const mark = (text: string) => text.replaceAll(pattern, (match) => before + match + after);
  return {
    name: mark(mod.name),
    owner: mark(mod.owner),
    summary: mark(mod.summary),
    title: mark(mod.title),
  };
}

function countOf(values: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries(counts);
}
