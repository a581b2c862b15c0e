import type { Clock } from "./clock.ts";
import type { Credentials } from "./credentials.ts";
import type { PortalEvents } from "./events.ts";
import type { ResponseCache } from "./response-cache.ts";
import type { RetryOptions } from "./retry.ts";
import type { Transport } from "./transport.ts";

/**
 * How the metadata cache is used: `default` answers from it while an answer is fresh and asks with validators after;
 * `allow-stale` also answers from it when the portal cannot be reached or is ill; `offline` never asks.
 */
export type CacheMode = "default" | "allow-stale" | "offline";

/** What every request to one portal needs. */
export interface PortalContext {
  /** Ends with a slash. */
  readonly base: URL;
  readonly transport: Transport;
  readonly userAgent: string;
  readonly credentials: Credentials | undefined;
  readonly cache: ResponseCache | undefined;
  readonly cacheMode: CacheMode;
  readonly retry: RetryOptions;
  readonly clock: Clock;
  readonly emit: PortalEvents;
}
