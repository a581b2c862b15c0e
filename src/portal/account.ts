import { offlineError } from "./ask.ts";
import { withRetries } from "./attempts.ts";
import { isWebPage, readText } from "./body.ts";
import type { CredentialsCheck, RequestOptions } from "./client.ts";
import type { PortalContext } from "./context.ts";
import { BookmarksSchema } from "./contract/account.ts";
import { credentialsError, isPrivateWay } from "./credentials.ts";
import { decode, webPageError } from "./decode.ts";
import { safeUrl } from "./secret.ts";
import { requestUrl } from "./send.ts";
import { saysNoSuchEndpoint, statusError } from "./status-error.ts";

const BOOKMARKS_CEILING = 4 * 1024 * 1024;
const PATH = "api/bookmarks";

/**
 * The only question that needs an account and changes nothing, and so the check for credentials too.
 *
 * @see reference/portal-api.md §2.2, rule LOGIN-1
 */
export async function getBookmarks(context: PortalContext, options: RequestOptions): Promise<readonly string[]> {
  const { base, credentials } = context;
  if (context.cacheMode === "offline") throw offlineError(safeUrl(requestUrl(base, { path: PATH })));
  if (!credentials || !isPrivateWay(base)) throw credentialsError(base, credentials);
  const request = { method: "GET", path: PATH, authorised: true, signal: options.signal } as const;
  return withRetries(context, request, async (response) => {
    if (response.status === 401 || response.status === 403) {
      response.discard();
      throw credentialsError(base, credentials);
    }
    if (response.status !== 200) throw await statusError(context, response);
    if (isWebPage(response)) {
      response.discard();
      throw webPageError(response.url);
    }
    return decode(await readText(response, BOOKMARKS_CEILING), BookmarksSchema, response.url);
  });
}

/** @see rules LOGIN-1 to LOGIN-4 */
export async function checkCredentials(context: PortalContext, options: RequestOptions): Promise<CredentialsCheck> {
  try {
    await getBookmarks(context, options);
    return "accepted";
  } catch (error) {
    if (saysNoSuchEndpoint(error)) return "unchecked";
    throw error;
  }
}
