import * as z from "zod/mini";
import { documented, named } from "./fact.ts";
import { ModListEntrySchema } from "./mod.ts";
import { optionalNumber, optionalText, type Wire } from "./wire.ts";

const PAGE = "wiki Mod_portal_API";

/**
 * Where a page stands among the others; null, absent or `{}` when the answer is whole.
 *
 * @see reference/portal-api.md §1.3, rule PORTAL-3
 */
export const PaginationSchema = named(
  "Pagination",
  z.looseObject({
    count: documented(optionalNumber(), "Mods on all pages together.", PAGE),
    page: documented(optionalNumber(), "Number of this page, from 1.", PAGE),
    page_count: documented(optionalNumber(), "How many pages there are.", PAGE),
    page_size: documented(optionalNumber(), "How many mods a page holds.", PAGE),
    links: documented(
      z.nullish(
        z.looseObject({
          first: documented(optionalText(), "Null on the first page.", PAGE),
          prev: documented(optionalText(), "Null on the first page.", PAGE),
          next: documented(optionalText(), "Null on the last page.", PAGE),
          last: documented(optionalText(), "Null on the last page.", PAGE),
        }),
      ),
      "Absolute URLs with the other query parameters; `page` is left out where it is 1. Searches have none.",
      PAGE,
    ),
  }),
);

/** The answer of `/api/mods`. */
export const ModListSchema = named(
  "ModList",
  z.looseObject({
    pagination: documented(
      z.nullish(PaginationSchema),
      "Null for `page_size=max` and for `namelist`; treat null, absent and `{}` alike.",
      PAGE,
    ),
    results: documented(z.array(ModListEntrySchema), "The mods; empty past the last page.", PAGE),
  }),
);

/** Where a page stands among the others. */
export type Pagination = Wire<typeof PaginationSchema>;
/** One page of mods, or all of them. */
export type ModListPage = Wire<typeof ModListSchema>;
