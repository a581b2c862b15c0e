import { isRoboportError, RoboportError } from "../errors.ts";
import { isModName } from "../game/mod-name.ts";
import { offlineError } from "./ask.ts";
import { withRetries } from "./attempts.ts";
import { isWebPage } from "./body.ts";
import type { DownloadOptions } from "./client.ts";
import type { PortalContext } from "./context.ts";
import { credentialsError } from "./credentials.ts";
import { type SafeUrl, safeUrl } from "./secret.ts";
import { type PortalResponse, requestUrl } from "./send.ts";
import { statusError } from "./status-error.ts";
import { findUrl } from "./url.ts";

/** First and, unless it is open, last byte; both inclusive, from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number | undefined;
}

/** A download that has begun. */
export interface Download {
  /** 200 whole, 206 the part that was asked for, 416 nothing there: the release is not longer than `range.start`. */
  readonly status: 200 | 206 | 416;
  /** Bytes in `body`, when the server says so. */
  readonly length: number | undefined;
  /** Bytes of the whole release, when the server says so. */
  readonly totalLength: number | undefined;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Where the bytes come from. */
  readonly url: SafeUrl;
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives up the unread rest. */
  discard(): void;
}

/**
 * Begin to download a release: ask the portal with credentials, and whom it names without.
 *
 * @see reference/portal-api.md §3, rules DOWN-1 to DOWN-8
 */
export async function beginDownload(
  context: PortalContext,
  downloadUrl: string,
  options: DownloadOptions,
): Promise<Download> {
  const path = downloadPath(downloadUrl);
  if (context.cacheMode === "offline") throw offlineError(safeUrl(requestUrl(context.base, { path })));
  try {
    return await askForDownload(context, path, options);
  } catch (error) {
    if (!isExpiredLink(context.base, error)) throw error;
    return await askForDownload(context, path, options);
  }
}

function askForDownload(context: PortalContext, path: string, options: DownloadOptions): Promise<Download> {
  const headers = { "accept-encoding": "identity", ...rangeHeaders(options) };
  const request = { method: "GET", path, authorised: true, bulk: true, headers, signal: options.signal } as const;
  return withRetries(context, request, async (response) => {
    const isAnswer = response.status === 416 ? options.range !== undefined : [200, 206].includes(response.status);
    if (!isAnswer) {
      throw await downloadError(context, response);
    }
    try {
      return openDownload(response, options.range);
    } catch (error) {
      response.discard();
      throw error;
    }
  });
}

/** The link to another server that a portal gives out is good for a while only. */
function isExpiredLink(base: URL, error: unknown): boolean {
  if (!isRoboportError(error, "PORTAL_STATUS")) return false;
  const { url, status } = error.data ?? {};
  return [401, 403, 410].includes(Number(status)) && findUrl(String(url))?.origin !== base.origin;
}

/** The path is built anew from its two variable parts, so that nothing else of the portal's text gets into a URL. */
function downloadPath(downloadUrl: string): string {
  const [, name = "", id = ""] = /^\/{1,2}download\/([^/?#\\]+)\/([0-9A-Za-z_-]+)$/.exec(downloadUrl) ?? [];
  const decoded = decodeName(name);
  if (isModName(decoded)) return `download/${encodeURIComponent(decoded)}/${id}`;
  const shown = JSON.stringify(downloadUrl.split("?")[0]?.slice(0, 200));
  throw new RoboportError("PORTAL_SHAPE", `Cannot download from ${shown}`, {
    hint: "Give the release's download_url as the portal tells it, such as /download/NAME/ID.",
  });
}

/** Empty, and so no mod name, when the percent-encoding is broken. */
function decodeName(text: string): string {
  return /^(?:[^%]|%[0-7][0-9A-Fa-f])*$/.test(text) ? decodeURIComponent(text) : "";
}

function rangeHeaders({ range, ifRange }: DownloadOptions): Record<string, string> {
  if (!range) return {};
  return { range: `bytes=${range.start}-${range.end ?? ""}`, ...(ifRange !== undefined && { "if-range": ifRange }) };
}

async function downloadError(context: PortalContext, response: PortalResponse): Promise<RoboportError> {
  const { status, url, fromPortal } = response;
  if (fromPortal && (status === 401 || status === 403)) {
    response.discard();
    return credentialsError(context.base, context.credentials);
  }
  if (fromPortal && status === 404) {
    response.discard();
    return new RoboportError("NO_SUCH_RELEASE", `Cannot find ${url}`, {
      hint: "Run `roboport update`; its author may have withdrawn this release.",
      data: { url },
    });
  }
  return statusError(context, response);
}

function openDownload(response: PortalResponse, range: ByteRange | undefined): Download {
  const { status, headers, url } = response;
  const sent = readContentRange(headers["content-range"]);
  const length = readLength(headers["content-length"]);
  if (status !== 416) checkContent(response);
  if (status === 206 && (!range || sent?.start !== range.start)) {
    throw shapeError(url, "it is not the part that was asked for");
  }
  return {
    status: status as Download["status"],
    length,
    totalLength: status === 200 ? length : sent?.total,
    etag: headers["etag"],
    lastModified: headers["last-modified"],
    url,
    body: status === 200 || (status === 206 && range?.start === 0) ? zipBytes(response) : response.body,
    discard: () => response.discard(),
  };
}

function checkContent(response: PortalResponse): void {
  const { headers, url } = response;
  if (isWebPage(response)) throw notZip(url);
  if ((headers["content-encoding"] ?? "identity") !== "identity") {
    throw shapeError(url, "it is compressed although it must not be");
  }
}

/** The body, as long as it begins like a zip. */
async function* zipBytes({ body, url }: PortalResponse): AsyncGenerator<Uint8Array, void, undefined> {
  let seen = "";
  for await (const chunk of body) {
    if (seen.length < 2) {
      seen += String.fromCharCode(...chunk.subarray(0, 2 - seen.length));
      if (!"PK".startsWith(seen)) throw notZip(url);
    }
    yield chunk;
  }
  if (seen.length < 2) throw notZip(url);
}

interface ContentRange {
  /** Undefined in an answer that holds no bytes. */
  readonly start: number | undefined;
  readonly total: number | undefined;
}

function readContentRange(text: string | undefined): ContentRange | undefined {
  const match = /^bytes (?:(\d{1,15})-\d{1,15}|\*)\/(\d{1,15}|\*)$/i.exec(text?.trim() ?? "");
  return match ? { start: readLength(match[1]), total: readLength(match[2]) } : undefined;
}

function readLength(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}

function notZip(url: SafeUrl): RoboportError {
  return new RoboportError("DOWNLOAD_NOT_ZIP", `What ${url} sent is not a zip`, {
    hint: "Check the credentials, and whether a proxy or login page stands between here and the portal.",
    data: { url },
  });
}

function shapeError(url: SafeUrl, why: string): RoboportError {
  return new RoboportError("PORTAL_SHAPE", `Cannot use the download from ${url}: ${why}`, {
    hint: "Try again later or from another portal.",
    data: { url },
  });
}
