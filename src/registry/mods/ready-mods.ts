import { matchesEtag, unchangedHeaders, wholeHeaders } from "../answers.ts";
import { representationOf } from "../http/packed-body.ts";
import type { ReadyAnswers } from "../ready-answers.ts";
import type { World, WorldMod } from "../world.ts";
import { MOD_FORMS, type ModForm } from "./mod-route.ts";
import { renderedMod } from "./ready-body.ts";

/** Names that stand in a URL as they are; parameters change nothing. */
const TARGET = /^\/api\/mods\/([A-Za-z0-9_-]+)(\/full)?(?:\?|$)/;

/**
 * Single mods, answered as `modRoute` does, from bytes that are ready; left to it are names that are written otherwise than
 * they are, and what has to be packed or asked for first.
 *
 * @see rule REG-55
 */
export function readyMods(world: World): ReadyAnswers {
  return ({ method, url = "", headers }, outgoing, leave) => {
    const [, name, full] = method === "GET" ? (TARGET.exec(url) ?? []) : [];
    const mod = name === undefined ? undefined : peek(world, name);
    if (!mod) return leave();
    const form: ModForm = full === undefined ? "short" : "full";
    const body = representationOf(
      renderedMod(mod, form, () => MOD_FORMS[form](mod)),
      headers["accept-encoding"],
    );
    if (body instanceof Promise) return leave();
    if (matchesEtag(headers["if-none-match"], body.etag)) outgoing.writeHead(304, unchangedHeaders(body)).end();
    else outgoing.writeHead(200, wholeHeaders(body)).end(body.bytes);
  };
}

function peek(world: World, name: string): WorldMod | undefined {
  try {
    return world.peekMod?.(name);
  } catch {
    // The route meets the same fault again, and reports it.
    return undefined;
  }
}
