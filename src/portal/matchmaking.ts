import { findAnswer, getAnswer } from "./ask.ts";
import type { RequestOptions } from "./client.ts";
import { serviceContext, type ServiceOptions } from "./context.ts";
import { GameDetailsSchema, GamesSchema, type PublicGame, type PublicGameDetails } from "./contract/matchmaking.ts";
import { credentialsError, isPrivateWay } from "./credentials.ts";

/** Public games; every method throws what {@link Portal} lists. */
export interface Matchmaking {
  /** @throws {RoboportError} `NO_CREDENTIALS`, `CREDENTIALS_PLAINTEXT`; a wrong account is `PORTAL_STATUS` with 401. */
  listGames(options?: RequestOptions): Promise<readonly PublicGame[]>;
  /**
   * One game with its mods; needs no account.
   *
   * @param game its number, or `ADDRESS:PORT` of its host
   * @returns undefined when it is not on the list
   */
  findGame(game: string, options?: RequestOptions): Promise<PublicGameDetails | undefined>;
}

const LIST_CEILING = 64 * 1024 * 1024;
const GAME_CEILING = 4 * 1024 * 1024;

/**
 * The client of the matching server, `https://multiplayer.factorio.com`.
 *
 * @throws {RoboportError} `USAGE` for a URL that is none.
 * @see reference/portal-api.md §5.2
 */
export function openMatchmaking(options: ServiceOptions): Matchmaking {
  const context = serviceContext(options);
  const { base, credentials } = context;
  const ask = { method: "GET", cached: false } as const;
  return {
    listGames: async ({ signal } = {}) => {
      if (!credentials || !isPrivateWay(base)) throw credentialsError(base, credentials);
      const path = "get-games";
      return getAnswer(context, { ...ask, path, authorised: true, schema: GamesSchema, ceiling: LIST_CEILING, signal });
    },
    findGame: async (game, { signal } = {}) => {
      const path = `get-game-details/${encodeURIComponent(game).replaceAll("%3A", ":")}`;
      return findAnswer(context, { ...ask, path, schema: GameDetailsSchema, ceiling: GAME_CEILING, signal });
    },
  };
}
