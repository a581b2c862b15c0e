import * as z from "zod/mini";
import { PaginationSchema } from "./list.ts";
import { CATEGORIES, TAGS } from "./mod.ts";
import { openEnum, optionalText, type Wire } from "./wire.ts";

/** Orders of a search that clients of the official portal use. */
export const SEARCH_SORTS = ["relevancy", "most_downloads", "last_updated_at", "trending"] as const;

/**
 * One found mod: as in a list, except that the latest release is an id and a version.
 *
 * @see reference/portal-api.md §2.1
 */
const SearchResultSchema = z.looseObject({
  name: z.string(),
  title: z.string(),
  owner: z.string(),
  summary: optionalText,
  downloads_count: z.nullish(z.number()),
  category: z.nullish(openEnum(CATEGORIES)),
  deprecated: z.nullish(z.boolean()),
  created_at: optionalText,
  updated_at: optionalText,
  /** The id of the release, the last part of its download path. */
  latest_release: optionalText,
  latest_release_version: optionalText,
  factorio_versions: z.nullish(z.array(z.string())),
  tags: z.nullish(z.array(openEnum(TAGS))),
  requires_space_age: z.nullish(z.boolean()),
  source_url: optionalText,
  thumbnail: optionalText,
  highlighted_fields: z.nullish(z.record(z.string(), z.unknown())),
});

/** The answer of `POST /api/search`. */
export const SearchPageSchema = z.looseObject({
  pagination: z.nullish(PaginationSchema),
  results: z.array(SearchResultSchema),
  category_hits: z.optional(z.unknown()),
  expansion_hits: z.optional(z.unknown()),
  tag_hits: z.optional(z.unknown()),
});

/** One found mod. */
export type SearchResult = Wire<typeof SearchResultSchema>;
/** One page of found mods. */
export type SearchPage = Wire<typeof SearchPageSchema>;
