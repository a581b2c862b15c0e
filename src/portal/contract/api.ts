import type { Endpoint } from "./endpoint.ts";
import { ACCOUNT_ENDPOINTS } from "./endpoints/accounts.ts";
import { AUTHORING_ENDPOINTS } from "./endpoints/authoring.ts";
import { BOOKMARK_ENDPOINTS } from "./endpoints/bookmarks.ts";
import { DOWNLOAD_ENDPOINTS } from "./endpoints/downloads.ts";
import { GAME_FILE_ENDPOINTS } from "./endpoints/game-files.ts";
import { MATCHMAKING_ENDPOINTS } from "./endpoints/matchmaking.ts";
import { MOD_ENDPOINTS } from "./endpoints/mods.ts";
import { SEARCH_ENDPOINTS } from "./endpoints/search.ts";

/** Every known endpoint of the portal and its sister services, in the order a reader wants. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...MOD_ENDPOINTS,
  ...SEARCH_ENDPOINTS,
  ...BOOKMARK_ENDPOINTS,
  ...DOWNLOAD_ENDPOINTS,
  ...AUTHORING_ENDPOINTS,
  ...ACCOUNT_ENDPOINTS,
  ...MATCHMAKING_ENDPOINTS,
  ...GAME_FILE_ENDPOINTS,
];
