import { RoboportError } from "../../errors.ts";
import { type WikiPage, WIKI_PAGES } from "../../portal/contract/wiki.ts";
import { defineCommand, oneOf, optional, required } from "../command.ts";

const FORMS = ["openapi", "wiki"] as const;
const PAGES = Object.keys(WIKI_PAGES) as WikiPage[];

export const command = defineCommand({
  details:
    "Every endpoint of the mod portal, accounts, public games, game downloads and updates that is known, with how sure each part is. Nothing is asked of any server.",
  positional: [
    required("FORM", "openapi (OpenAPI 3.1) or wiki (MediaWiki text)", { parse: oneOf(FORMS), complete: FORMS }),
    optional("PAGE", "wiki: this page", { parse: findPage, complete: PAGES }),
  ],
  examples: [
    ["roboport api openapi > openapi.json", "For generators of clients, and for tools that test servers"],
    ["roboport api wiki", "List the pages there are texts for"],
    ["roboport api wiki Mod_search_API", "One page, ready to be pasted into the wiki's editor"],
  ],
  async run({ output, version }, _flags, form, page) {
    if (form === "openapi") {
      const { formatOpenApi } = await import("../../portal/contract/openapi.ts");
      const document = formatOpenApi(version);
      output.data(document, () => JSON.stringify(document, null, 2));
      return;
    }
    if (page === undefined) {
      output.data({ pages: PAGES }, PAGES.join("\n"));
      return;
    }
    const { formatWikiPage } = await import("../../portal/contract/wiki.ts");
    const text = formatWikiPage(page);
    output.data({ page, text }, text.trimEnd());
  },
});

function findPage(name: string): WikiPage {
  const found = PAGES.find((page) => page.toLowerCase() === name.toLowerCase().replaceAll(" ", "_"));
  if (found) return found;
  throw new RoboportError("USAGE", `There is no text for the wiki page ${JSON.stringify(name)}`, {
    hint: `Choose one of ${PAGES.join(", ")}.`,
  });
}
