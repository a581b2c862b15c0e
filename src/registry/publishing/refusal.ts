import { HTTPException } from "hono/http-exception";
import { freshAnswer } from "../answers.ts";

/** The codes of the endpoints for authors, with the status and words they come with here. */
const REFUSALS = {
  InvalidApiKey: [401, "Missing or invalid API key for the current endpoint"],
  InvalidRequest: [400, "Invalid request."],
  InternalError: [500, "Internal error, please try again later."],
  Forbidden: [403, "Insufficent permission for current endpoint"],
  UnknownMod: [404, "Unknown Mod"],
  InvalidModRelease: [400, "Invalid release data in info.json"],
  InvalidModUpload: [400, "Invalid mod data in zipfile"],
  ModAlreadyExists: [409, "Mod name already exists on the portal"],
  InvalidImageUpload: [400, "Invalid image file uploaded"],
} as const;

/** One of the codes. */
export type RefusalCode = keyof typeof REFUSALS;

interface RefusalDetails {
  /** More about it, in place of the usual words. */
  readonly message?: string | undefined;
  /** In place of the usual one. */
  readonly status?: 404 | 409 | 413 | undefined;
}

/**
 * What an author is told who may not, or whose upload is wrong.
 *
 * @see reference/portal-api.md §4, rule REG-80
 */
export function refusal(code: RefusalCode, details: RefusalDetails = {}): HTTPException {
  const [status, message] = REFUSALS[code];
  const answer = freshAnswer({ error: code, message: details.message ?? message }, details.status ?? status);
  return new HTTPException(details.status ?? status, { res: answer });
}

/** What an author is told who changes too much in too short a time. */
export function tooManyChanges(seconds: number): HTTPException {
  const message = `Too many changes; try again in ${seconds} s.`;
  const answer = freshAnswer({ error: "InvalidRequest", message }, 429);
  answer.headers.set("Retry-After", String(seconds));
  return new HTTPException(429, { res: answer });
}
