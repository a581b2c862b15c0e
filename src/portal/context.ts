import { RoboportError } from "../errors.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Credentials } from "./credentials.ts";
import type { PortalEvents } from "./events.ts";
import type { ResponseCache } from "./response-cache.ts";
import { DEFAULT_RETRY, type RetryOptions } from "./retry.ts";
import { safeUrl } from "./secret.ts";
import type { Transport } from "./transport.ts";
import { findUrl } from "./url.ts";

/** What a client of any of the services is made of. */
export interface ServiceOptions {
  /** Origin and, behind a proxy, path of the service. */
  readonly url: string;
  readonly transport: Transport;
  /** Names the program and where to find its makers: `tool/1.2 (+https://…)`. */
  readonly userAgent: string;
  /** For this service only; they are sent to its origin and nowhere else. */
  readonly credentials?: Credentials | undefined;
  readonly retry?: Partial<RetryOptions> | undefined;
  /** Default: {@link systemClock}. */
  readonly clock?: Clock | undefined;
  readonly events?: PortalEvents | undefined;
}

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

/**
 * The surroundings of requests to a service, without a cache.
 *
 * @throws {RoboportError} `USAGE` when the URL is not an absolute http or https URL.
 */
export function serviceContext(options: ServiceOptions): PortalContext {
  return {
    base: parseBase(options.url),
    transport: options.transport,
    userAgent: options.userAgent,
    credentials: options.credentials,
    cache: undefined,
    cacheMode: "default",
    retry: { ...DEFAULT_RETRY, ...options.retry },
    clock: options.clock ?? systemClock,
    emit: options.events ?? (() => {}),
  };
}

function parseBase(text: string): URL {
  const url = findUrl(text);
  if (url && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") {
    return new URL(`${url.origin}${url.pathname.replace(/\/*$/, "/")}`);
  }
  throw new RoboportError("USAGE", `Cannot use ${url ? safeUrl(url) : "this text"} as a portal address`, {
    hint: "Write it as https://HOST or http://HOST:PORT, without user name and password.",
  });
}
