import * as z from "zod/mini";
import { assumed, byOneClient, named, observed } from "./fact.ts";
import { PaginationSchema } from "./list.ts";
import { CATEGORIES, TAGS } from "./mod.ts";
import { openEnum, optionalNumber, optionalText, optionalTexts, optionalTruth, type Wire } from "./wire.ts";

/** Orders of a search that clients of the official portal use. */
export const SEARCH_SORTS = ["relevancy", "most_downloads", "last_updated_at", "trending"] as const;

const CLIENTS = "types of two clients";

/**
 * One found mod: as in a list, except that the latest release is an id and a version.
 *
 * @see reference/portal-api.md §2.1
 */
const SearchResultSchema = named(
  "SearchResult",
  z.looseObject({
    name: observed(z.string(), "Name for machines.", CLIENTS),
    title: observed(z.string(), "Name for people.", CLIENTS),
    owner: observed(z.string(), "Account that publishes it.", CLIENTS),
    summary: observed(optionalText(), "A few sentences.", CLIENTS),
    downloads_count: observed(optionalNumber(), "Downloads of all releases together.", CLIENTS),
    category: observed(z.nullish(openEnum(CATEGORIES)), "One category.", CLIENTS),
    deprecated: observed(optionalTruth(), "Whether its author gave it up.", CLIENTS),
    created_at: observed(optionalText(), "ISO 8601 with microseconds; without `Z`, in UTC all the same.", CLIENTS),
    updated_at: observed(optionalText(), "As `created_at`.", CLIENTS),
    latest_release: observed(
      optionalText(),
      "Id of the newest release, a text of 24 hex digits and not an object: `/download/{name}/{id}` is its path.",
      CLIENTS,
    ),
    latest_release_version: observed(optionalText(), "Version of the newest release.", CLIENTS),
    factorio_versions: observed(optionalTexts(), "Lines of the game that have a release.", CLIENTS),
    tags: observed(z.nullish(z.array(openEnum(TAGS))), "Any number of tags.", CLIENTS),
    requires_space_age: observed(optionalTruth(), "Whether the newest release needs Space Age.", CLIENTS),
    source_url: observed(optionalText(), "Where the source code is.", CLIENTS),
    thumbnail: observed(optionalText(), "Path below the asset host; may be empty.", CLIENTS),
    highlighted_fields: observed(
      z.nullish(z.record(z.string(), z.unknown())),
      "`name`, `owner`, `summary` and `title` with the wanted marks around what was found.",
      CLIENTS,
    ),
  }),
);

/** The answer of `POST /api/search`. */
export const SearchPageSchema = named(
  "SearchPage",
  z.looseObject({
    pagination: observed(z.nullish(PaginationSchema), "Where this page stands; without links.", CLIENTS),
    results: observed(z.array(SearchResultSchema), "The mods of this page.", CLIENTS),
    category_hits: assumed(z.optional(z.unknown()), "Hits by category; its shape is on no record.", CLIENTS),
    expansion_hits: assumed(z.optional(z.unknown()), "Hits by expansion; its shape is on no record.", CLIENTS),
    tag_hits: assumed(z.optional(z.unknown()), "Hits by tag; its shape is on no record.", CLIENTS),
  }),
);

const flag = () => z.optional(z.union([z.boolean(), z.string()]));
const number = () => z.optional(z.union([z.number(), z.string()]));
const texts = () => z.optional(z.union([z.string(), z.array(z.string())]));
const BODIES = "requests of three clients";

/** The body of `POST /api/search`; numbers and truths may be texts. */
export const SearchRequestSchema = named(
  "SearchRequest",
  z.looseObject({
    query: observed(
      z.optional(z.string()),
      "What to look for; may be empty. Clients cut it to 50 or 200 characters.",
      BODIES,
    ),
    version: observed(z.optional(z.string()), "Line of the game: `2.0`, `2.1`, or with `.0` at the end.", BODIES),
    factorio_version: byOne(z.optional(z.string()), "Older name of `version`."),
    sort_attribute: observed(
      z.optional(openEnum(SEARCH_SORTS)),
      "Order; one client claims that `created_at`, `name` and `downloads_count` work too.",
      BODIES,
    ),
    order: byOne(z.optional(openEnum(["asc", "desc"])), "Direction of the order."),
    page: observed(number(), "From 1.", BODIES),
    page_size: observed(number(), "Clients stop at 100.", BODIES),
    show_deprecated: observed(flag(), "Find mods whose authors gave them up, too.", BODIES),
    only_bookmarks: observed(flag(), "Only mods the account has bookmarked; needs `username` and `token`.", BODIES),
    category: observed(texts(), "Only these categories; a text or a list.", BODIES),
    exclude_category: observed(texts(), "None of these categories; the portal's own page sends `internal`.", BODIES),
    tag: observed(texts(), "Only mods with these tags.", BODIES),
    highlight_pre_tag: observed(z.optional(z.string()), "Put before a match in `highlighted_fields`.", BODIES),
    highlight_post_tag: observed(z.optional(z.string()), "Put after a match in `highlighted_fields`.", BODIES),
    username: observed(z.optional(z.string()), "Account; two clients always send it, one never does.", BODIES),
    token: observed(z.optional(z.string()), "Token of the account.", BODIES),
  }),
);

function byOne<Schema extends z.ZodMiniType>(schema: Schema, description: string): Schema {
  return byOneClient(schema, description, "request of one client");
}

/** One found mod. */
export type SearchResult = Wire<typeof SearchResultSchema>;
/** One page of found mods. */
export type SearchPage = Wire<typeof SearchPageSchema>;
