import { setImmediate as pause } from "node:timers/promises";
import type { Context } from "hono";
import { LRUCache } from "lru-cache";
import { errorAnswer, metadataAnswer } from "../answers.ts";
import { readParameters } from "../request-body.ts";
import type { EntryForm, ModSummary, World } from "../world.ts";
import { findListQuery, type ListQuery } from "./list-query.ts";
import { selectMods } from "./mod-selection.ts";
import { pageLinks, pagination } from "./pagination.ts";
import { type ReadyBody, readyBody } from "./ready-body.ts";

/** Bytes of list answers that are kept. */
const KEPT_BYTES = 48 * 1024 * 1024;
/** More full entries than this are sent as they are read. */
const STREAMED_FROM = 500;
/** Entries that are read without a pause. */
const BATCH = 100;

/** A list that was answered, and the mods it was made of. */
interface KeptList {
  readonly mods: readonly ModSummary[];
  readonly body: ReadyBody;
}

/**
 * `GET` and `POST /api/mods`; a body is a form whose parameters count beside those of the query.
 *
 * @see reference/portal-api.md §1.1 to §1.3
 */
export function modListRoute(world: World): (context: Context) => Promise<Response> {
  const kept = new LRUCache<string, KeptList>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ body }) => body.bytes.length,
  });
  return async ({ req }) => {
    const query = findListQuery(await readParameters(req.raw));
    if (!query) return errorAnswer(400, "Unsupported version");
    const mods = query.names ? await world.summaries(query.names) : await world.allMods();
    const key = query.names ? undefined : req.url;
    const known = key === undefined ? undefined : kept.get(key);
    if (known?.mods === mods) return metadataAnswer(req.raw, known.body);
    const page = pageOf(selectMods(mods, query), query, new URL(req.url));
    if (query.full && page.names.length > STREAMED_FROM) return streamed(world, page);
    const body = readyBody(await wholeOf(piecesOf(world, page)));
    if (key !== undefined) kept.set(key, { mods, body });
    return metadataAnswer(req.raw, body);
  };
}

interface Page {
  readonly pagination: object | null;
  readonly names: readonly string[];
  readonly form: EntryForm;
}

function pageOf(mods: readonly ModSummary[], query: ListQuery, url: URL): Page {
  const { page, pageSize } = query;
  const form = formOf(query);
  if (pageSize === "max" || query.names) return { pagination: null, names: mods.map(({ name }) => name), form };
  const place = pagination(mods.length, page, pageSize);
  const names = mods.slice((page - 1) * pageSize, page * pageSize).map(({ name }) => name);
  return { pagination: { ...place, links: pageLinks(url, place) }, names, form };
}

function formOf({ full, names, line }: ListQuery): EntryForm {
  if (full) return { kind: "full" };
  return names ? { kind: "named" } : { kind: "list", line };
}

const COMMA = Buffer.from(",");
const END = Buffer.from("]}");

/** A list in its order, with a pause after each batch, in which others are served. */
async function* piecesOf(world: World, { pagination: place, names, form }: Page): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(`{"pagination":${JSON.stringify(place)},"results":[`);
  let isFirst = true;
  for (let at = 0; at < names.length; at += BATCH) {
    const entries = await world.entries(names.slice(at, at + BATCH), form);
    if (entries.byteLength === 0) continue;
    yield isFirst ? entries : Buffer.concat([COMMA, entries]);
    isFirst = false;
    await pause();
  }
  yield END;
}

async function wholeOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer<ArrayBuffer>> {
  const whole: Uint8Array[] = [];
  for await (const piece of pieces) whole.push(piece);
  return Buffer.concat(whole);
}

/** Sixty megabytes of every mod with everything never stand in memory at once. */
function streamed(world: World, page: Page): Response {
  const headers = { "Cache-Control": "max-age=900, public", "Content-Type": "application/json" };
  return new Response(ReadableStream.from(piecesOf(world, page)), { headers });
}
