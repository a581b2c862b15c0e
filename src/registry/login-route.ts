import type { Context } from "hono";
import { freshAnswer } from "./answers.ts";
import type { Limits } from "./http/limits.ts";
import { clientAddress, noteUser } from "./http/passage.ts";
import { readParameters } from "./request-body.ts";

/** Exchanges a password for a token, undefined when they do not fit. */
export type PasswordLogin = (username: string, password: string) => Promise<string | undefined>;

export interface LoginOptions {
  readonly logIn: PasswordLogin;
  /** There is no limit when not given. */
  readonly limits?: Pick<Limits, "login"> | undefined;
}

const NEWEST = 6;

/**
 * `POST /api-login`, versions 1 to 6: form or query in, the token out.
 *
 * @see reference/portal-api.md §5.1, rules REG-87 and HTTP-14
 */
export function loginRoute({ logIn, limits }: LoginOptions) {
  return async (context: Context): Promise<Response> => {
    const parameters = await readParameters(context.req.raw);
    const version = Math.min(Number(parameters.get("api_version") ?? 1) || 1, NEWEST);
    const username = parameters.get("username") ?? "";
    const wait = limits?.login(clientAddress(context), username) ?? 0;
    if (wait > 0) return tooManyAttempts(wait);
    const token = await logIn(username, parameters.get("password") ?? "");
    if (token !== undefined) {
      noteUser(context, username);
      return freshAnswer(version < 2 ? [token] : { token, username });
    }
    const refused = { data: {}, error: "login-failed", message: "User name and password do not match any account." };
    return version < 4 ? freshAnswer({ ...refused, status: 401 }, 401) : freshAnswer(refused);
  };
}

function tooManyAttempts(seconds: number): Response {
  const message = `Too many attempts to log in; try again in ${seconds} s.`;
  const answer = freshAnswer({ data: {}, error: "login-too-many-attempts", message, status: 429 }, 429);
  answer.headers.set("Retry-After", String(seconds));
  return answer;
}
