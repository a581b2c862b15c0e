import type { Context } from "hono";
import { errorAnswer, freshAnswer } from "../answers.ts";
import { readBody } from "../request-body.ts";
import { searchMods } from "./search-mods.ts";
import { searchAnswer } from "./search-json.ts";
import { findSearchQuery } from "./search-query.ts";
import type { BookmarkOptions } from "../bookmarks.ts";

/**
 * `POST /api/search`: words in name, title, owner and summary, with filters; JSON in, JSON out.
 *
 * @see reference/portal-api.md §2.1
 */
export function searchRoute({ world, access, bookmarks }: BookmarkOptions) {
  return async ({ req }: Context): Promise<Response> => {
    const query = findSearchQuery(parseBody(await readBody(req.raw)));
    if (!query) return errorAnswer(400, "The body is not a search");
    const user = query.onlyBookmarks ? await access.findUser(query) : undefined;
    if (query.onlyBookmarks && user === undefined) return errorAnswer(403, "Forbidden");
    const names = user === undefined ? undefined : new Set(bookmarks.list(user));
    return freshAnswer(searchAnswer(searchMods(await world.allMods(), query, names), query));
  };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
