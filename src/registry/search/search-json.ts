import { LRUCache } from "lru-cache";
import type { ModSummary } from "../world.ts";
import type { SearchQuery } from "./search-query.ts";

/** A result of `/api/search` as JSON. */
export type SearchResult = (mod: ModSummary) => string;

/** The part of results that is the same in all of them. */
interface Frame {
  readonly head: string;
  /** `highlighted_fields` where nothing is marked. */
  readonly plain: string;
  readonly tail: string;
}

const KEPT = 20_000;

/**
 * Make the results of one search after another.
 *
 * @see reference/portal-api.md §2.1, rule REG-48
 */
export function openSearchResults(): (query: SearchQuery) => SearchResult {
  const kept = new LRUCache<ModSummary, Frame>({ max: KEPT });
  const frameFor = (mod: ModSummary) => {
    const known = kept.get(mod);
    if (known) return known;
    const frame = frameOf(mod);
    kept.set(mod, frame);
    return frame;
  };
  return (query) => {
    const highlighted = highlighter(query);
    return (mod) => {
      const frame = frameFor(mod);
      return frame.head + highlighted(mod, frame) + frame.tail;
    };
  };
}

function frameOf(mod: ModSummary): Frame {
  const { name, title, owner, summary, latest } = mod;
  const head = {
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
  };
  const tail = { factorio_versions: mod.lines, tags: mod.tags };
  return {
    head: `${JSON.stringify(head).slice(0, -1)},"highlighted_fields":`,
    plain: JSON.stringify({ name, owner, summary, title }),
    tail: `,${JSON.stringify(tail).slice(1)}`,
  };
}

/** Search answers alone have no `Z`. */
function withoutZone(instant: string): string {
  return instant.slice(0, -1);
}

function highlighter({ words, highlight: [before, after] }: SearchQuery): (mod: ModSummary, frame: Frame) => string {
  if (words.length === 0) return () => "null";
  if (before === "" && after === "") return (_, { plain }) => plain;
  const pattern = new RegExp(words.map((word) => word.replaceAll(/[^\p{L}\p{N}]/gu, "\\$&")).join("|"), "gi");
  const mark = (text: string) => text.replaceAll(pattern, (match) => before + match + after);
  return ({ name, owner, summary, title }) =>
    JSON.stringify({ name: mark(name), owner: mark(owner), summary: mark(summary), title: mark(title) });
}
