import { ENDPOINTS } from "./api.ts";
import { type Answer, type Endpoint, SERVICES } from "./endpoint.ts";
import { type Field, parameterField, type Shape, shapesOf, typeOf } from "./field.ts";

/** Pages of the official wiki, and those it lacks, with the endpoints that belong there. */
export const WIKI_PAGES = {
  Mod_portal_API: [
    "listMods",
    "listModsByName",
    "getMod",
    "getModFull",
    "listCategories",
    "downloadRelease",
    "fetchZip",
    "getAsset",
  ],
  Mod_search_API: ["searchMods"],
  Mod_bookmarks_API: ["listBookmarks", "toggleBookmark", "toggleBookmarkByGet"],
  Mod_upload_API: ["initUpload", "finishUpload"],
  Mod_publish_API: ["initPublish", "finishPublish"],
  Mod_details_API: ["editDetails"],
  Mod_images_API: ["addImage", "finishImage", "editImages"],
  Web_authentication_API: ["login", "generateServerPadlock"],
  Matchmaking_API: ["listGames", "getGameDetails", "createGame", "updateGame", "heartbeatGame", "removeGame"],
  Download_API: ["getLatestReleases", "downloadGame", "getGameDigests", "listGameArchive"],
  Updater_API: ["listUpdates", "getUpdateLink"],
} as const;

/** A key of {@link WIKI_PAGES}. */
export type WikiPage = keyof typeof WIKI_PAGES;

/**
 * The text of a wiki page, ready to be pasted into its editor.
 *
 * @see rule CONTRACT-3
 */
export function formatWikiPage(page: WikiPage): string {
  const ids: readonly string[] = WIKI_PAGES[page];
  const sections = ENDPOINTS.filter(({ id }) => ids.includes(id)).map(section);
  return `${sections.join("\n\n")}\n`;
}

function section(endpoint: Endpoint): string {
  const { method, path, service, description, parameters = [], body, answers, confidence, source } = endpoint;
  return [
    `== ${method} ${path} ==`,
    `<code>${SERVICES[service].origin}${path}</code>`,
    wikiText(description),
    `''Known as: ${confidence} (${source}). Needs: ${endpoint.proof}.''`,
    ...(parameters.length > 0 ? ["=== Parameters ===", table(parameters.map(parameterField))] : []),
    ...(body ? [`=== Body (${body.types.join(" or ")}) ===`, ...shapesOf(body.schema, "Body").flatMap(shape)] : []),
    "=== Answers ===",
    ...answers.flatMap(answer),
  ].join("\n\n");
}

function answer({ status, when, type, schema, example }: Answer): readonly string[] {
  return [
    `'''${status}''' – ${wikiText(when)}${schema && type ? ` ${type}: ${typeOf(schema)}.` : ""}`,
    ...(schema && status === 200 ? shapesOf(schema, "Answer").flatMap(shape) : []),
    ...(example === undefined
      ? []
      : [`<syntaxhighlight lang="json">\n${JSON.stringify(example, null, 2)}\n</syntaxhighlight>`]),
  ];
}

function shape({ name, type, fields }: Shape): readonly string[] {
  return fields.length > 0 ? [`'''${name}'''`, table(fields)] : [`'''${name}''': a ${type}.`];
}

function table(fields: readonly Field[]): string {
  const rows = fields.map(({ name, type, required, description, confidence = "assumed" }) =>
    [
      "|-",
      `| <code>${name}</code> || ${cell(type)} || ${required ? "yes" : "no"} || ${cell(wikiText(description))} || ${confidence}`,
    ].join("\n"),
  );
  return ['{| class="wikitable"', "! Name !! Type !! Always !! Meaning !! Known as", ...rows, "|}"].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "{{!}}");
}

/** Markdown's code marks become the wiki's; braces of paths must not call templates. */
function wikiText(markdown: string): string {
  return markdown.replaceAll(/`([^`]*)`/g, (_, code: string) => `<code><nowiki>${code}</nowiki></code>`);
}
