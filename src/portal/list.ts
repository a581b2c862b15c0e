import { getAnswer } from "./ask.ts";
import type { ListQuery, RequestOptions } from "./client.ts";
import type { PortalContext } from "./context.ts";
import { type ModListPage, ModListSchema } from "./contract/list.ts";
import type { ModListEntry } from "./contract/mod.ts";
import type { QueryEntries } from "./url.ts";

/** In bytes: all 22,500 mods of 2026 take 13 MB in short form. */
export const LIST_CEILING = 256 * 1024 * 1024;

/** @see reference/portal-api.md §1.1, rule PORTAL-5 */
export function getPage(context: PortalContext, query: ListQuery, options: RequestOptions): Promise<ModListPage> {
  return getAnswer(context, {
    method: "GET",
    path: "api/mods",
    query: listParameters(query),
    schema: ModListSchema,
    ceiling: LIST_CEILING,
    cached: true,
    signal: options.signal,
  });
}

/** Always with an order, because sources disagree on the portal's own. */
function listParameters(query: ListQuery): QueryEntries {
  return [
    ...filterParameters(query),
    ...(query.page === undefined ? [] : [["page", String(query.page)] as const]),
    ...(query.pageSize === undefined ? [] : [["page_size", String(query.pageSize)] as const]),
    ["sort", query.sort ?? "name"],
    ["sort_order", query.order ?? "asc"],
  ];
}

/** What a list and a list of names can both leave out. */
export function filterParameters(query: Pick<ListQuery, "version" | "hideDeprecated">): QueryEntries {
  return [
    ...(query.version === undefined ? [] : [["version", query.version] as const]),
    ...(query.hideDeprecated === true ? [["hide_deprecated", "true"] as const] : []),
  ];
}

/** @see reference/portal-api.md §1.3, rule PORTAL-6 */
export async function* listEntries(
  context: PortalContext,
  query: ListQuery,
  options: RequestOptions,
): AsyncGenerator<ModListEntry, void, undefined> {
  for (let page = query.page ?? 1; ; page++) {
    const { pagination, results } = await getPage(context, { ...query, page }, options);
    yield* results;
    if (results.length === 0 || page >= (pagination?.page_count ?? 0)) return;
  }
}
