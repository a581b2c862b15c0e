import type { Context } from "hono";
import type { AppOptions } from "../app.ts";
import type { Underway } from "./connections.ts";

/**
 * Handlers whose answers are streams that may break when their head is long sent: then the operator is told and the
 * connection ends, which is all that a client can still be told.
 *
 * @see rule HTTP-39
 */
export function reportingBreaks(
  handler: (context: Context) => Promise<Response>,
  report: AppOptions["onError"],
): (context: Context) => Promise<Response> {
  return async (context) => {
    const answer = await handler(context);
    const { outgoing, id } = (context.env ?? {}) as Partial<Underway>;
    const { status, headers } = answer;
    if (!outgoing || isAtHand(headers) || !answer.body) return answer;
    const whenBroken = (error: unknown) => {
      if (error instanceof Error) report?.(error, id);
      outgoing.destroy();
    };
    return new Response(neverFailing(answer.body, whenBroken), { status, headers });
  };
}

/** JSON whose length is known stands in memory, and goes out faster as it is. */
function isAtHand(headers: Headers): boolean {
  return headers.has("Content-Length") && headers.get("Content-Type") === "application/json";
}

/** The same bytes; where they break there is a call in place of an error. */
function neverFailing(
  body: ReadableStream<Uint8Array>,
  whenBroken: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const source = body.getReader();
  let isWanted = true;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const piece = await source.read().catch((error: unknown) => void (isWanted && whenBroken(error)));
        // After a break nothing follows: an end would pass for the whole, and the reader learns of it by the connection.
        if (!piece || !isWanted) return;
        if (piece.done) controller.close();
        else controller.enqueue(piece.value);
      },
      cancel: (reason) => {
        isWanted = false;
        return source.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
