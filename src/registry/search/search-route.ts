import type { Context } from "hono";
import { identify } from "../access.ts";
import { errorAnswer, freshBytes } from "../answers.ts";
import type { BookmarkOptions } from "../bookmarks.ts";
import { readBody } from "../request-body.ts";
import { searchEngineOf } from "./search-engine.ts";
import { findSearchRequest } from "./search-query.ts";

/**
 * `POST /api/search`: words in name, title, owner and summary, with filters; JSON in, JSON out.
 *
 * @see reference/portal-api.md §2.1
 */
export function searchRoute({ world, access, bookmarks }: BookmarkOptions) {
  return async (context: Context): Promise<Response> => {
    const request = findSearchRequest(await readBody(context.req.raw));
    if (!request) return errorAnswer(400, "The body is not a search");
    const { query, onlyBookmarks } = request;
    const user = onlyBookmarks ? await identify(context, access, request) : undefined;
    if (onlyBookmarks && user === undefined) return errorAnswer(403, "Forbidden");
    const names = user === undefined ? undefined : new Set(bookmarks.list(user));
    const engine = await searchEngineOf(await world.allMods());
    return freshBytes(engine.answer(query, names));
  };
}
