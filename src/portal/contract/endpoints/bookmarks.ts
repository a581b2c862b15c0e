import * as z from "zod/mini";
import { BookmarksSchema, PortalErrorSchema } from "../account.ts";
import type { Endpoint } from "../endpoint.ts";
import { observed } from "../fact.ts";
import { ACCOUNT, REFUSED } from "./account-parameters.ts";

const SOURCE = "five clients; game 1.1.70 and later";

const mod = () => observed(z.optional(z.string()), "Name of the mod for machines.", SOURCE);
const state = () => observed(z.optional(z.enum(["on", "off"])), "`on` to bookmark it, `off` to forget it.", SOURCE);

const toggle = {
  service: "portal",
  path: "/api/bookmarks/toggle",
  stability: "undocumented",
  proof: "account",
  answers: [
    { status: 200, when: "It was changed; the body is on no record.", type: "application/json", schema: z.unknown() },
    {
      status: 400,
      when: "`mod` or `state` is missing; the exact status is on no record.",
      type: "application/json",
      schema: PortalErrorSchema,
      example: { message: "Invalid request" },
    },
    REFUSED,
    {
      status: 404,
      when: "There is no mod of this name.",
      type: "application/json",
      schema: PortalErrorSchema,
      example: { message: "Mod not found" },
    },
  ],
} as const;

/** The mods an account has marked. */
export const BOOKMARK_ENDPOINTS: readonly Endpoint[] = [
  {
    id: "listBookmarks",
    service: "portal",
    method: "GET",
    path: "/api/bookmarks",
    summary: "List the account's bookmarks",
    description:
      "Names of all bookmarked mods. It changes nothing and answers 403 for a wrong token, so tools use it to check an account before they download.",
    stability: "undocumented",
    confidence: "observed",
    source: SOURCE,
    proof: "account",
    parameters: ACCOUNT,
    answers: [
      {
        status: 200,
        when: "The account is accepted.",
        type: "application/json",
        schema: BookmarksSchema,
        example: ["belt-lamps", "flib"],
      },
      REFUSED,
    ],
  },
  {
    ...toggle,
    id: "toggleBookmark",
    method: "POST",
    summary: "Set or remove a bookmark",
    description: "Clients disagree on where the fields go: in a form, in the query, or by GET. The form comes first.",
    confidence: "observed",
    source: SOURCE,
    parameters: [
      ...ACCOUNT,
      { name: "mod", in: "query", schema: mod(), example: "belt-lamps" },
      { name: "state", in: "query", schema: state(), example: "on" },
    ],
    body: {
      types: ["application/x-www-form-urlencoded"],
      schema: z.looseObject({
        username: observed(z.optional(z.string()), "User name of the account.", SOURCE),
        token: observed(z.optional(z.string()), "Token of the account.", SOURCE),
        mod: mod(),
        state: state(),
      }),
      example: { username: "lamplighter", token: "0123456789abcdef0123456789abcd", mod: "belt-lamps", state: "on" },
    },
  },
  {
    ...toggle,
    id: "toggleBookmarkByGet",
    method: "GET",
    summary: "Set or remove a bookmark by GET",
    description: "As the POST form; one text says that the game does it so.",
    confidence: "one client",
    source: "a client's notes",
    parameters: [
      ...ACCOUNT,
      { name: "mod", in: "query", schema: mod(), example: "belt-lamps" },
      { name: "state", in: "query", schema: state(), example: "on" },
    ],
  },
];
