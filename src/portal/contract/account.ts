import * as z from "zod/mini";
import { documented, named, observed } from "./fact.ts";
import { optionalText } from "./wire.ts";

/** The answer of `/api/bookmarks`: mod names. */
export const BookmarksSchema = named("Bookmarks", z.array(z.string()));

/** What every endpoint answers instead when it cannot: a text for people and, from newer ones, a code. */
export const PortalErrorSchema = named(
  "PortalError",
  z.looseObject({
    message: observed(z.string(), "For people; its words change, so compare status or `error`.", "recorded answers"),
    error: documented(optionalText(), "A code, where the endpoint has codes.", "wiki Mod_upload_API"),
  }),
);
