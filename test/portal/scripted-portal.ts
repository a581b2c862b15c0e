import type { CachedResponse, ResponseCache } from "../../src/portal/response-cache.ts";
import { openPortal, type Portal, type PortalOptions } from "../../src/portal/client.ts";
import type { PortalEvent } from "../../src/portal/events.ts";
import { fetchTransport } from "../../src/portal/fetch-transport.ts";

/** What a client sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Answer = (request: SentRequest, index: number) => Response | Promise<Response>;

/** A client, and everything that can be seen of what it does. */
export interface ScriptedPortal {
  readonly portal: Portal;
  readonly sent: readonly SentRequest[];
  readonly events: readonly PortalEvent[];
  /** Milliseconds of each wait. */
  readonly waits: readonly number[];
  /** Let time pass. */
  advance(ms: number): void;
}

/** A client of `https://portal.test` that talks to a function; time passes only while it waits. */
export function scriptPortal(answer: Answer, options: Partial<PortalOptions> = {}): ScriptedPortal {
  const sent: SentRequest[] = [];
  const events: PortalEvent[] = [];
  const waits: number[] = [];
  let now = Date.parse("2026-11-22T07:00:00Z");
  const advance = (ms: number) => {
    now += ms;
  };
  const portal = openPortal({
    url: "https://portal.test",
    userAgent: "test/1.0 (+https://example.test)",
    transport: fetchTransport(async (request) => {
      const { method, url, headers } = request;
      const one = { method, url, headers: Object.fromEntries(headers), body: await request.text() };
      return answer(one, sent.push(one) - 1);
    }),
    clock: {
      now: () => now,
      random: () => 1,
      sleep: async (ms, signal) => {
        signal?.throwIfAborted();
        waits.push(ms);
        advance(ms);
      },
    },
    events: (event) => events.push(event),
    ...options,
  });
  return { portal, sent, events, waits, advance };
}

/** A response cache that can be looked into. */
export interface MemoryCache extends ResponseCache {
  readonly entries: Map<string, CachedResponse>;
}

export function memoryCache(): MemoryCache {
  const entries = new Map<string, CachedResponse>();
  return {
    entries,
    get: async (key) => entries.get(key),
    put: async (key, entry) => {
      entries.set(key, entry);
    },
  };
}

/** A mod as `/api/mods/{name}/full` tells it. */
export function fullMod(name: string, releases: readonly object[] = [release(name, "1.0.0")]) {
  return {
    name,
    title: `Title of ${name}`,
    owner: "someone",
    summary: "",
    downloads_count: 7,
    created_at: "2024-01-01T00:00:00.000000Z",
    releases,
  };
}

/** A release as the full form tells it. */
export function release(name: string, version: string, dependencies: readonly string[] = ["base"], line = "2.0") {
  return {
    download_url: `/download/${encodeURIComponent(name)}/5ecac7e44d121d000cd77c76`,
    file_name: `${name}_${version}.zip`,
    info_json: { factorio_version: line, dependencies },
    released_at: "2024-01-01T00:00:00.000000Z",
    version,
    sha1: "55f7bbcfc0c0e831008b57c321db509bf3a25285",
  };
}

/** What a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`Expected a failure, got ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
