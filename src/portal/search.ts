import { getAnswer } from "./ask.ts";
import type { RequestOptions, SearchQuery } from "./client.ts";
import type { PortalContext } from "./context.ts";
import { type SearchPage, SearchPageSchema } from "./contract/search.ts";

const SEARCH_CEILING = 32 * 1024 * 1024;

/** @see reference/portal-api.md §2.1, rule PORTAL-9 */
export function getSearchPage(
  context: PortalContext,
  query: SearchQuery,
  options: RequestOptions,
): Promise<SearchPage> {
  return getAnswer(context, {
    method: "POST",
    path: "api/search",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      query: query.text,
      version: query.version,
      sort_attribute: query.sort ?? "relevancy",
      page: query.page ?? 1,
      page_size: query.pageSize ?? 30,
      show_deprecated: query.showDeprecated ?? false,
      category: query.categories,
      exclude_category: query.excludeCategories,
      tag: query.tags,
    }),
    schema: SearchPageSchema,
    ceiling: SEARCH_CEILING,
    cached: false,
    signal: options.signal,
  });
}
