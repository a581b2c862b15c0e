import * as z from "zod/mini";
import { PortalErrorSchema } from "../account.ts";
import type { Answer, Endpoint, Parameter } from "../endpoint.ts";
import { byOneClient, documented, inGame } from "../fact.ts";
import { ModListSchema } from "../list.ts";
import { CategoriesSchema, ModFullSchema, ModShortSchema } from "../mod.ts";
import { EXAMPLES } from "./examples.ts";

const PAGE = "wiki Mod_portal_API";

const VERSION: Parameter = {
  name: "version",
  in: "query",
  schema: documented(
    z.optional(z.string()),
    "Line of the game, `2.0`. Only mods that are not deprecated and have a release for it come back; works with `namelist` too. The game also sends three parts, `2.0.76`, of which the portal takes the first two.",
    PAGE,
  ),
  example: "2.0",
};

const LANG: Parameter = {
  name: "lang",
  in: "query",
  schema: inGame(
    z.optional(z.string()),
    "Language, `en`. The game sends it with every request; no translated field is known, so it seems to change nothing.",
    "game logs of 0.17.79 and 1.1.101",
  ),
  example: "en",
};

const HIDE_DEPRECATED: Parameter = {
  name: "hide_deprecated",
  in: "query",
  schema: documented(z.optional(z.enum(["true", "false"])), "Leave out mods whose authors gave them up.", PAGE),
  example: "true",
};

const LIST_PARAMETERS: readonly Parameter[] = [
  HIDE_DEPRECATED,
  {
    name: "page",
    in: "query",
    schema: documented(
      z.optional(z.string().check(z.regex(/^[1-9]\d*$/))),
      "Number of the page, from 1, default 1. Past the end the answer is 200 with no results.",
      PAGE,
    ),
    example: "1",
  },
  {
    name: "page_size",
    in: "query",
    schema: documented(
      z.optional(z.string().check(z.regex(/^(max|[1-9]\d*)$/))),
      "Mods on a page, default 25. `max` means all of them, with `pagination` null and `sort` ignored; numbers as large as 1000000 work too and keep `pagination`.",
      PAGE,
    ),
    example: "25",
  },
  {
    name: "sort",
    in: "query",
    schema: documented(
      z.optional(z.enum(["name", "created_at", "updated_at"])),
      "Order of the list, default `name`; ignored for `page_size=max`.",
      PAGE,
    ),
    example: "updated_at",
  },
  {
    name: "sort_order",
    in: "query",
    schema: documented(
      z.optional(z.enum(["asc", "desc"])),
      "Direction. The wiki says that `desc` is the default; every recorded list without it is ascending, so send it.",
      PAGE,
    ),
    example: "desc",
  },
  {
    name: "namelist",
    in: "query",
    schema: documented(
      z.optional(z.string()),
      "Only the mods with exactly these names, with commas between, or the parameter repeated. Entries then have `releases` and no `latest_release`; unknown names are left out without a word.",
      PAGE,
    ),
    example: "belt-lamps,flib",
  },
  VERSION,
  {
    name: "full",
    in: "query",
    schema: inGame(
      z.optional(z.string().check(z.regex(/^([Tt]rue|[Ff]alse|1|0)$/))),
      "`True` gives every entry the fields of the full form, dependencies too. No page mentions it; the game sends it for the list and with `namelist`.",
      "game logs of 0.17.79 and 1.1.101, four clients",
    ),
    example: "True",
  },
  LANG,
  {
    name: "is_space_age",
    in: "query",
    schema: byOneClient(
      z.optional(z.string()),
      "One script sends `true`. What it does is unknown; the portal answers all the same.",
      "an updater script",
    ),
    example: "true",
  },
];

/** Accepted without an effect, as the portal does since February 2018. */
export const IGNORED_LIST_PARAMETERS = ["q", "order", "owner", "tags"] as const;

const NAME: Parameter = {
  name: "name",
  in: "path",
  required: true,
  schema: documented(z.string(), "Name of the mod for machines, percent-encoded (`%20` for a space).", PAGE),
  example: "belt-lamps",
};

const CACHED = { "Cache-Control": "`max-age=900, public`: an answer may be 15 minutes old." };

const NO_SUCH_MOD: Answer = {
  status: 404,
  when: "There is no mod of this name.",
  type: "application/json",
  schema: PortalErrorSchema,
  example: { message: "Mod not found" },
};

const LISTED: Answer = {
  status: 200,
  when: "Always, also when nothing is found.",
  type: "application/json",
  schema: ModListSchema,
  headers: CACHED,
  example: {
    pagination: {
      count: 1,
      page: 1,
      page_count: 1,
      page_size: 25,
      links: { first: null, prev: null, next: null, last: null },
    },
    results: [EXAMPLES.listEntry],
  },
};

const BAD_VERSION: Answer = {
  status: 400,
  when: "`version` is not one the portal knows; its exact status is on no record.",
  type: "application/json",
  schema: PortalErrorSchema,
  example: { message: "Invalid version" },
};

const LIST_TEXT = `All mods, page by page or at once, in their short form; with \`full\` in the full one.

These parameters were removed in February 2018 and change nothing: ${IGNORED_LIST_PARAMETERS.map((name) => `\`${name}\``).join(", ")}. There is no filter for text, category, tag or owner here; use the search.`;

/** The mods of the portal. */
export const MOD_ENDPOINTS: readonly Endpoint[] = [
  {
    id: "listMods",
    service: "portal",
    method: "GET",
    path: "/api/mods",
    summary: "List mods",
    description: LIST_TEXT,
    stability: "internal",
    confidence: "documented",
    source: PAGE,
    proof: "none",
    parameters: LIST_PARAMETERS,
    answers: [LISTED, BAD_VERSION],
  },
  {
    id: "listModsByName",
    service: "portal",
    method: "POST",
    path: "/api/mods",
    summary: "List mods by name",
    description:
      "As the list, with the names in the body, for more names than a URL holds. Other parameters stay in the query. Clients send at most 500 names at once.",
    stability: "internal",
    confidence: "observed",
    source: "two clients; the heading of wiki Mod_portal_API names POST without a body",
    proof: "none",
    parameters: LIST_PARAMETERS.filter(({ name }) => name !== "namelist"),
    body: {
      types: ["application/x-www-form-urlencoded"],
      schema: z.looseObject({
        namelist: documented(z.optional(z.string()), "Names with commas between.", "clusterio"),
      }),
      example: { namelist: "belt-lamps,flib" },
    },
    answers: [{ ...LISTED, example: { pagination: null, results: [EXAMPLES.named] } }, BAD_VERSION],
  },
  {
    id: "getMod",
    service: "portal",
    method: "GET",
    path: "/api/mods/{name}",
    summary: "Look up a mod",
    description: "The short form with all releases, without their dependencies.",
    stability: "internal",
    confidence: "documented",
    source: PAGE,
    proof: "none",
    parameters: [NAME, VERSION, HIDE_DEPRECATED, LANG].map(ignoredHere),
    answers: [
      {
        status: 200,
        when: "The mod exists.",
        type: "application/json",
        schema: ModShortSchema,
        headers: CACHED,
        example: EXAMPLES.named,
      },
      NO_SUCH_MOD,
    ],
  },
  {
    id: "getModFull",
    service: "portal",
    method: "GET",
    path: "/api/mods/{name}/full",
    summary: "Look up a mod with everything the portal knows of it",
    description: "The full form: also dependencies of every release, description, changelog, licence and images.",
    stability: "internal",
    confidence: "documented",
    source: PAGE,
    proof: "none",
    parameters: [NAME, VERSION, LANG].map(ignoredHere),
    answers: [
      {
        status: 200,
        when: "The mod exists.",
        type: "application/json",
        schema: ModFullSchema,
        headers: CACHED,
        example: EXAMPLES.full,
      },
      NO_SUCH_MOD,
    ],
  },
  {
    id: "listCategories",
    service: "portal",
    method: "GET",
    path: "/api/categories",
    summary: "List categories",
    description:
      "The game asked for its list of categories here in 0.17. What came back, and whether it still does, is on no record.",
    stability: "undocumented",
    confidence: "game",
    source: "game logs of 0.17.79",
    proof: "none",
    parameters: [VERSION, LANG],
    answers: [{ status: 200, when: "In 0.17.", type: "application/json", schema: CategoriesSchema }],
  },
];

/** For one mod the game and clients send parameters that are known to work for lists only. */
function ignoredHere(parameter: Parameter): Parameter {
  if (parameter.in === "path") return parameter;
  const { name, example } = parameter;
  const source = name === "hide_deprecated" ? byOneClient : inGame;
  return {
    name,
    in: "query",
    example,
    schema: source(
      z.optional(z.string()),
      "Sent for one mod too, where no effect of it is known.",
      "game logs, one client",
    ),
  };
}
