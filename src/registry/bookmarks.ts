import type { Context } from "hono";
import { type Access, identify } from "./access.ts";
import { errorAnswer, freshAnswer } from "./answers.ts";
import { readParameters } from "./request-body.ts";
import type { Bookmarks } from "./storage/bookmarks.ts";
import type { World } from "./world.ts";

export interface BookmarkOptions {
  readonly world: World;
  readonly access: Access;
  readonly bookmarks: Bookmarks;
}

/**
 * `GET /api/bookmarks?username=&token=`: the names, and by its status 200 or 403 a cheap check of credentials.
 *
 * @see reference/portal-api.md §2.2, rule REG-40
 */
export function bookmarksRoute({ access, bookmarks }: Omit<BookmarkOptions, "world">) {
  return async (context: Context): Promise<Response> => {
    const { req } = context;
    const user = await identify(context, access, { username: req.query("username"), token: req.query("token") });
    if (user === undefined) return errorAnswer(403, "Forbidden");
    return freshAnswer(bookmarks.list(user));
  };
}

/**
 * `/api/bookmarks/toggle` with `username`, `token`, `mod` and `state=on|off`, in the query or in a form.
 *
 * @see reference/portal-api.md §2.2, rule REG-41
 */
export function toggleBookmarkRoute({ world, access, bookmarks }: BookmarkOptions) {
  return async (context: Context): Promise<Response> => {
    const { req } = context;
    const parameters = await readParameters(req.raw);
    const value = (key: string) => parameters.get(key) ?? undefined;
    const user = await identify(context, access, { username: value("username"), token: value("token") });
    if (user === undefined) return errorAnswer(403, "Forbidden");
    const name = value("mod") ?? "";
    if (!(await world.findMod(name))) return errorAnswer(404, "Mod not found");
    bookmarks.set(user, name, value("state") !== "off");
    return freshAnswer({ success: true });
  };
}
