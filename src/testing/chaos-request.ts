import type { IncomingMessage } from "node:http";
import type { FaultName } from "./fault.ts";

/**
 * What a portal is asked for: `list` the mods by name or page, `mod` and `full` one mod, `download` a link to a release,
 * `file` the release itself. `elsewhere` is another server, of which a portal may speak but to which no secret belongs.
 */
export type Service =
  | "list"
  | "mod"
  | "full"
  | "search"
  | "bookmarks"
  | "login"
  | "download"
  | "file"
  | "elsewhere"
  | "other";

/** Everything that a chaos portal received in one request. */
export interface ChaosQuestion {
  readonly service: Service;
  readonly method: string;
  /** Whole URL, with whatever the client put into it. */
  readonly url: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Names of the mods it is about, as far as it names any. */
  readonly mods: readonly string[];
}

/** A request that a chaos portal answered, rightly or not. */
export interface ChaosRequest extends ChaosQuestion {
  /** What went wrong with the answer. */
  readonly fault: FaultName | undefined;
}

const SERVICES: readonly (readonly [path: RegExp, service: Service])[] = [
  [/^\/api\/mods$/, "list"],
  [/^\/api\/mods\/([^/]+)$/, "mod"],
  [/^\/api\/mods\/([^/]+)\/full$/, "full"],
  [/^\/api\/search$/, "search"],
  [/^\/api\/bookmarks(?:\/|$)/, "bookmarks"],
  [/^\/login$/, "login"],
  [/^\/{1,2}download\/([^/]+)\/[^/]+$/, "download"],
  [/^\/{1,2}download\/([^/]+)\/[^/]+\/[^/]+$/, "file"],
];

/** Read a request whole. */
export async function readRequest(message: IncomingMessage, origin: string): Promise<ChaosQuestion> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  // By the name that the client calls the server.
  const url = new URL(`${new URL(origin).protocol}//${message.headers.host}${message.url}`);
  const headers = Object.entries(message.headers).map(([name, value]) => [name, [value].flat().join(", ")]);
  const { method = "GET" } = message;
  const seen = { method, url: url.href, headers: Object.fromEntries(headers), body };
  return { ...findQuestion(url, body), ...seen };
}

/** The same request, to be answered. */
export function toRequest({ method, url, headers, body }: ChaosQuestion): Request {
  return new Request(url, { method, headers, ...(method !== "GET" && method !== "HEAD" && { body }) });
}

/** Which service of the portal itself a URL belongs to, and the mods that URL and form body name. */
function findQuestion(url: URL, body: string): Pick<ChaosQuestion, "service" | "mods"> {
  for (const [path, service] of SERVICES) {
    const match = path.exec(url.pathname);
    if (!match) continue;
    if (service !== "list") return { service, mods: match.slice(1).map(decodePart) };
    const named = [...url.searchParams, ...new URLSearchParams(body)].filter(([name]) => name === "namelist");
    return { service, mods: named.flatMap(([, value]) => value.split(",")) };
  }
  return { service: "other", mods: [] };
}

/** As decodeURIComponent, for whatever a client may send. */
function decodePart(text: string): string {
  return new URLSearchParams(`part=${text.replaceAll("+", "%2B").replaceAll("&", "%26")}`).get("part") ?? "";
}
