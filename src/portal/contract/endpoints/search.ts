import { PortalErrorSchema } from "../account.ts";
import type { Endpoint } from "../endpoint.ts";
import { SearchPageSchema, SearchRequestSchema } from "../search.ts";

/** Finding mods by text. */
export const SEARCH_ENDPOINTS: readonly Endpoint[] = [
  {
    id: "searchMods",
    service: "portal",
    method: "POST",
    path: "/api/search",
    summary: "Search mods",
    description: `Text search since the 2.0 game, mentioned on no page. It takes JSON; numbers and truths may be texts, lists may be a single text.

An account is needed for \`only_bookmarks\` only. Results are shorter than in lists: the newest release is an id and a version, times lack their \`Z\`, and \`pagination\` has no links.`,
    stability: "undocumented",
    confidence: "observed",
    source: "six files of three clients",
    proof: "none",
    body: {
      types: ["application/json"],
      required: true,
      schema: SearchRequestSchema,
      example: {
        query: "lamp",
        version: "2.0",
        sort_attribute: "relevancy",
        page: 1,
        page_size: 30,
        show_deprecated: false,
        exclude_category: ["internal"],
      },
    },
    answers: [
      {
        status: 200,
        when: "The search was understood.",
        type: "application/json",
        schema: SearchPageSchema,
        example: {
          category_hits: {},
          expansion_hits: {},
          tag_hits: {},
          pagination: { count: 1, page: 1, page_count: 1, page_size: 30 },
          results: [
            {
              name: "belt-lamps",
              title: "Belt lamps",
              owner: "lamplighter",
              summary: "Lamps that hang over belts.",
              downloads_count: 1200,
              category: "content",
              deprecated: false,
              created_at: "2024-11-01T09:00:00.000000",
              updated_at: "2025-03-02T18:04:05.123000",
              latest_release: "5f2a9c01d3e4b5a697881234",
              latest_release_version: "1.2.0",
              factorio_versions: ["2.0"],
              tags: ["logistics"],
              requires_space_age: false,
              source_url: "",
              thumbnail: "",
              highlighted_fields: { name: "belt-lamps", owner: "lamplighter", summary: "", title: "Belt lamps" },
            },
          ],
        },
      },
      {
        status: 400,
        when: "The body is no object, or names a version that is none; the exact status is on no record.",
        type: "application/json",
        schema: PortalErrorSchema,
        example: { message: "Invalid request" },
      },
      {
        status: 403,
        when: "`only_bookmarks` without an account the portal accepts.",
        type: "application/json",
        schema: PortalErrorSchema,
        example: { message: "Invalid credentials" },
      },
    ],
  },
];
