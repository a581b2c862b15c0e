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
export function forward(url: URL, { request, response }: Pair, forwarding: Forwarding): void {
  const { agents, maps } = forwarding;
  const target = realUrl(url, maps);
  const { request: open, agent } =
    target.protocol === "https:"
      ? { request: https.request, agent: agents.https }
      : { request: http.request, agent: agents.http };
  const isMapped = target !== url;
  const record = openRecord(url, request, forwarding);
  const upstream = open(target, {
    agent,
    method: request.method,
    path: target.pathname + target.search,
    headers: [...requestHeaders(request, isMapped), ["host", target.host]].flat(),
    timeout: SILENCE_MS,
  });
  look(request, record.sent);
  request.pipe(upstream);
  upstream.on("timeout", () => upstream.destroy(Object.assign(new Error("It does not answer"), { code: "ETIMEDOUT" })));
  upstream.on("error", (error) => {
    record.end(undefined, `Cannot reach ${target.host} (${reasonOf(error)})`);
    if (response.headersSent) return void response.destroy();
    response.writeHead(502, { "content-type": "text/plain" }).end(`Cannot reach ${target.host} (${reasonOf(error)})\n`);
  });
  response.on("close", () => {
    if (!response.writableFinished)
      upstream.destroy(Object.assign(new Error("Gone"), { code: "the client went away" }));
  });
  upstream.on("response", (answer) => {
    record.begin(answer);
    const rewriter = isMapped && isJson(answer) ? rewriteLinks(maps) : undefined;
    const headers = answerHeaders(answer, maps).filter(
      ([name]) => !rewriter || name.toLowerCase() !== "content-length",
    );
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? "", headers.flat());
    look(rewriter ?? answer, record.received());
    (rewriter ? answer.pipe(rewriter) : answer).pipe(response);
    (rewriter ?? answer).on("end", () => record.end(answer, answer.complete ? undefined : "It broke off"));
    answer.on("error", (error) => {
      record.end(answer, `It broke off (${reasonOf(error)})`);
      response.destroy();
    });
  });
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
function requestHeaders(request: IncomingMessage, isMapped: boolean): Headers {
  const headers = passedOn(pairHeaders(request.rawHeaders));
  return isMapped ? headers.filter(([name]) => name.toLowerCase() !== "accept-encoding") : headers;
}

function isJson({ headers }: IncomingMessage): boolean {
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
interface Record {
  readonly sent: BodyKeeper;
  received(): BodyKeeper;
  begin(answer: IncomingMessage): void;
  end(answer: IncomingMessage | undefined, failure: string | undefined): void;
}

const NO_HEADERS = { type: "", encoding: "" };

function openRecord(url: URL, request: IncomingMessage, { clock, monotonic, onExchange, maps }: Forwarding): Record {
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
