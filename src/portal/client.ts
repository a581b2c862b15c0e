import { checkCredentials, getBookmarks, setBookmark } from "./account.ts";
import { type CacheMode, type PortalContext, serviceContext, type ServiceOptions } from "./context.ts";
import type { ModListPage } from "./contract/list.ts";
import type { ModFull, ModListEntry, ModShort } from "./contract/mod.ts";
import type { SearchPage } from "./contract/search.ts";
import { beginDownload, type ByteRange, type Download } from "./download.ts";
import type { ResponseCache } from "./response-cache.ts";
import { getPage, listEntries } from "./list.ts";
import { findFull, findShort } from "./lookup.ts";
import { getByName } from "./name-list.ts";
import { getSearchPage } from "./search.ts";
import { type SafeUrl, safeUrl } from "./secret.ts";

/** What a client of a portal is made of; the URL is that of the portal, `https://mods.factorio.com`. */
export interface PortalOptions extends ServiceOptions {
  readonly cache?: ResponseCache | undefined;
  readonly cacheMode?: CacheMode | undefined;
}

/** For every single request. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Which mods of the whole portal, and in which order. */
export interface ListQuery {
  /** Only mods with a release for this game version; the portal leaves deprecated ones out too. */
  readonly version?: string | undefined;
  readonly hideDeprecated?: boolean | undefined;
  /** From 1. */
  readonly page?: number | undefined;
  readonly pageSize?: number | "max" | undefined;
  /** Default `name`; ignored by the portal for `pageSize: "max"`. */
  readonly sort?: "name" | "created_at" | "updated_at" | undefined;
  /** Default `asc`. */
  readonly order?: "asc" | "desc" | undefined;
}

/** Which form of the named mods, and which of them. */
export interface NameListOptions extends RequestOptions {
  /** Ask for dependencies, description and all else of the full form; a portal may not know this wish. */
  readonly full?: boolean | undefined;
  readonly version?: string | undefined;
  readonly hideDeprecated?: boolean | undefined;
}

/**
 * What to search for.
 *
 * @see reference/portal-api.md §2.1
 */
export interface SearchQuery {
  readonly text: string;
  /** `major.minor` of the game. */
  readonly version?: string | undefined;
  /** One of {@link SEARCH_SORTS}, or another that the portal knows. */
  readonly sort?: string | undefined;
  readonly page?: number | undefined;
  readonly pageSize?: number | undefined;
  readonly showDeprecated?: boolean | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly excludeCategories?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** Whether the portal accepts the credentials; `unchecked`: it has no way to tell before a download. */
export type CredentialsCheck = "accepted" | "unchecked";

/** Which part of a release. */
export interface DownloadOptions extends RequestOptions {
  /** Only these bytes; the answer may be whole all the same. */
  readonly range?: ByteRange | undefined;
  /** The ETag or Last-Modified of the part that is already there: the range counts only while it holds. */
  readonly ifRange?: string | undefined;
}

/**
 * One portal. Holds no connection, so it needs no closing.
 *
 * Every method throws `PORTAL_UNREACHABLE`, `PORTAL_STATUS`, `PORTAL_RATE_LIMITED`, `PORTAL_REDIRECT`, `PORTAL_SHAPE` or
 * `OFFLINE` when there is no answer, and the signal's reason when it aborts.
 */
export interface Portal {
  /** Without a slash at the end. */
  readonly url: SafeUrl;

  /** One page of all mods. */
  listModsPage(query?: ListQuery, options?: RequestOptions): Promise<ModListPage>;

  /** All mods from the given page on, asked for page by page. */
  listMods(query?: ListQuery, options?: RequestOptions): AsyncIterable<ModListEntry>;

  /**
   * The mods with exactly these names, in requests of at most 500; names the portal does not know are left out.
   *
   * @throws {RoboportError} `MOD_NAME` before anything is sent.
   */
  getModsByName(names: Iterable<string>, options?: NameListOptions): Promise<readonly ModListEntry[]>;

  /** @throws {RoboportError} `MOD_NAME` before anything is sent. */
  findMod(name: string, options?: RequestOptions): Promise<ModShort | undefined>;

  /** @throws {RoboportError} `MOD_NAME` before anything is sent. */
  findModFull(name: string, options?: RequestOptions): Promise<ModFull | undefined>;

  /** One page of what the portal finds; one that has no search answers `PORTAL_STATUS` with `data.status` 404 or 405. */
  search(query: SearchQuery, options?: RequestOptions): Promise<SearchPage>;

  /**
   * Ask the portal whether it accepts the credentials.
   *
   * @throws {RoboportError} `CREDENTIALS_REFUSED` with `data.source`, `NO_CREDENTIALS`, `CREDENTIALS_PLAINTEXT`.
   */
  checkCredentials(options?: RequestOptions): Promise<CredentialsCheck>;

  /**
   * Names of the mods this account has bookmarked.
   *
   * @throws {RoboportError} as {@link checkCredentials}.
   */
  getBookmarks(options?: RequestOptions): Promise<readonly string[]>;

  /**
   * Bookmark a mod, or forget its bookmark.
   *
   * @throws {RoboportError} as {@link checkCredentials}, `MOD_NAME` before anything is sent, `NO_SUCH_MOD`.
   */
  setBookmark(name: string, isOn: boolean, options?: RequestOptions): Promise<void>;

  /**
   * Begin to download a release.
   *
   * @param downloadUrl the release's `download_url`: a path, without credentials
   * @throws {RoboportError} `PORTAL_SHAPE` for any other text, `CREDENTIALS_REFUSED`, `NO_CREDENTIALS`,
   *   `CREDENTIALS_PLAINTEXT`, `NO_SUCH_RELEASE`; reading the body throws `DOWNLOAD_NOT_ZIP` when it is none.
   */
  download(downloadUrl: string, options?: DownloadOptions): Promise<Download>;
}

/**
 * The client of one portal.
 *
 * @throws {RoboportError} `USAGE` when the URL is not an absolute http or https URL.
 */
export function openPortal(options: PortalOptions): Portal {
  const { cache, cacheMode = "default" } = options;
  const context: PortalContext = { ...serviceContext(options), cache, cacheMode };
  return {
    url: safeUrl(context.base).replace(/\/$/, "") as SafeUrl,
    listModsPage: (query = {}, request = {}) => getPage(context, query, request),
    listMods: (query = {}, request = {}) => listEntries(context, query, request),
    getModsByName: (names, request = {}) => getByName(context, names, request),
    findMod: async (name, request = {}) => findShort(context, name, request),
    findModFull: async (name, request = {}) => findFull(context, name, request),
    search: (query, request = {}) => getSearchPage(context, query, request),
    checkCredentials: (request = {}) => checkCredentials(context, request),
    getBookmarks: (request = {}) => getBookmarks(context, request),
    setBookmark: (name, isOn, request = {}) => setBookmark(context, { name, isOn }, request),
    download: (downloadUrl, request = {}) => beginDownload(context, downloadUrl, request),
  };
}
