import type { Context } from "hono";
import { errorAnswer, metadataAnswer } from "../answers.ts";
import { findListQuery, type ListQuery } from "./list-query.ts";
import { fullMod, listEntry, namelistEntry } from "./mod-json.ts";
import { latestRelease, selectMods } from "./mod-selection.ts";
import { pageLinks, pagination } from "./pagination.ts";
import { readyBody, renderedMod } from "./ready-body.ts";
import { readParameters } from "../request-body.ts";
import type { World, WorldMod } from "../world.ts";

/**
 * `GET` and `POST /api/mods`; a body is a form whose parameters count beside those of the query.
 *
 * @see reference/portal-api.md §1.1 to §1.3
 */
export function modListRoute(world: World): (context: Context) => Promise<Response> {
  return async ({ req }) => {
    const query = findListQuery(await readParameters(req.raw));
    if (!query) return errorAnswer(400, "Unsupported version");
    const mods = await selectMods(world, query);
    return metadataAnswer(req.raw, readyBody(listBytes(mods, query, new URL(req.url))));
  };
}

function listBytes(mods: readonly WorldMod[], query: ListQuery, url: URL): Uint8Array<ArrayBuffer> {
  const { page, pageSize } = query;
  if (pageSize === "max" || query.names) return envelope(null, mods, query);
  const place = pagination(mods.length, page, pageSize);
  const results = mods.slice((page - 1) * pageSize, page * pageSize);
  return envelope({ ...place, links: pageLinks(url, place) }, results, query);
}

/** Joins what is already rendered: a list of 500 mods is not serialised again at every request. */
function envelope(head: object | null, mods: readonly WorldMod[], query: ListQuery): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [Buffer.from(`{"pagination":${JSON.stringify(head)},"results":[`)];
  for (const mod of mods) {
    if (parts.length > 1) parts.push(COMMA);
    parts.push(entryBytes(mod, query));
  }
  return Buffer.concat([...parts, END]);
}

const COMMA = Buffer.from(",");
const END = Buffer.from("]}");

function entryBytes(mod: WorldMod, { full, names, line }: ListQuery): Uint8Array {
  if (full) return renderedMod(mod, "full", () => fullMod(mod)).bytes;
  if (names) return renderedMod(mod, "namelist", () => namelistEntry(mod)).bytes;
  return renderedMod(mod, `list ${line ?? ""}`, () => listEntry(mod, latestRelease(mod, line))).bytes;
}
