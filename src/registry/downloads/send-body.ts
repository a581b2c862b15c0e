import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { AppOptions } from "../app.ts";
import { piecesOf, writePieces } from "../byte-pieces.ts";
import { watchBreaks } from "../http/stream-breaks.ts";
import type { Underway } from "../http/underway.ts";
import type { SendBody } from "./zip-answer.ts";

/**
 * Sends what is read in pieces straight to a connection where there is one, and anything else as the body of an answer. What breaks
 * on the way ends the connection and is reported.
 *
 * @see rules REG-37 and HTTP-39
 */
export function sendBody(context: Context, report: AppOptions["onError"]): SendBody {
  const { outgoing, id } = (context.env ?? {}) as Partial<Underway>;
  const watch = watchBreaks(context, report);
  return (body, head) => {
    const open = outgoing ? piecesOf(body) : undefined;
    if (!outgoing || !open) return new Response(watch(body), head);
    outgoing.writeHead(head.status, head.headers);
    writePieces(open, outgoing).then(
      () => outgoing.end(),
      (error: unknown) => {
        if (!outgoing.destroyed && error instanceof Error) report?.(error, id);
        outgoing.destroy();
      },
    );
    return RESPONSE_ALREADY_SENT;
  };
}
