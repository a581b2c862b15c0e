import * as z from "zod/mini";
import type { Endpoint } from "../endpoint.ts";
import { inGame } from "../fact.ts";
import { LoginAnswerSchema, LoginErrorSchema, LoginFormSchema, PadlockSchema } from "../login.ts";

const PAGE = "wiki Web_authentication_API";

const apiVersion = () =>
  inGame(z.optional(z.string()), "2 in 0.16, 5 in 1.1.76, 6 in 2.0.42; also read from the form.", "game logs");

/** Accounts of players and of servers. */
export const ACCOUNT_ENDPOINTS: readonly Endpoint[] = [
  {
    id: "login",
    service: "auth",
    method: "POST",
    path: "/api-login",
    summary: "Exchange a password for a token",
    description: `Fields stand in the form; the query is read too. Since \`api_version\` 4 a refusal has status 200: look for \`error\`.

After \`email-authentication-required\` ask for the code of the e-mail and send it as \`email_authentication_code\`. Clients that cause many errors are slowed down.`,
    stability: "internal",
    confidence: "documented",
    source: PAGE,
    proof: "none",
    parameters: [{ name: "api_version", in: "query", schema: apiVersion(), example: "6" }],
    body: {
      types: ["application/x-www-form-urlencoded"],
      required: true,
      schema: LoginFormSchema,
      example: { username: "lamplighter", password: "…", api_version: "6", require_game_ownership: "true" },
    },
    answers: [
      {
        status: 200,
        when: "Success; from version 4 also a refusal.",
        type: "application/json",
        schema: LoginAnswerSchema,
        example: { token: "0123456789abcdef0123456789abcd", username: "lamplighter" },
      },
      {
        status: 401,
        when: "A refusal, until version 3.",
        type: "application/json",
        schema: LoginErrorSchema,
        example: { data: {}, error: "login-failed", message: "The password is wrong.", status: 401 },
      },
    ],
  },
  {
    id: "generateServerPadlock",
    service: "auth",
    method: "POST",
    path: "/generate-server-padlock-2",
    summary: "Let a headless server verify users",
    description:
      "The headless server calls it when it starts. Method, fields and answer are on no record; with a token in server-settings.json it does not log in first.",
    stability: "undocumented",
    confidence: "game",
    source: "game logs of 0.16, 1.1.76 and 2.0.42",
    proof: "account",
    parameters: [{ name: "api_version", in: "query", schema: apiVersion(), example: "6" }],
    answers: [{ status: 200, when: "Success.", type: "application/json", schema: PadlockSchema }],
  },
];
