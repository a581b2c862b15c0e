import { RoboportError } from "../errors.ts";
import { type Secret, safeUrl } from "./secret.ts";
import { formatQuery, isLoopback, type QueryEntries } from "./url.ts";

/** Who downloads, and the token that proves it. */
export interface Credentials {
  /** The account's user name; an e-mail address works for logging in only, never here. */
  readonly username: string;
  readonly token: Secret;
  /** Where they came from, for messages: a path or the name of an environment variable. */
  readonly source: string;
}

/** False where everyone on the way could read a token: plain http to another machine. */
export function isPrivateWay(url: URL): boolean {
  return url.protocol === "https:" || isLoopback(url);
}

/** User name and token as fields of a form, where there are any. */
export function accountFields(credentials: Credentials | undefined): QueryEntries {
  if (!credentials) return [];
  const { username, token } = credentials;
  return [
    ["username", username],
    ["token", token.reveal()],
  ];
}

/**
 * The URL as it goes out: with user name and token, unless there are none or the way is not private.
 *
 * The one place where a token becomes part of a URL.
 *
 * @see reference/portal-api.md §3, rules SECRET-4 and SECRET-5
 */
export function joinCredentials(url: URL, credentials: Credentials | undefined): URL {
  if (!credentials || !isPrivateWay(url)) return url;
  const joined = new URL(url);
  joined.search = formatQuery(accountFields(credentials));
  return joined;
}

/** Why the portal at `base` would not do what needs an account. */
export function credentialsError(base: URL, credentials: Credentials | undefined): RoboportError {
  const portal = safeUrl(base).replace(/\/$/, "");
  if (!credentials) {
    return new RoboportError("NO_CREDENTIALS", `${portal} wants an account, and no credentials were found`, {
      hint: "Run `roboport login`, or set FACTORIO_USERNAME and FACTORIO_TOKEN.",
      data: { portal },
    });
  }
  const { username, source } = credentials;
  const data = { portal, source, username };
  if (!isPrivateWay(base)) {
    return new RoboportError("CREDENTIALS_PLAINTEXT", `Credentials from ${source} were not sent to ${portal}`, {
      hint: "Use the portal's https:// address; a token never travels over plain http to another machine.",
      data,
    });
  }
  const hint = username.includes("@")
    ? `Put the account's user name in place of the e-mail address in ${source}; the portal takes no e-mail address here.`
    : `Copy user name and token from https://factorio.com/profile to ${source}, and check that the account owns the game.`;
  return new RoboportError("CREDENTIALS_REFUSED", `${portal} refused the credentials from ${source}`, { hint, data });
}
