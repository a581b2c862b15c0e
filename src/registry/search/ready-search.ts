import type { IncomingMessage, ServerResponse } from "node:http";
import { freshHeaders } from "../answers.ts";
import type { ReadyAnswers } from "../ready-answers.ts";
import type { World } from "../world.ts";
import { searchEngineOf } from "./search-engine.ts";
import { findSearchRequest } from "./search-query.ts";

/** Nobody types more. */
const BODY_MAX = 16 * 1024;

/** A request whose body was read already: the routes take it from there. */
interface Read extends IncomingMessage {
  rawBody?: Buffer;
}

/**
 * Searches, answered as `searchRoute` does but without what a router costs; left to it, with their body, are those of
 * bookmarks, those that are none, and those whose answer is to be packed.
 *
 * @see rule REG-55
 */
export function readySearch(world: World): ReadyAnswers {
  return (incoming: Read, outgoing, leave) => {
    if (!mayBeReady(incoming)) return leave();
    const pieces: Buffer[] = [];
    incoming.on("data", (piece: Buffer) => pieces.push(piece));
    incoming.once("end", () => {
      incoming.rawBody = Buffer.concat(pieces);
      // Whatever went wrong, the route meets it again and reports it.
      answer(world, incoming.rawBody.toString("utf8"), outgoing).then((isDone) => isDone || leave(), leave);
    });
  };
}

function mayBeReady({ method, url, headers }: IncomingMessage): boolean {
  if (method !== "POST" || url !== "/api/search" || headers["accept-encoding"] !== undefined) return false;
  return Number(headers["content-length"] ?? Number.POSITIVE_INFINITY) <= BODY_MAX;
}

async function answer(world: World, body: string, outgoing: ServerResponse): Promise<boolean> {
  const request = findSearchRequest(body);
  if (!request || request.onlyBookmarks) return false;
  const engine = await searchEngineOf(await world.allMods());
  const json = engine.answer(request.query);
  outgoing.writeHead(200, { ...freshHeaders(json), Vary: "Accept-Encoding" }).end(json);
  return true;
}
