import type * as z from "zod/mini";
import { isRoboportError, RoboportError } from "../errors.ts";
import { withRetries } from "./attempts.ts";
import { isWebPage, readJsonText } from "./body.ts";
import type { PortalContext } from "./context.ts";
import { decode, webPageError } from "./decode.ts";
import { isFresh, planKeeping, renew, validatorsOf } from "./freshness.ts";
import type { CachedResponse } from "./response-cache.ts";
import { type SafeUrl, safeUrl } from "./secret.ts";
import { type PortalRequest, type PortalResponse, requestUrl } from "./send.ts";
import { statusError } from "./status-error.ts";

/** A request for JSON. */
export interface Question<Schema extends z.ZodMiniType> extends PortalRequest {
  readonly schema: Schema;
  /** Bytes of the longest answer that is read. */
  readonly ceiling: number;
  /** True when the answer may come from the cache. */
  readonly cached: boolean;
}

/** A kept answer that still decodes. */
interface Kept<Schema extends z.ZodMiniType> {
  readonly entry: CachedResponse;
  readonly value: z.output<Schema>;
}

/**
 * Ask for JSON, of the cache first where that is allowed.
 *
 * @returns undefined when the portal says that there is no such thing (404)
 * @throws {RoboportError} `OFFLINE` and all that {@link Portal} lists.
 * @see rules CACHE-1 to CACHE-6
 */
export async function findAnswer<Schema extends z.ZodMiniType>(
  context: PortalContext,
  question: Question<Schema>,
): Promise<z.output<Schema> | undefined> {
  const { cacheMode, clock, emit } = context;
  const url = safeUrl(requestUrl(context.base, question));
  const kept = await findKept(context, question);
  const fromCache = (stale: boolean) => emit({ kind: "answered-from-cache", url, stale });
  if (kept && (cacheMode === "offline" || isFresh(kept.entry, clock.now()))) {
    fromCache(!isFresh(kept.entry, clock.now()));
    return kept.value;
  }
  if (cacheMode === "offline") throw offlineError(url);
  try {
    return await askPortal(context, question, kept);
  } catch (error) {
    if (!kept || cacheMode !== "allow-stale" || !isOutage(error)) throw error;
    fromCache(true);
    return kept.value;
  }
}

/**
 * As {@link findAnswer}, for what every portal has.
 *
 * @throws {RoboportError} `PORTAL_STATUS` with `data.status` 404.
 */
export async function getAnswer<Schema extends z.ZodMiniType>(
  context: PortalContext,
  question: Question<Schema>,
): Promise<z.output<Schema>> {
  const answer = await findAnswer(context, question);
  if (answer !== undefined) return answer;
  const url = safeUrl(requestUrl(context.base, question));
  throw new RoboportError("PORTAL_STATUS", `${url} answered 404`, {
    hint: "Check that the address is that of a mod portal.",
    data: { url, status: 404 },
  });
}

export function offlineError(url: SafeUrl): RoboportError {
  return new RoboportError("OFFLINE", `Cannot ask ${url} while offline`, {
    hint: "Run the command once without --offline.",
    data: { url },
  });
}

function askPortal<Schema extends z.ZodMiniType>(
  context: PortalContext,
  question: Question<Schema>,
  kept: Kept<Schema> | undefined,
): Promise<z.output<Schema> | undefined> {
  // A server may answer a conditional POST with 412, so only GET asks whether something changed.
  const validators = kept && question.method === "GET" ? validatorsOf(kept.entry) : {};
  const headers = { accept: "application/json", ...question.headers, ...validators };
  return withRetries(context, { ...question, headers }, async (response) => {
    if (response.status === 304 && kept) {
      response.discard();
      await keep(context, question, renew(kept.entry, response.headers, context.clock.now()));
      return kept.value;
    }
    if (response.status === 404 && !isWebPage(response)) {
      response.discard();
      return undefined;
    }
    const text = await readAnswer(context, response, question.ceiling);
    const value = decode(text, question.schema, response.url);
    await keep(context, question, planKeeping(text, response.headers, context.clock.now()));
    return value;
  });
}

async function readAnswer(context: PortalContext, response: PortalResponse, ceiling: number): Promise<string> {
  if (response.status !== 200) throw await statusError(context, response);
  if (isWebPage(response)) {
    response.discard();
    throw webPageError(response.url);
  }
  return readJsonText(response, ceiling);
}

async function findKept<Schema extends z.ZodMiniType>(
  context: PortalContext,
  question: Question<Schema>,
): Promise<Kept<Schema> | undefined> {
  if (!context.cache || !question.cached) return undefined;
  const entry = await context.cache.get(cacheKey(context, question));
  if (!entry) return undefined;
  try {
    return { entry, value: decode(entry.body, question.schema, safeUrl(requestUrl(context.base, question))) };
  } catch (error) {
    // Kept by a version that knew another shape: as good as nothing.
    if (isRoboportError(error, "PORTAL_SHAPE")) return undefined;
    throw error;
  }
}

async function keep<Schema extends z.ZodMiniType>(
  context: PortalContext,
  question: Question<Schema>,
  entry: CachedResponse | undefined,
): Promise<void> {
  if (context.cache && question.cached && entry) await context.cache.put(cacheKey(context, question), entry);
}

/** Made before credentials join the URL. */
function cacheKey({ base }: PortalContext, request: PortalRequest): string {
  const body = typeof request.body === "string" ? `\n${request.body}` : "";
  return `${request.method} ${requestUrl(base, request).href}${body}`;
}

/** True when the portal gave no answer, as opposed to one we do not like. */
function isOutage(error: unknown): boolean {
  if (isRoboportError(error, "PORTAL_UNREACHABLE") || isRoboportError(error, "PORTAL_RATE_LIMITED")) return true;
  return isRoboportError(error, "PORTAL_STATUS") && Number(error.data?.["status"]) >= 500;
}
