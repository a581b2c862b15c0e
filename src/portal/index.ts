/**
 * The typed client of the Mod Portal API, for Node, Deno, Bun and browsers.
 *
 * @module
 */
export { type Clock, systemClock } from "./clock.ts";
export {
  openPortal,
  type CredentialsCheck,
  type DownloadOptions,
  type ListQuery,
  type NameListOptions,
  type Portal,
  type PortalOptions,
  type RequestOptions,
  type SearchQuery,
} from "./client.ts";
export type { CacheMode } from "./context.ts";
export type { ModListPage, Pagination } from "./contract/list.ts";
export {
  CATEGORIES,
  type ModFull,
  type ModListEntry,
  type ModShort,
  type PortalImage,
  type PortalLicense,
  TAGS,
} from "./contract/mod.ts";
export type { PortalRelease } from "./contract/release.ts";
export { SEARCH_SORTS, type SearchPage, type SearchResult } from "./contract/search.ts";
export type { Credentials } from "./credentials.ts";
export type { ByteRange, Download } from "./download.ts";
export type { PortalEvent, PortalEvents } from "./events.ts";
export { type Fetch, fetchTransport } from "./fetch-transport.ts";
export type { CachedResponse, ResponseCache } from "./response-cache.ts";
export type { RetryOptions } from "./retry.ts";
export { redact, type SafeUrl, Secret, safeUrl } from "./secret.ts";
export type { HttpRequest, HttpResponse, Transport } from "./transport.ts";
export {
  type LoadedUniverse,
  type LoadUniverseOptions,
  loadUniverse,
  type ModDetails,
} from "./universe-loader.ts";
