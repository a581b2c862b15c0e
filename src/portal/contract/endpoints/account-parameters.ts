import * as z from "zod/mini";
import { PortalErrorSchema } from "../account.ts";
import type { Answer, Parameter } from "../endpoint.ts";
import { documented } from "../fact.ts";

/** Who asks, where a request needs an account. */
export const ACCOUNT: readonly Parameter[] = [
  {
    name: "username",
    in: "query",
    schema: documented(
      z.optional(z.string()),
      "User name of the account, percent-encoded. An e-mail address is refused.",
      "wiki Mod_portal_API",
    ),
    example: "lamplighter",
  },
  {
    name: "token",
    in: "query",
    schema: documented(
      z.optional(z.string()),
      "Token of the account: 30 hex digits, from the profile page, player-data.json or the login.",
      "wiki Mod_portal_API",
    ),
    example: "0123456789abcdef0123456789abcd",
  },
];

/** The account is not accepted. */
export const REFUSED: Answer = {
  status: 403,
  when: "Wrong token, an e-mail address in place of the user name, or an account without the game.",
  type: "application/json",
  schema: PortalErrorSchema,
  example: { message: "Invalid credentials" },
};
