import type { IncomingMessage, ServerResponse } from "node:http";

/** What is known of a request while it is answered, beside what it says itself. */
export interface Passage {
  /** Names it in logs, in the answer and in reports of errors. */
  readonly id: string;
  /** The client's, as far as proxies are trusted. */
  readonly address: string;
  /** The API's own origin as the client reaches it; undefined when no trusted proxy told. */
  readonly origin: string | undefined;
  /** Path and query as they came in. */
  readonly target: string;
  /** Who it turned out to be. */
  user: string | undefined;
}

/** What answers a request on the level of `node:http`. */
export type PassageListener = (incoming: IncomingMessage, outgoing: ServerResponse, passage: Passage) => void;

/** Handlers find it as the environment of their context; it is empty where an app is called without a server. */
export interface PassageEnv {
  readonly env: Partial<Passage> | undefined;
}

/** Remember who a request turned out to be, for logs. */
export function noteUser({ env }: PassageEnv, user: string | undefined): void {
  if (env && user !== undefined) env.user = user;
}

/** The client's address; the same one for all where there is no server. */
export function clientAddress({ env }: PassageEnv): string {
  return env?.address ?? "";
}
