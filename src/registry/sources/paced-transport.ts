import type { Clock } from "../../portal/clock.ts";
import type { Transport } from "../../portal/transport.ts";

export interface Pace {
  /** The server that is asked no faster; others are not held up. */
  readonly origin: string;
  readonly perSecond: number;
  readonly clock: Pick<Clock, "now" | "sleep">;
}

/**
 * A transport that begins requests to one server at even distances, retries and redirects included.
 *
 * @see reference/portal-api.md §0.1 and §11.3, rule MIRROR-3
 */
export function pacedTransport(transport: Transport, { origin, perSecond, clock }: Pace): Transport {
  let next = Number.NEGATIVE_INFINITY;
  return async (request) => {
    if (new URL(request.url).origin === origin) {
      const turn = Math.max(clock.now(), next);
      next = turn + 1000 / perSecond;
      const wait = turn - clock.now();
      if (wait > 0) await clock.sleep(wait, request.signal);
    }
    return await transport(request);
  };
}
