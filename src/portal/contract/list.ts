import * as z from "zod/mini";
import { ModListEntrySchema } from "./mod.ts";
import { optionalText, type Wire } from "./wire.ts";

/**
 * Where a page stands among the others; null, absent or `{}` when the answer is whole.
 *
 * @see reference/portal-api.md §1.3, rule PORTAL-3
 */
export const PaginationSchema = z.looseObject({
  count: z.optional(z.number()),
  page: z.optional(z.number()),
  page_count: z.optional(z.number()),
  page_size: z.optional(z.number()),
  /** Absolute URLs, null where there is no such page. */
  links: z.nullish(z.looseObject({ first: optionalText, prev: optionalText, next: optionalText, last: optionalText })),
});

/** The answer of `/api/mods`. */
export const ModListSchema = z.looseObject({
  pagination: z.nullish(PaginationSchema),
  results: z.array(ModListEntrySchema),
});

/** Where a page stands among the others. */
export type Pagination = Wire<typeof PaginationSchema>;
/** One page of mods, or all of them. */
export type ModListPage = Wire<typeof ModListSchema>;
