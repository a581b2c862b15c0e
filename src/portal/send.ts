import { isRoboportError, RoboportError } from "../errors.ts";
import type { PortalContext } from "./context.ts";
import { credentialsError, joinCredentials } from "./credentials.ts";
import { redact, type SafeUrl, safeUrl } from "./secret.ts";
import type { HttpRequest, HttpResponse } from "./transport.ts";
import { findUrl, formatQuery, isLinkLocal, isLoopback, type QueryEntries } from "./url.ts";

/** A request to one portal. */
export interface PortalRequest {
  readonly method: "GET" | "POST";
  /** Below the portal's address, percent-encoded, without a slash in front. */
  readonly path: string;
  readonly query?: QueryEntries | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Blob | undefined;
  /** True when user name and token belong to it. */
  readonly authorised?: boolean | undefined;
  /** True when headers or body hold what no other origin may see; a redirect elsewhere is then refused. */
  readonly confidential?: boolean | undefined;
  /** True when each piece of the answer is used up before the next one is asked for. */
  readonly bulk?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The answer that stands at the end of all redirects. */
export interface PortalResponse extends HttpResponse {
  readonly url: SafeUrl;
  /** False when a redirect led elsewhere. */
  readonly fromPortal: boolean;
}

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What another origin may see of a request. */
const HEADERS_FOR_OTHERS: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "content-type",
  "if-range",
  "range",
  "user-agent",
]);

/** Where a request goes, before credentials join it. */
export function requestUrl(base: URL, request: Pick<PortalRequest, "path" | "query">): URL {
  const url = new URL(request.path, base);
  if (request.query && request.query.length > 0) url.search = formatQuery(request.query);
  return url;
}

/**
 * Send a request once and follow its redirects by hand: at most five, never from https to http, and another origin gets
 * neither credentials nor headers that are not its business.
 *
 * @throws {RoboportError} `PORTAL_REDIRECT`, `PORTAL_UNREACHABLE`; for a request with credentials that ends at a login
 *   page `NO_CREDENTIALS`, `CREDENTIALS_REFUSED` or `CREDENTIALS_PLAINTEXT`.
 * @see reference/portal-api.md §3, rules REDIR-1 to REDIR-8
 */
export async function send(context: PortalContext, request: PortalRequest): Promise<PortalResponse> {
  const { base, credentials, userAgent } = context;
  const start = requestUrl(base, request);
  let url = request.authorised ? joinCredentials(start, credentials) : start;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const fromPortal = url.origin === base.origin;
    const headers = { "user-agent": userAgent, ...request.headers };
    const response = await exchange(context, {
      method: request.method,
      url: url.href,
      headers: fromPortal ? headers : headersForOthers(headers),
      ...(request.body !== undefined && { body: request.body }),
      signal: request.signal,
      bulk: request.bulk,
    });
    if (!REDIRECTS.has(response.status)) {
      const { status, body } = response;
      return {
        status,
        headers: response.headers,
        body,
        discard: () => response.discard(),
        url: safeUrl(url),
        fromPortal,
      };
    }
    response.discard();
    url = nextHop(context, request, { from: url, status: response.status, location: response.headers["location"] });
  }
  throw redirectError(start, `it redirects more than ${MAX_REDIRECTS} times`);
}

function headersForOthers(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => HEADERS_FOR_OTHERS.has(name)));
}

interface Redirect {
  readonly from: URL;
  readonly status: number;
  readonly location: string | undefined;
}

function nextHop(context: PortalContext, request: PortalRequest, { from, status, location }: Redirect): URL {
  const { base, credentials } = context;
  const target = location ? findUrl(location, from) : undefined;
  if (!target) throw redirectError(from, "it redirects to no address");
  const isOwnLogin = target.origin === base.origin && /\/login\/?$/.test(target.pathname);
  if (request.authorised && isOwnLogin) throw credentialsError(base, credentials);
  if (target.protocol !== "https:" && target.protocol !== "http:") {
    throw redirectError(from, `it redirects to ${JSON.stringify(target.protocol)}`);
  }
  if (from.protocol === "https:" && target.protocol === "http:") {
    throw redirectError(from, "it redirects to plain http");
  }
  if (target.username !== "" || target.password !== "") throw redirectError(from, "it redirects to a user's address");
  if (isLinkLocal(target)) throw redirectError(from, "it redirects to a link-local address");
  if (isLoopback(target) && !isLoopback(base)) throw redirectError(from, "it redirects to this machine");
  if (request.confidential && target.origin !== base.origin) {
    throw redirectError(from, "it redirects a secret to another server");
  }
  if (request.method === "POST" && status < 307) throw redirectError(from, "it redirects a POST request");
  if (credentials && target.origin !== base.origin && redact(target.href, [credentials.token]) !== target.href) {
    throw redirectError(from, "it hands the token on to another server");
  }
  return target;
}

function redirectError(from: URL, why: string): RoboportError {
  const url = safeUrl(from);
  return new RoboportError("PORTAL_REDIRECT", `Cannot follow ${url}: ${why}`, {
    hint: "Check the address of the portal and whether a proxy or login page stands in between.",
    data: { url },
  });
}

/** One request and its answer, told to whoever listens. */
async function exchange({ transport, clock, emit }: PortalContext, request: HttpRequest): Promise<HttpResponse> {
  const { method, signal } = request;
  const url = safeUrl(request.url);
  signal?.throwIfAborted();
  const startedAt = clock.now();
  emit({ kind: "request-started", method, url });
  try {
    const response = await transport(request);
    emit({ kind: "request-finished", method, url, status: response.status, ms: clock.now() - startedAt });
    return response;
  } catch (error) {
    if (isRoboportError(error)) emit({ kind: "request-failed", method, url, why: error.message });
    throw error;
  }
}
