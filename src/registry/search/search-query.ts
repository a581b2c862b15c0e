import { isJsonObject } from "../../game/json-text.ts";
import { lineOf, positive } from "../mods/list-query.ts";

const SORTS = [
  "relevancy",
  "most_downloads",
  "downloads_count",
  "trending",
  "last_updated_at",
  "created_at",
  "name",
] as const;

export type SearchSort = (typeof SORTS)[number];

/** Which mods a search is about, whatever its words. */
export interface SearchFilter {
  readonly line: string | undefined;
  readonly showDeprecated: boolean;
  /** Empty means any. */
  readonly categories: readonly string[];
  readonly excludedCategories: readonly string[];
  /** All of them are wanted. */
  readonly tags: readonly string[];
}

/** What `/api/search` was asked. */
export interface SearchQuery {
  /** In lower case; every one of them must be found. */
  readonly words: readonly string[];
  readonly filter: SearchFilter;
  readonly sort: SearchSort;
  readonly order: "asc" | "desc";
  readonly page: number;
  readonly pageSize: number;
  readonly highlight: readonly [before: string, after: string];
}

/** A search, and by whom. */
export interface SearchRequest {
  readonly query: SearchQuery;
  readonly onlyBookmarks: boolean;
  readonly username: string | undefined;
  readonly token: string | undefined;
}

const QUERY_MAX = 200;
const WORDS_MAX = 20;
/** Of a tag that is put around every word that was found. */
const HIGHLIGHT_MAX = 100;
const PAGE_SIZE = 30;
const PAGE_SIZE_MAX = 100;

/**
 * Read the body of `/api/search`, whose numbers and booleans may be texts.
 *
 * @returns undefined when it is no JSON object or names a version that is none.
 * @see reference/portal-api.md §2.1, rules REG-42 to REG-47
 */
export function findSearchRequest(json: string): SearchRequest | undefined {
  const body = parseBody(json);
  if (!isJsonObject(body)) return undefined;
  const version = text(body.version) || text(body.factorio_version);
  const line = lineOf(version);
  if (version !== "" && line === undefined) return undefined;
  const sort = SORTS.find((each) => each === body.sort_attribute) ?? "relevancy";
  const order = body.order === "asc" || body.order === "desc" ? body.order : sort === "name" ? "asc" : "desc";
  return {
    query: {
      words: wordsOf(text(body.query)),
      filter: filterOf(body, line),
      sort,
      order,
      page: positive(text(body.page)) ?? 1,
      pageSize: Math.min(positive(text(body.page_size)) ?? PAGE_SIZE, PAGE_SIZE_MAX),
      highlight: [mark(body.highlight_pre_tag), mark(body.highlight_post_tag)],
    },
    onlyBookmarks: text(body.only_bookmarks) === "true",
    username: text(body.username) || undefined,
    token: text(body.token) || undefined,
  };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function filterOf(body: Readonly<Record<string, unknown>>, line: string | undefined): SearchFilter {
  return {
    line,
    showDeprecated: text(body.show_deprecated) === "true",
    categories: texts(body.category),
    excludedCategories: texts(body.exclude_category),
    tags: texts(body.tag),
  };
}

function mark(value: unknown): string {
  return text(value).slice(0, HIGHLIGHT_MAX);
}

/** Names are written with `-` and `_` where people type a space. */
function wordsOf(query: string): readonly string[] {
  const words = query
    .slice(0, QUERY_MAX)
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return words.filter((word) => word !== "").slice(0, WORDS_MAX);
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function texts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map(text).filter((each) => each !== "");
}
