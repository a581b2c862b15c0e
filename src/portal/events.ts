import type { SafeUrl } from "./secret.ts";

/** What happens between us and a portal, for progress displays and logs; never holds a secret. */
export type PortalEvent =
  | RequestStarted
  | RequestFinished
  | RequestFailed
  | RetryWaiting
  | AnsweredFromCache
  | UniverseGrew;

/** A request goes out; each redirect and each further attempt is one of its own. */
export interface RequestStarted {
  readonly kind: "request-started";
  readonly method: string;
  readonly url: SafeUrl;
}

/** Status and headers arrived. */
export interface RequestFinished {
  readonly kind: "request-finished";
  readonly method: string;
  readonly url: SafeUrl;
  readonly status: number;
  /** Milliseconds from sending to the answer's headers. */
  readonly ms: number;
}

/** No answer arrived. */
export interface RequestFailed {
  readonly kind: "request-failed";
  readonly method: string;
  readonly url: SafeUrl;
  /** In plain words. */
  readonly why: string;
}

/** A request failed and is sent again after a wait. */
export interface RetryWaiting {
  readonly kind: "retry-waiting";
  readonly url: SafeUrl;
  /** Of the attempt that failed, from 1. */
  readonly attempt: number;
  readonly ms: number;
  /** In plain words. */
  readonly why: string;
}

/** No request was needed, or none could be made. */
export interface AnsweredFromCache {
  readonly kind: "answered-from-cache";
  readonly url: SafeUrl;
  /** True when the answer's time was over. */
  readonly stale: boolean;
}

/** `loadUniverse` finished one level of dependencies. */
export interface UniverseGrew {
  readonly kind: "universe-grew";
  /** Mods known so far. */
  readonly mods: number;
  /** Names still to ask for. */
  readonly open: number;
}

/** Is told of each event as it happens. */
export type PortalEvents = (event: PortalEvent) => void;
