import { RoboportError } from "../errors.ts";
import { parseModName } from "../game/mod-name.ts";
import { offlineError } from "./ask.ts";
import { withRetries } from "./attempts.ts";
import { isWebPage, readJsonText } from "./body.ts";
import type { CredentialsCheck, RequestOptions } from "./client.ts";
import type { PortalContext } from "./context.ts";
import { BookmarksSchema } from "./contract/account.ts";
import { accountFields, credentialsError, isPrivateWay } from "./credentials.ts";
import { decode, webPageError } from "./decode.ts";
import { safeUrl } from "./secret.ts";
import { type PortalRequest, type PortalResponse, requestUrl } from "./send.ts";
import { saysNoSuchEndpoint, statusError } from "./status-error.ts";
import { formatQuery } from "./url.ts";

const BOOKMARKS_CEILING = 4 * 1024 * 1024;
const PATH = "api/bookmarks";

/**
 * The only question that needs an account and changes nothing, and so the check for credentials too.
 *
 * @see reference/portal-api.md §2.2, rule LOGIN-1
 */
export async function getBookmarks(context: PortalContext, options: RequestOptions): Promise<readonly string[]> {
  return askWithAccount(context, { method: "GET", path: PATH, signal: options.signal }, async (response) => {
    if (response.status !== 200) throw await statusError(context, response);
    return decode(await readJsonText(response, BOOKMARKS_CEILING), BookmarksSchema, response.url);
  });
}

/** @see reference/portal-api.md §2.2, rule LOGIN-5 */
export async function setBookmark(
  context: PortalContext,
  { name, isOn }: { readonly name: string; readonly isOn: boolean },
  options: RequestOptions,
): Promise<void> {
  const mod = parseModName(name);
  const body = formatQuery([...accountFields(context.credentials), ["mod", mod], ["state", isOn ? "on" : "off"]]);
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const request: PortalRequest = {
    method: "POST",
    path: `${PATH}/toggle`,
    headers,
    body,
    confidential: true,
    signal: options.signal,
  };
  await askWithAccount(context, request, async (response) => {
    if (response.status === 404) {
      response.discard();
      throw new RoboportError("NO_SUCH_MOD", `Cannot bookmark ${mod}: the portal does not know it`, {
        hint: `Run \`roboport search ${mod}\` to see similar names.`,
        data: { name: mod },
      });
    }
    if (response.status !== 200) throw await statusError(context, response);
    response.discard();
  });
}

/** @throws {RoboportError} `OFFLINE`, and what {@link credentialsError} tells. */
async function askWithAccount<T>(
  context: PortalContext,
  request: PortalRequest,
  read: (response: PortalResponse) => Promise<T>,
): Promise<T> {
  const { base, credentials } = context;
  if (context.cacheMode === "offline") throw offlineError(safeUrl(requestUrl(base, request)));
  if (!credentials || !isPrivateWay(base)) throw credentialsError(base, credentials);
  return withRetries(context, { ...request, authorised: request.method === "GET" }, async (response) => {
    if (response.status === 401 || response.status === 403) {
      response.discard();
      throw credentialsError(base, credentials);
    }
    if (isWebPage(response) && response.status === 200) {
      response.discard();
      throw webPageError(response.url);
    }
    return read(response);
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
