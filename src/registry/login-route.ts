import type { Context } from "hono";
import { freshAnswer } from "./answers.ts";
import { readParameters } from "./request-body.ts";

/** Exchanges a password for a token, undefined when they do not fit. */
export type PasswordLogin = (username: string, password: string) => Promise<string | undefined>;

const NEWEST = 6;

/**
 * `POST /api-login`, versions 1 to 6: form or query in, the token out.
 *
 * @see reference/portal-api.md §5.1, rule REG-87
 */
export function loginRoute(logIn: PasswordLogin) {
  return async ({ req }: Context): Promise<Response> => {
    const parameters = await readParameters(req.raw);
    const version = Math.min(Number(parameters.get("api_version") ?? 1) || 1, NEWEST);
    const username = parameters.get("username") ?? "";
    const token = await logIn(username, parameters.get("password") ?? "");
    if (token !== undefined) return freshAnswer(version < 2 ? [token] : { token, username });
    const refused = { data: {}, error: "login-failed", message: "User name and password do not match any account." };
    return version < 4 ? freshAnswer({ ...refused, status: 401 }, 401) : freshAnswer(refused);
  };
}
