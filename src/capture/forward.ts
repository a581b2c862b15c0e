import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { type HostMap, meantLocation, realUrl } from "./destination.ts";
import { type BodyKeeper, keepBody } from "./keep-body.ts";
import { rewriteLinks } from "./rewrite-links.ts";
import { headerOf, type Headers, pairHeaders, type RawExchange } from "./raw-exchange.ts";

/** How requests are passed on. */
export interface Forwarding {
  readonly maps: readonly HostMap[];
  readonly clock: () => Date;
  /** Milliseconds. */
  readonly monotonic: () => number;
  /** Told of every exchange, once it is over. */
  readonly onExchange: (exchange: RawExchange) => void;
  /** Connections to servers, which are kept for a while. */
  readonly agents: { readonly http: http.Agent; readonly https: https.Agent };
}

/** Without a byte from the server. */
const SILENCE_MS = 120_000;
/** Between two neighbours on the wire, and not passed on. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Pass a request on, its answer back, and tell of both when it is over.
 *
 * @param url where the client means it to go
 * @see rules CAPTURE-7 and CAPTURE-9
 */
export function forward(url: URL, pair: Pair, forwarding: Forwarding): void {
  const { request, response } = pair;
  const target = realUrl(url, forwarding.maps);
  const passage: Passage = {
    ...pair,
    record: openRecord(url, request, forwarding),
    maps: target === url ? [] : forwarding.maps,
  };
  const upstream = openUpstream(target, passage, forwarding);
  const fail = (error: Error) => refuse(passage, `Cannot reach ${target.host} (${reasonOf(error)})`);
  upstream.on("timeout", () => upstream.destroy(because("ETIMEDOUT")));
  upstream.on("error", fail);
  upstream.on("response", (answer) => passBack(answer, passage));
  response.on("close", () => {
    if (!response.writableFinished) upstream.destroy(because("the client went away"));
  });
  look(request, passage.record.sent);
  request.pipe(upstream);
}

/** One request on its way. */
interface Passage extends Pair {
  readonly record: Recording;
  /** None when the server is asked itself. */
  readonly maps: readonly HostMap[];
}

function openUpstream(target: URL, { request, maps }: Passage, { agents }: Forwarding): http.ClientRequest {
  const isEncrypted = target.protocol === "https:";
  return (isEncrypted ? https : http).request(target, {
    agent: isEncrypted ? agents.https : agents.http,
    method: request.method,
    headers: [...requestHeaders(request, maps), ["host", target.host]].flat(),
    timeout: SILENCE_MS,
  });
}

function refuse({ response, record }: Passage, why: string): void {
  record.end(undefined, why);
  if (response.headersSent) response.destroy();
  else response.writeHead(502, { "content-type": "text/plain" }).end(`${why}\n`);
}

function passBack(answer: IncomingMessage, { response, record, maps }: Passage): void {
  record.begin(answer);
  const isRewritten = maps.length > 0 && isPlainJson(answer);
  const body = isRewritten ? answer.pipe(rewriteLinks(maps)) : answer;
  const headers = answerHeaders(answer, maps).filter(
    ([name]) => !isRewritten || name.toLowerCase() !== "content-length",
  );
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? "", headers.flat());
  look(body, record.received());
  body.on("end", () => record.end(answer, answer.complete ? undefined : "It broke off"));
  answer.on("error", (error) => {
    record.end(answer, `It broke off (${reasonOf(error)})`);
    response.destroy();
  });
  body.pipe(response);
}

function because(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** A request of a client, and what it is answered with. */
export interface Pair {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function look(body: Readable, keeper: BodyKeeper): void {
  body.on("data", (piece: Buffer) => keeper.add(piece));
}

function reasonOf(error: Error): string {
  return "code" in error ? String(error.code) : "unknown";
}

function passedOn(headers: Headers): Headers {
  const named = headerOf(headers, "connection")
    .toLowerCase()
    .split(/\s*,\s*/);
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return lower !== "host" && !HOP_BY_HOP.has(lower) && !named.includes(lower);
  });
}

/** Links can be read in what is not packed. */
function requestHeaders(request: IncomingMessage, maps: readonly HostMap[]): Headers {
  const headers = passedOn(pairHeaders(request.rawHeaders));
  return maps.length > 0 ? headers.filter(([name]) => name.toLowerCase() !== "accept-encoding") : headers;
}

function isPlainJson({ headers }: IncomingMessage): boolean {
  return (
    /^application\/(?:[\w.+-]*\+)?json\b/i.test(headers["content-type"] ?? "") &&
    headers["content-encoding"] === undefined
  );
}

function answerHeaders(answer: IncomingMessage, maps: readonly HostMap[]): Headers {
  return passedOn(pairHeaders(answer.rawHeaders)).map(([name, value]) => [
    name,
    name.toLowerCase() === "location" ? meantLocation(value, maps) : value,
  ]);
}

/** What is noted of one exchange while it goes on. */
interface Recording {
  readonly sent: BodyKeeper;
  received(): BodyKeeper;
  begin(answer: IncomingMessage): void;
  end(answer: IncomingMessage | undefined, failure: string | undefined): void;
}

const NO_HEADERS = { type: "", encoding: "" };

function openRecord(url: URL, request: IncomingMessage, { clock, monotonic, onExchange, maps }: Forwarding): Recording {
  const [startedAt, start] = [clock(), monotonic()];
  const requestHeaders = pairHeaders(request.rawHeaders);
  const sent = keepBody(bodyHeaders(requestHeaders));
  let received = keepBody(NO_HEADERS);
  let begun = start;
  let isOver = false;
  return {
    sent,
    received: () => received,
    begin(answer) {
      begun = monotonic();
      received = keepBody(bodyHeaders(pairHeaders(answer.rawHeaders)));
    },
    end(answer, failure) {
      if (isOver) return;
      isOver = true;
      onExchange({
        startedAt,
        waitMs: begun - start,
        receiveMs: monotonic() - begun,
        method: request.method ?? "",
        url,
        requestHeaders,
        sent: sent.end(),
        status: answer?.statusCode ?? 0,
        statusText: answer?.statusMessage ?? "",
        responseHeaders: answer ? answerHeaders(answer, maps) : [],
        received: received.end(),
        failure,
      });
    },
  };
}

function bodyHeaders(headers: Headers): { readonly type: string; readonly encoding: string } {
  return { type: headerOf(headers, "content-type"), encoding: headerOf(headers, "content-encoding").toLowerCase() };
}
