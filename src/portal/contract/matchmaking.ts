import * as z from "zod/mini";
import { documented, named, observed } from "./fact.ts";
import { optionalNumber, optionalText, optionalTexts, optionalTruth, type Wire } from "./wire.ts";

const PAGE = "wiki Matchmaking_API";
const RECORDED = "a recorded answer of October 2025";

const truth = () => z.nullish(z.union([z.boolean(), z.string()]));
const minutes = () => z.nullish(z.union([z.number(), z.string()]));

const gameBase = {
  game_id: documented(z.number(), "Number of the game on this matching server.", PAGE),
  name: documented(z.string(), "Name of the game, maybe with rich text tags.", PAGE),
  description: documented(optionalText(), "What its host wrote, maybe with rich text tags.", PAGE),
  max_players: documented(z.nullish(z.union([z.number(), z.string()])), "0 means no limit.", PAGE),
  application_version: documented(
    z.looseObject({
      game_version: documented(z.string(), "Full version of the game, such as `2.0.66`.", PAGE),
      build_version: documented(z.nullish(z.union([z.number(), z.string()])), "Number of the build.", PAGE),
      build_mode: documented(optionalText(), "`headless`, `alpha`, `steam`, …", PAGE),
      platform: documented(optionalText(), "`linux64`, `win64`, …", PAGE),
    }),
    "What the host runs.",
    PAGE,
  ),
  game_time_elapsed: documented(minutes(), "How long the game runs; whether minutes or ticks is on no record.", PAGE),
  has_password: documented(truth(), "Whether a password is asked; a text in old answers.", PAGE),
  server_id: documented(optionalText(), "Identity of the host, base64.", PAGE),
  tags: documented(optionalTexts(), "What its host wrote.", PAGE),
  host_address: documented(optionalText(), "Address and port; the address may be `0.0.0.0`.", PAGE),
  headless_server: observed(optionalTruth(), "Whether it is a headless server.", RECORDED),
  players: documented(optionalTexts(), "Who is on; absent when nobody is.", PAGE),
};

/** One public game, as in the list. */
export const GameSchema = named(
  "Game",
  z.looseObject({
    ...gameBase,
    has_mods: documented(truth(), "Whether it has mods.", PAGE),
    mod_count: documented(optionalNumber(), "How many mods it has.", PAGE),
  }),
);

/** The answer of `/get-games`. */
export const GamesSchema = named("Games", z.array(GameSchema));

/** One public game with its mods. */
export const GameDetailsSchema = named(
  "GameDetails",
  z.looseObject({
    ...gameBase,
    mods: documented(
      z.nullish(z.array(z.looseObject({ name: z.string(), version: z.string() }))),
      "All mods of the game with their versions, built-in ones too.",
      PAGE,
    ),
    mods_crc: documented(optionalNumber(), "Checksum of the mods; its rule is on no record.", PAGE),
    host_port: observed(optionalNumber(), "Port of the host.", RECORDED),
    last_heartbeat: documented(optionalNumber(), "Seconds since 1970, with a fraction.", PAGE),
    require_user_verification: observed(optionalTruth(), "Whether players have to own the game.", PAGE),
  }),
);

/** What the matching server answers when it refuses. */
export const MatchmakingErrorSchema = named(
  "MatchmakingError",
  z.looseObject({
    message: documented(
      z.string(),
      "`Missing username.`, `Missing token.`, `User not found.`, `Token doesn't match.`, `no game for given host_address`.",
      PAGE,
    ),
  }),
);

/** One public game, as in the list. */
export type PublicGame = Wire<typeof GameSchema>;
/** One public game with its mods. */
export type PublicGameDetails = Wire<typeof GameDetailsSchema>;
