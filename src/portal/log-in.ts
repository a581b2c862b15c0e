import { RoboportError } from "../errors.ts";
import { withRetries } from "./attempts.ts";
import { readText } from "./body.ts";
import type { RequestOptions } from "./client.ts";
import { type PortalContext, serviceContext, type ServiceOptions } from "./context.ts";
import { type LoginAnswer, LoginAnswerSchema } from "./contract/login.ts";
import { isPrivateWay } from "./credentials.ts";
import { decode } from "./decode.ts";
import { Secret, safeUrl } from "./secret.ts";
import { statusError } from "./status-error.ts";
import { formatQuery } from "./url.ts";

/** A user's name and password, once. */
export interface LoginForm {
  /** User name or e-mail address. */
  readonly username: string;
  readonly password: Secret;
  /** From the e-mail, after the answer `email-code-wanted`. */
  readonly emailCode?: string | undefined;
}

/** The token, or the wish for the code that was sent by e-mail. */
export type LoginOutcome =
  | { readonly kind: "logged-in"; readonly username: string; readonly token: Secret }
  | { readonly kind: "email-code-wanted" };

const API_VERSION = "6";
const CEILING = 64 * 1024;

/**
 * Exchange a password for a token. The account has to own the game.
 *
 * @param options the URL is that of the account service, `https://auth.factorio.com`
 * @throws {RoboportError} `CREDENTIALS_REFUSED` with `data.error`, the service's code; `PORTAL_RATE_LIMITED` after too many
 *   attempts; `CREDENTIALS_PLAINTEXT`; and all that {@link Portal} lists.
 * @see reference/portal-api.md §5.1, rules SIGNIN-1 to SIGNIN-4
 */
export async function logIn(
  options: Omit<ServiceOptions, "credentials">,
  form: LoginForm,
  { signal }: RequestOptions = {},
): Promise<LoginOutcome> {
  const context = serviceContext(options);
  if (!isPrivateWay(context.base)) throw plaintextError(context);
  const body = formatQuery([
    ["username", form.username],
    ["password", form.password.reveal()],
    ["api_version", API_VERSION],
    ["require_game_ownership", "true"],
    ...(form.emailCode === undefined ? [] : [["email_authentication_code", form.emailCode] as const]),
  ]);
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const request = { method: "POST", path: "api-login", headers, body, confidential: true, signal } as const;
  const answer = await withRetries(context, request, async (response) => {
    if (response.status !== 200 && response.status !== 401) throw await statusError(context, response);
    return decode(await readText(response, CEILING), LoginAnswerSchema, response.url);
  });
  return outcomeOf(context, form, answer);
}

/** @throws {RoboportError} for a refusal. */
function outcomeOf({ base }: PortalContext, form: LoginForm, answer: LoginAnswer): LoginOutcome {
  if (answer instanceof Array) return { kind: "logged-in", username: form.username, token: new Secret(answer[0]) };
  if ("token" in answer && typeof answer.token === "string") {
    return { kind: "logged-in", username: String(answer.username), token: new Secret(answer.token) };
  }
  const { error, message } = answer as { readonly error: string; readonly message?: string | null };
  if (error === "email-authentication-required") return { kind: "email-code-wanted" };
  const data = { service: safeUrl(base), error };
  const said = (message ?? error).replaceAll(/\p{C}+/gu, " ").slice(0, 300);
  if (error === "login-too-many-attempts") {
    return refuse("PORTAL_RATE_LIMITED", said, { hint: "Wait some minutes before the next attempt.", data });
  }
  const hint = HINTS[error] ?? "Check user name and password, or copy the token from https://factorio.com/profile.";
  return refuse("CREDENTIALS_REFUSED", said, { hint, data });
}

const HINTS: Readonly<Record<string, string>> = {
  "login-failed-steam-only":
    "Link the Steam account at https://factorio.com/login, or copy the token from the profile page.",
  "login-insufficient-membership": "Log in with an account that owns the game.",
  "email-authentication-invalid": "Read the code of the newest e-mail again.",
};

function refuse(
  code: "PORTAL_RATE_LIMITED" | "CREDENTIALS_REFUSED",
  said: string,
  options: { readonly hint: string; readonly data: Readonly<Record<string, unknown>> },
): never {
  throw new RoboportError(code, `The login was refused: ${said}`, options);
}

function plaintextError({ base }: PortalContext): RoboportError {
  return new RoboportError("CREDENTIALS_PLAINTEXT", `The password was not sent to ${safeUrl(base)}`, {
    hint: "Use the service's https:// address; a password never travels over plain http to another machine.",
    data: { service: safeUrl(base) },
  });
}
