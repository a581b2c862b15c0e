import type { IncomingMessage, ServerResponse } from "node:http";
import { readyMods } from "./mods/ready-mods.ts";
import { readySearch } from "./search/ready-search.ts";
import type { World } from "./world.ts";

/**
 * Answers a request on the level of `node:http` when its answer is at hand, or leaves it to the routes, which would answer
 * the same.
 */
export type ReadyAnswers = (incoming: IncomingMessage, outgoing: ServerResponse, leave: () => void) => void;

/**
 * What a portal is asked most, without what a router costs. Nothing here depends on who asks.
 *
 * @see rule REG-55
 */
export function openReadyAnswers(world: World): ReadyAnswers {
  const [mods, search] = [readyMods(world), readySearch(world)];
  return (incoming, outgoing, leave) => mods(incoming, outgoing, () => search(incoming, outgoing, leave));
}
