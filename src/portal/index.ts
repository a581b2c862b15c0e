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
export type { CacheMode, ServiceOptions } from "./context.ts";
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
export { type Author, type AuthorOptions, type ModChanges, openAuthor, type PublishDetails } from "./author.ts";
export { type LoginForm, type LoginOutcome, logIn } from "./log-in.ts";
export { type Matchmaking, openMatchmaking } from "./matchmaking.ts";
export {
  type GameArchive,
  type GameBuild,
  type GameDownloadOptions,
  type GameFiles,
  openGameFiles,
  openUpdater,
  type Updater,
} from "./game-files.ts";
export { AUTHORING_ERRORS, LICENSE_IDS } from "./contract/authoring.ts";
export type { PublicGame, PublicGameDetails } from "./contract/matchmaking.ts";
export type { AvailableVersions, LatestReleases } from "./contract/game-files.ts";
export { ENDPOINTS } from "./contract/api.ts";
export {
  type Answer,
  type ApiKeyUsage,
  type Body,
  type Endpoint,
  type MediaType,
  type Parameter,
  type Proof,
  SERVICES,
  type ServiceName,
} from "./contract/endpoint.ts";
export { CONFIDENCES, type Confidence, type Fact } from "./contract/fact.ts";
export { findEndpoint, type RequestMatch, type SeenRequest } from "./contract/match-request.ts";
export { formatOpenApi } from "./contract/openapi.ts";
