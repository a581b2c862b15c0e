import { type WikiPage, WIKI_PAGES } from "../wiki.ts";
import type { Gap } from "./gap.ts";
import { groupGaps } from "./group-gaps.ts";

const NO_PAGE = "No page yet";

const MEANING: Readonly<Record<Gap["what"], string>> = {
  endpoint: "an endpoint of no page",
  parameter: "a parameter of no page",
  status: "an answer of no page",
  field: "a field of no page",
  type: "another value than the page says",
  missing: "left out, though the page says always",
};

/**
 * What is missing as text for the pages of the wiki: a table for each request, below the page it belongs to.
 *
 * @see rule GAP-8
 */
export function formatGapsWiki(gaps: readonly Gap[]): string {
  return groupGaps(gaps, pageOf)
    .map(([page, own]) => [`= ${page} =`, ...requestsOf(own)].join("\n\n"))
    .join("\n\n");
}

function pageOf({ endpoint }: Gap): string {
  const pages = Object.keys(WIKI_PAGES) as WikiPage[];
  const found = pages.find((page) => (WIKI_PAGES[page] as readonly string[]).includes(endpoint ?? ""));
  return found ?? NO_PAGE;
}

function requestsOf(gaps: readonly Gap[]): readonly string[] {
  const requests = groupGaps(
    gaps,
    ({ method, origin, path }) => `${method} <nowiki>${escaped(origin + path)}</nowiki>`,
  );
  return requests.map(([request, own]) => `== ${request} ==\n\n${table(own)}`);
}

function table(gaps: readonly Gap[]): string {
  const rows = gaps.map(
    ({ name, in: where, schema, what, requests }) =>
      `|-\n| <code><nowiki>${escaped(name)}</nowiki></code> || ${where} || ${schema.type.join(" or ")} || ${MEANING[what]} || ${requests}`,
  );
  return ['{| class="wikitable"', "! Name !! In !! Type !! What !! Requests", ...rows, "|}"].join("\n");
}

/** Names come from elsewhere: nothing in them is markup. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("|", "&#124;")
    .replaceAll(/[\r\n]+/g, " ");
}
