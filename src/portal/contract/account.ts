import * as z from "zod/mini";
import { optionalText } from "./wire.ts";

/** The answer of `/api/bookmarks`: mod names. */
export const BookmarksSchema = z.array(z.string());

/** What every endpoint answers instead when it cannot: a text for people and, from newer ones, a code. */
export const PortalErrorSchema = z.looseObject({ message: z.string(), error: optionalText });
