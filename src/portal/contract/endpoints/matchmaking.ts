import * as z from "zod/mini";
import type { Answer, Endpoint, Parameter } from "../endpoint.ts";
import { assumed, documented, inGame } from "../fact.ts";
import { GameDetailsSchema, GamesSchema, MatchmakingErrorSchema } from "../matchmaking.ts";
import { ACCOUNT } from "./account-parameters.ts";

const PAGE = "wiki Matchmaking_API";

const GAME = {
  game_id: 22382891,
  name: "Lamp works",
  max_players: 0,
  application_version: { game_version: "2.0.66", build_version: 83840, build_mode: "headless", platform: "linux64" },
  game_time_elapsed: 10292,
  has_password: false,
  host_address: "203.0.113.5:34197",
};

const GAME_ID: Parameter = {
  name: "game",
  in: "path",
  required: true,
  schema: inGame(z.string(), "Number of the game on the matching server.", "game logs of 0.16.36"),
  example: "22382891",
};

/** Public games. */
export const MATCHMAKING_ENDPOINTS: readonly Endpoint[] = [
  {
    id: "listGames",
    service: "matchmaking",
    method: "GET",
    path: "/get-games",
    summary: "List public games",
    description: "All games of the public list, without their mods.",
    stability: "internal",
    confidence: "documented",
    source: PAGE,
    proof: "account",
    parameters: ACCOUNT,
    answers: [
      {
        status: 200,
        when: "The account is accepted.",
        type: "application/json",
        schema: GamesSchema,
        example: [{ ...GAME, has_mods: true, mod_count: 4 }],
      },
      refusal(401, "Missing token."),
    ],
  },
  {
    id: "getGameDetails",
    service: "matchmaking",
    method: "GET",
    path: "/get-game-details/{game}",
    summary: "Look up a public game with its mods",
    description: "Needs no account. This is how a server's list of mods is read without joining it.",
    stability: "internal",
    confidence: "documented",
    source: PAGE,
    proof: "none",
    parameters: [
      {
        name: "game",
        in: "path",
        required: true,
        schema: documented(z.string(), "Number of the game, or `address:port` of its host.", PAGE),
        example: "203.0.113.5:34197",
      },
    ],
    answers: [
      {
        status: 200,
        when: "The game is on the list.",
        type: "application/json",
        schema: GameDetailsSchema,
        example: { ...GAME, mods: [{ name: "base", version: "2.0.66" }], mods_crc: 0 },
      },
      refusal(404, "no game for given host_address"),
    ],
  },
  hosting("createGame", "/create-game", "Put a game on the public list"),
  hosting("updateGame", "/update-game/{game}", "Tell what changed about a public game"),
  hosting("heartbeatGame", "/post-game-heartbeat/{game}", "Say that a public game still runs"),
  hosting("removeGame", "/remove-game/{game}", "Take a game off the public list"),
];

/** What a host sends; no source shows the bodies. */
function hosting(id: string, path: string, summary: string): Endpoint {
  return {
    id,
    service: "matchmaking",
    method: "POST",
    path,
    summary,
    description: "Sent by servers with a public game. Fields and answer are on no record.",
    stability: "undocumented",
    confidence: "game",
    source: "game logs of 0.16.36",
    proof: "account",
    ...(path.includes("{game}") && { parameters: [GAME_ID] }),
    answers: [
      {
        status: 200,
        when: "Success.",
        type: "application/json",
        schema: assumed(z.unknown(), "On no record.", "game logs"),
      },
      refusal(401, "Missing token."),
    ],
  };
}

function refusal(status: number, message: string): Answer {
  const when = status === 401 ? "The account is missing or not accepted." : "There is no such game.";
  return { status, when, type: "application/json", schema: MatchmakingErrorSchema, example: { message } };
}
