import { openPortal, type Portal } from "../../portal/client.ts";
import type { ServiceOptions } from "../../portal/context.ts";
import type { ModFull, ModListEntry } from "../../portal/contract/mod.ts";
import type { CachedResponse, ResponseCache } from "../../portal/response-cache.ts";
import type { SafeUrl } from "../../portal/secret.ts";
import type { UpstreamAnswer } from "../storage/upstream-answers.ts";

/** What another portal says of something, when it is asked whether that changed. */
export type Told<T> =
  | { readonly kind: "told"; readonly value: T; readonly answer: UpstreamAnswer }
  | { readonly kind: "unchanged"; readonly answer: UpstreamAnswer }
  /** It says that there is no such thing. */
  | { readonly kind: "absent" };

/**
 * The portal that this one asks for what it does not have.
 *
 * Every method throws what the client of a portal throws: an upstream that cannot answer has not said "no".
 */
export interface Upstream {
  readonly url: SafeUrl;
  /** @param known what it said last, while that is still here */
  findMod(name: string, known: UpstreamAnswer | undefined, signal?: AbortSignal): Promise<Told<ModFull>>;
  /** Everything about these mods; those that it does not have are left out. */
  findMods(names: readonly string[], signal?: AbortSignal): Promise<readonly ModListEntry[]>;
  /** Every mod with its newest release. */
  listMods(known: UpstreamAnswer | undefined, signal?: AbortSignal): Promise<Told<readonly ModListEntry[]>>;
  download: Portal["download"];
}

const NOTHING: UpstreamAnswer = { freshUntil: 0 };

/**
 * Open the client of an upstream; nothing is asked yet. Its credentials go to its own origin and nowhere else.
 *
 * @throws {RoboportError} `USAGE` when the address is none.
 * @see rules SRC-1 and SRC-2
 */
export function openUpstream(service: ServiceOptions): Upstream {
  const portal = openPortal(service);
  /** One question with the validators of the last answer; the answers themselves are in the database. */
  const ask = async <T>(
    known: UpstreamAnswer | undefined,
    unchanged: string,
    question: (asked: Portal) => Promise<T | undefined>,
  ): Promise<Told<T>> => {
    const kept = keptAnswer(known, unchanged);
    const value = await question(openPortal({ ...service, cache: kept.cache }));
    if (value === undefined) return { kind: "absent" };
    const entry = kept.last();
    const answer = entry ? answerOf(entry) : NOTHING;
    return entry?.body === unchanged ? { kind: "unchanged", answer } : { kind: "told", value, answer };
  };
  return {
    url: portal.url,
    findMod: (name, known, signal) => ask(known, stubOf(name), (asked) => asked.findModFull(name, { signal })),
    findMods: (names, signal) => portal.getModsByName(names, { full: true, signal }),
    listMods: (known, signal) =>
      ask(known, EMPTY_LIST, async (asked) => (await asked.listModsPage({ pageSize: "max" }, { signal })).results),
    download: (path, options) => portal.download(path, options),
  };
}

const EMPTY_LIST = JSON.stringify({ pagination: null, results: [] });

/** What the client takes for the last answer: it has to be readable, and is what it gives back when nothing changed. */
function stubOf(name: string): string {
  return JSON.stringify({ name, title: "", owner: "", releases: [] });
}

function keptAnswer(known: UpstreamAnswer | undefined, body: string) {
  let last: CachedResponse | undefined;
  const first: CachedResponse | undefined = known && {
    status: 200,
    body,
    ...(known.etag !== undefined && { etag: known.etag }),
    ...(known.lastModified !== undefined && { lastModified: known.lastModified }),
    storedAt: 0,
    freshUntil: 0,
  };
  const cache: ResponseCache = {
    get: async () => first,
    put: async (_key, entry) => {
      last = entry;
    },
  };
  return { cache, last: () => last };
}

function answerOf({ etag, lastModified, freshUntil }: CachedResponse): UpstreamAnswer {
  return { etag, lastModified, freshUntil };
}
