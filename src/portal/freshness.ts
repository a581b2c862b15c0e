import type { CachedResponse } from "./response-cache.ts";

type Headers = Readonly<Record<string, string>>;

/**
 * What to keep of an answer, undefined when the portal forbids it.
 *
 * @param now milliseconds since 1970
 * @see reference/portal-api.md §1.1, rules CACHE-1 and CACHE-2
 */
export function planKeeping(body: string, headers: Headers, now: number): CachedResponse | undefined {
  const directives = readDirectives(headers);
  if (directives.has("no-store")) return undefined;
  const { etag, "last-modified": lastModified } = headers;
  return {
    status: 200,
    body,
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
    storedAt: now,
    freshUntil: now + lifetimeMs(directives, headers),
  };
}

/** A kept answer that the portal just confirmed with 304. */
export function renew(kept: CachedResponse, headers: Headers, now: number): CachedResponse {
  return { ...kept, storedAt: now, freshUntil: now + lifetimeMs(readDirectives(headers), headers) };
}

/** True while an answer counts without asking; never when the clock was set back behind its storing. */
export function isFresh(kept: CachedResponse, now: number): boolean {
  return kept.storedAt <= now && now < kept.freshUntil;
}

/** The request headers that ask "only when it changed". */
export function validatorsOf(kept: CachedResponse): Record<string, string> {
  return {
    ...(kept.etag !== undefined && { "if-none-match": kept.etag }),
    ...(kept.lastModified !== undefined && { "if-modified-since": kept.lastModified }),
  };
}

/** Whatever a portal promises: an answer that counts for years would hide every later release. */
const LIFETIME_MAX_S = 86_400;

function lifetimeMs(directives: ReadonlyMap<string, string>, headers: Headers): number {
  if (directives.has("no-cache")) return 0;
  const seconds = readSeconds(directives.get("max-age")) - readSeconds(headers["age"]);
  return Math.min(Math.max(0, seconds), LIFETIME_MAX_S) * 1000;
}

function readSeconds(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0;
}

function readDirectives(headers: Headers): ReadonlyMap<string, string> {
  const parts = (headers["cache-control"] ?? "").toLowerCase().split(",");
  return new Map(
    parts.map((part) => {
      const [name = "", value = ""] = part.split("=");
      return [name.trim(), value.trim().replaceAll('"', "")] as const;
    }),
  );
}
