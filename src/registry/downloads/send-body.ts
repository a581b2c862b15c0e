import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { AppOptions } from "../app.ts";
import { watchBreaks } from "../http/stream-breaks.ts";
import type { Underway } from "../http/underway.ts";
import { spanOf, writeSpan } from "../storage/file-span.ts";
import type { SendBody } from "./zip-answer.ts";

/**
 * Sends a file straight from the disk where there is a connection, and anything else as the body of an answer. What breaks
 * on the way ends the connection and is reported.
 *
 * @see rules REG-37 and HTTP-39
 */
export function sendBody(context: Context, report: AppOptions["onError"]): SendBody {
  const { outgoing, id } = (context.env ?? {}) as Partial<Underway>;
  const watch = watchBreaks(context, report);
  return (body, head) => {
    const span = outgoing ? spanOf(body) : undefined;
    if (!outgoing || !span) return new Response(watch(body), head);
    outgoing.writeHead(head.status, head.headers);
    writeSpan(span, outgoing).then(
      () => outgoing.end(),
      (error: unknown) => {
        if (!outgoing.destroyed && error instanceof Error) report?.(error, id);
        outgoing.destroy();
      },
    );
    return RESPONSE_ALREADY_SENT;
  };
}
