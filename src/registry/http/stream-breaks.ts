import type { Context } from "hono";
import type { AppOptions } from "../app.ts";
import type { Underway } from "./underway.ts";

type Body = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** Makes of a body one that never fails. */
export type WatchedBody = (body: Body) => Body;

/**
 * For bodies that may break when their head is long sent: then the operator is told and the connection ends, which is all
 * that a client can still be told.
 *
 * @see rule HTTP-39
 */
export function watchBreaks({ env }: Context, report: AppOptions["onError"]): WatchedBody {
  const { outgoing, id } = (env ?? {}) as Partial<Underway>;
  const whenBroken = (error: unknown) => {
    if (error instanceof Error) report?.(error, id);
    outgoing?.destroy();
  };
  return (body) => (outgoing && body instanceof ReadableStream ? neverFailing(body, whenBroken) : body);
}

/** Handlers whose answers may be streams, watched by {@link watchBreaks}. */
export function reportingBreaks(
  handler: (context: Context) => Promise<Response>,
  report: AppOptions["onError"],
): (context: Context) => Promise<Response> {
  return async (context) => {
    const answer = await handler(context);
    const { status, headers } = answer;
    if (isAtHand(headers) || !answer.body) return answer;
    return new Response(watchBreaks(context, report)(answer.body), { status, headers });
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
