import { resolve } from "node:path";
import { exitCodeOf, RoboportError } from "../../errors.ts";
import { type WikiPage, WIKI_PAGES } from "../../portal/contract/wiki.ts";
import { findUrl } from "../../portal/url.ts";
import { defineCommand, many, switchFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { describeGapReport, formatGapReport } from "../show-gaps.ts";

const FORMS = ["openapi", "wiki", "diff"] as const;
const PAGES = Object.keys(WIKI_PAGES) as WikiPage[];

export const command = defineCommand({
  details:
    "Every endpoint of the mod portal, accounts, public games, game downloads and updates that is known, with how sure each part is. diff tells what captures have that is not known; hosts given as --portal count as mod portals. Nothing is asked of any server.",
  flags: {
    check: switchFlag("diff: exit code 3 when there is something"),
    openapi: switchFlag("diff: as an OpenAPI Overlay for the document that openapi prints"),
    wiki: switchFlag("diff: as text for the wiki"),
  },
  positional: many<string>("FORM", "openapi (OpenAPI 3.1), wiki [PAGE] (MediaWiki text), or diff HAR...", {
    complete: [...FORMS, ...PAGES],
  }),
  examples: [
    ["roboport api openapi > openapi.json", "For generators of clients, and for tools that test servers"],
    ["roboport api wiki", "List the pages there are texts for"],
    ["roboport api wiki Mod_search_API", "One page, ready to be pasted into the wiki's editor"],
    ["roboport api diff game.har", "What a capture has that is not known"],
  ],
  async run(context, flags, form = "", ...words) {
    const { check, openapi, wiki } = flags;
    if (form === "diff") return await diff(context, words, flags);
    if (check || openapi || wiki) throw refused("Cannot use --check, --openapi or --wiki without diff");
    if (form === "openapi" && words.length === 0) return await printOpenApi(context);
    if (form === "wiki" && words.length <= 1) return await printWiki(context, words[0]);
    throw refused(`Cannot print the API as ${JSON.stringify([form, ...words].join(" "))}`);
  },
});

function refused(message: string): RoboportError {
  return new RoboportError("USAGE", message, { hint: "Write api openapi, api wiki [PAGE], or api diff HAR..." });
}

async function printOpenApi({ output, version }: CommandContext): Promise<void> {
  const { formatOpenApi } = await import("../../portal/contract/openapi.ts");
  const document = formatOpenApi(version);
  output.data(document, () => JSON.stringify(document, null, 2));
}

async function printWiki({ output }: CommandContext, name: string | undefined): Promise<void> {
  if (name === undefined) return output.data({ pages: PAGES }, PAGES.join("\n"));
  const page = findPage(name);
  const { formatWikiPage } = await import("../../portal/contract/wiki.ts");
  const text = formatWikiPage(page);
  output.data({ page, text }, text.trimEnd());
}

function findPage(name: string): WikiPage {
  const found = PAGES.find((page) => page.toLowerCase() === name.toLowerCase().replaceAll(" ", "_"));
  if (found) return found;
  throw new RoboportError("USAGE", `There is no text for the wiki page ${JSON.stringify(name)}`, {
    hint: `Choose one of ${PAGES.join(", ")}.`,
  });
}

interface DiffFlags {
  readonly check: boolean;
  readonly openapi: boolean;
  readonly wiki: boolean;
}

/** @returns the exit code of `API_GAPS` when --check is given and there are some. */
async function diff(context: CommandContext, files: readonly string[], flags: DiffFlags): Promise<number> {
  const { output, cwd, globals, version } = context;
  if (files.length === 0 || (flags.openapi && flags.wiki))
    throw refused("Cannot compare without a HAR, or in two forms");
  const { diffApi } = await import("../../operations/api-diff.ts");
  const portals = new Set(globals.portals.flatMap((portal) => findUrl(portal)?.host ?? []));
  const found = await diffApi(
    files.map((file) => resolve(cwd, file)),
    portals,
  );
  if (flags.openapi) {
    const { formatOverlay } = await import("../../portal/contract/gaps/overlay.ts");
    const overlay = formatOverlay(found.gaps, version);
    output.data(overlay, () => JSON.stringify(overlay, null, 2));
  } else if (flags.wiki) {
    const { formatGapsWiki } = await import("../../portal/contract/gaps/gaps-wiki.ts");
    const text = formatGapsWiki(found.gaps);
    output.data({ text }, text);
  } else output.data({ ...describeGapReport(found), unreadable: found.unreadable }, () => formatGapReport(found));
  if (found.unreadable > 0) output.warn(`${found.unreadable} entries tell no request over HTTP`);
  return flags.check && found.gaps.length > 0 ? exitCodeOf("API_GAPS") : 0;
}
