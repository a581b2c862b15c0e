import { HTTPException } from "hono/http-exception";
import { exitCodeOf, isRoboportError, type RoboportError } from "../../errors.ts";
import { errorAnswer, freshAnswer } from "../answers.ts";

/** Seconds after which asking again may help. */
const RETRY_AFTER_S = 10;

/**
 * The answer for whoever waited for an upstream that failed: 404 only when that said so itself, 503 while it is down or
 * asks for patience, 504 when it is too slow, 502 when what it sent is wrong. Any other error is returned as it is.
 *
 * @see reference/reliability.md §1 (Verdaccio), rule SRC-8
 */
export function unavailable(error: unknown): unknown {
  if (!isRoboportError(error)) return error;
  if (error.code === "NO_SUCH_RELEASE") return refuse(404, errorAnswer(404, "Release not found"));
  // Names of the operator's files are nobody else's business.
  if (exitCodeOf(error.code) === 7) return failed(502, "UpstreamInvalid", "The upstream gives this portal no zips");
  if (!isOfUpstream(error)) return error;
  const { message, data } = error;
  if (data?.["timedOut"] === true) return failed(504, "UpstreamTimeout", message);
  if (error.code === "PORTAL_RATE_LIMITED" || error.code === "PORTAL_UNREACHABLE" || Number(data?.["status"]) >= 500) {
    const seconds = data?.["retryAfterSeconds"];
    return failed(503, "UpstreamUnavailable", message, typeof seconds === "number" ? seconds : RETRY_AFTER_S);
  }
  return failed(502, "UpstreamInvalid", message);
}

/** True for errors that speak of what a portal did or sent. */
export function isOfUpstream({ code }: RoboportError): boolean {
  return [5, 7].includes(exitCodeOf(code)) || code === "ZIP_INVALID";
}

function failed(status: 502 | 503 | 504, error: string, message: string, retryAfter?: number): HTTPException {
  const answer = freshAnswer({ error, message }, status);
  if (retryAfter !== undefined) answer.headers.set("Retry-After", String(retryAfter));
  return refuse(status, answer);
}

function refuse(status: 404 | 502 | 503 | 504, res: Response): HTTPException {
  return new HTTPException(status, { res });
}

/** What a transfer brings, undefined when it was refused: whoever began it reports why. */
export async function unlessRefused<T>(transfer: Promise<T>): Promise<T | undefined> {
  try {
    return await transfer;
  } catch (error) {
    if (isRoboportError(error)) return undefined;
    throw error;
  }
}
