import * as z from "zod/mini";
import { assumed, documented, inGame, named } from "./fact.ts";
import { openEnum, optionalText, type Wire } from "./wire.ts";

/** Codes of a refused login; the game has a text for each of them. */
const LOGIN_ERRORS = [
  "login-failed",
  "login-failed-steam-only",
  "login-insufficient-membership",
  "login-too-many-attempts",
  "login-blacklist",
  "login-deletion-pending",
  "login-unlinked",
  "invalid-characters-in-username",
  "email-authentication-required",
  "email-authentication-invalid",
  "client-version-too-old",
  "server-down-for-maintenance",
  "generic-timeout",
  "generic-verification-failed",
] as const;

const PAGE = "wiki Web_authentication_API";

/** The body of a login. */
export const LoginFormSchema = named(
  "LoginForm",
  z.looseObject({
    username: documented(z.string(), "User name or e-mail address; only here the address is accepted.", PAGE),
    password: documented(z.string(), "The password of the account.", PAGE),
    api_version: documented(
      z.optional(z.union([z.number(), z.string()])),
      "Form of the answer, 1 to 6, default 1. Until 1 success is a list with the token; from 2 an object; until 3 failure has status 401, from 4 status 200 with `error`.",
      PAGE,
    ),
    require_game_ownership: documented(
      z.optional(z.union([z.boolean(), z.string()])),
      "`true`: refuse accounts that do not own the game.",
      PAGE,
    ),
    email_authentication_code: documented(
      z.optional(z.string()),
      "The code of the e-mail, for the second try after `email-authentication-required`.",
      PAGE,
    ),
  }),
);

/** What was refused, whatever its status. */
export const LoginErrorSchema = named(
  "LoginError",
  z.looseObject({
    error: inGame(
      openEnum(LOGIN_ERRORS),
      "What is wrong, for machines; the wiki names two, the game knows the rest.",
      PAGE,
    ),
    message: documented(optionalText(), "What is wrong, for people.", PAGE),
    data: documented(z.optional(z.unknown()), "An empty object in every known answer.", PAGE),
    status: documented(z.optional(z.number()), "The HTTP status again, in versions 2 and 3.", PAGE),
  }),
);

/** Token and user name. */
const LoginSuccessSchema = named(
  "LoginSuccess",
  z.looseObject({
    token: documented(z.string(), "The account's token, 30 hex digits; it stays valid until it is reset.", PAGE),
    username: documented(
      z.string(),
      "The user name that belongs to every other request, also after a login by e-mail.",
      PAGE,
    ),
  }),
);

/** The answer of `POST /api-login`: a list with the token in version 1. */
export const LoginAnswerSchema = named(
  "LoginAnswer",
  z.union([LoginSuccessSchema, LoginErrorSchema, z.tuple([z.string()])]),
);

/** The answer to a headless server that starts; on no record. */
export const PadlockSchema = assumed(
  z.unknown(),
  "Lets the server verify users; its shape is on no record.",
  "game logs",
);

/** What `POST /api-login` answers. */
export type LoginAnswer = Wire<typeof LoginAnswerSchema>;
