import { RoboportError } from "../errors.ts";
import { parseModName } from "../game/mod-name.ts";
import { getAnswer } from "./ask.ts";
import type { NameListOptions } from "./client.ts";
import type { PortalContext } from "./context.ts";
import { type ModListPage, ModListSchema } from "./contract/list.ts";
import type { ModListEntry } from "./contract/mod.ts";
import { filterParameters, LIST_CEILING } from "./list.ts";
import { saysNoSuchEndpoint } from "./status-error.ts";
import { formatQuery, type QueryEntries } from "./url.ts";

/** Names in one POST request, as other clients send them. */
const NAMES_PER_POST = 500;
/** Names in one GET request: the game itself sent 143 in 3.7 kB. */
const NAMES_PER_GET = 100;

/** @see reference/portal-api.md §1.2, rules PORTAL-7 and PORTAL-8 */
export async function getByName(
  context: PortalContext,
  names: Iterable<string>,
  options: NameListOptions,
): Promise<readonly ModListEntry[]> {
  const asked = [...new Set(names)].map(parseModName).sort();
  const entries: ModListEntry[] = [];
  for (const chunk of chunksOf(asked, NAMES_PER_POST)) {
    entries.push(...((await findByPost(context, chunk, options)) ?? (await getByGet(context, chunk, options))));
  }
  return entries;
}

/** Undefined when this portal reads no names from a body. */
async function findByPost(
  context: PortalContext,
  names: readonly string[],
  options: NameListOptions,
): Promise<readonly ModListEntry[] | undefined> {
  try {
    const page = await getAnswer(context, {
      method: "POST",
      path: "api/mods",
      query: nameListParameters(options),
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: formatQuery([["namelist", names.join(",")]]),
      schema: ModListSchema,
      ceiling: LIST_CEILING,
      cached: true,
      signal: options.signal,
    });
    return isWholeAnswer(page, names) ? page.results : undefined;
  } catch (error) {
    if (saysNoSuchEndpoint(error)) return undefined;
    throw error;
  }
}

async function getByGet(
  context: PortalContext,
  names: readonly string[],
  options: NameListOptions,
): Promise<readonly ModListEntry[]> {
  const entries: ModListEntry[] = [];
  for (const chunk of chunksOf(names, NAMES_PER_GET)) {
    const page = await getAnswer(context, {
      method: "GET",
      path: "api/mods",
      query: [...nameListParameters(options), ...chunk.map((name) => ["namelist", name] as const)],
      schema: ModListSchema,
      ceiling: LIST_CEILING,
      cached: true,
      signal: options.signal,
    });
    if (!isWholeAnswer(page, chunk)) throw ignoredNames(context);
    entries.push(...page.results);
  }
  return entries;
}

function nameListParameters(options: NameListOptions): QueryEntries {
  return [
    ["page_size", "max"],
    ...(options.full === true ? [["full", "true"] as const] : []),
    ...filterParameters(options),
  ];
}

/** False when the portal overlooked the names or the page size: then a mod that is not in its answer may still exist. */
function isWholeAnswer({ pagination, results }: ModListPage, names: readonly string[]): boolean {
  const asked = new Set(names);
  return (pagination?.page_count ?? 1) <= 1 && results.every((entry) => asked.has(entry.name));
}

function ignoredNames({ base }: PortalContext): RoboportError {
  return new RoboportError("PORTAL_SHAPE", `${base.origin} does not answer for just the mods that were named`, {
    hint: "Use a portal that knows the parameters namelist and page_size of /api/mods.",
    data: { url: base.origin },
  });
}

function* chunksOf<T>(values: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < values.length; from += size) yield values.slice(from, from + size);
}
