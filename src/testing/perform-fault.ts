import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";
import { type ChaosAnswer, formatHead, withBody, withHeaders } from "./chaos-answer.ts";
import type { Fault, FaultName } from "./fault.ts";

/** A request that is to be answered wrongly. */
export interface Exchange {
  readonly url: URL;
  readonly socket: Socket;
  /** Of the portal's third origin, without a slash at the end. */
  readonly elsewhere: string;
  /** What the portal would answer. */
  readonly answer: () => Promise<ChaosAnswer>;
  /** From 0 up to 1, by the seed. */
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type FaultOf<Name extends FaultName> = Extract<Fault, { readonly fault: Name }>;
type Performers = { readonly [Name in FaultName]: (fault: FaultOf<Name>, exchange: Exchange) => unknown };

const SLOW_HEAD_MS = 100;
const SLOW_BODY_BYTES = 10;
const BOMB_LENGTH = 1024 ** 3;
const BOMB_PIECE = 16 * 1024 ** 2;
const ENDLESS_PIECE = Buffer.alloc(64 * 1024, " ");
const HOP = "hop";

/** Answer a request as the fault says; resolves once the answer has gone out as far as it goes. */
export async function performFault<Name extends FaultName>(fault: FaultOf<Name>, exchange: Exchange): Promise<void> {
  await (PERFORMERS[fault.fault] as Performers[Name])(fault, exchange);
}

const PERFORMERS: Performers = {
  silent: () => {},
  "hang-up": (_, { socket }) => socket.end(),
  reset: async ({ at }, exchange) => {
    const answer = await exchange.answer();
    await sendBegin(exchange, answer, at);
    reset(exchange.socket);
  },
  "slow-head": async ({ everyMs = SLOW_HEAD_MS }, exchange) => {
    const answer = await exchange.answer();
    await drip(exchange.socket, Buffer.from(formatHead(answer)), { size: 1, everyMs });
    exchange.socket.end(answer.body);
  },
  "slow-body": async ({ bytesPerSecond = SLOW_BODY_BYTES }, exchange) => {
    const answer = await exchange.answer();
    exchange.socket.write(formatHead(answer));
    await drip(exchange.socket, answer.body, { size: 1, everyMs: 1000 / bytesPerSecond });
    exchange.socket.end();
  },
  stall: async ({ at }, exchange) => sendBegin(exchange, await exchange.answer(), at),
  cut: async ({ at, framing = "length" }, exchange) => {
    const answer = await exchange.answer();
    const unframed = withHeaders(answer, { "content-length": null });
    if (framing === "chunked") await sendChunk(exchange, answer, at);
    else await sendBegin(exchange, framing === "none" ? unframed : answer, at);
    exchange.socket.end();
  },
  status: (fault, exchange) => send(exchange, statusAnswer(fault, exchange)),
  redirect: ({ to = "{url}", status = 302 }, exchange) => {
    const location = to.replaceAll("{url}", exchange.url.href).replaceAll("{elsewhere}", exchange.elsewhere);
    send(exchange, redirectAnswer(location, status));
  },
  redirects: async ({ hops = Infinity }, exchange) => {
    const { searchParams } = exchange.url;
    if (searchParams.getAll(HOP).length >= hops) return send(exchange, await exchange.answer());
    const next = new URL(exchange.url);
    next.searchParams.append(HOP, String(searchParams.getAll(HOP).length + 1));
    send(exchange, redirectAnswer(next.href, 302));
  },
  headers: async ({ set = {}, add = [] }, exchange) => {
    const answer = withHeaders(await exchange.answer(), set);
    exchange.socket.write(formatHead(answer, add));
    exchange.socket.end(answer.body);
  },
  part: async (_, exchange) => {
    const answer = await exchange.answer();
    const { length } = answer.body;
    const start = Math.floor(length / 2);
    const part = withHeaders(answer, { "content-range": `bytes ${start}-${length - 1}/${length}` });
    send(exchange, { ...withBody(part, answer.body.subarray(start)), status: 206 });
  },
  whole: async (_, exchange) => {
    const answer = await exchange.answer();
    send(exchange, { ...withHeaders(answer, { "content-range": null }), status: 200 });
  },
  bytes: ({ bytes }, { socket }) => socket.end(bytes, "latin1"),
  flip: async ({ at }, exchange) => {
    const answer = await exchange.answer();
    const bit = at ?? Math.floor(exchange.random() * answer.body.length * 8);
    const body = Buffer.from(answer.body);
    body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    send(exchange, { ...answer, body });
  },
  replace: ({ body, type }, exchange) => send(exchange, withBody(emptyAnswer(200, { "content-type": type }), body)),
  change: async ({ change }, exchange) => {
    const answer = await exchange.answer();
    send(exchange, withBody(answer, change(answer.body)));
  },
  gzip: async (_, exchange) => {
    const answer = withHeaders(await exchange.answer(), { "content-encoding": "gzip" });
    send(exchange, withBody(answer, gzipSync(answer.body)));
  },
  bomb: async ({ length = BOMB_LENGTH }, exchange) => {
    // A gzip file may consist of several, so one small piece again and again is a large whole.
    const piece = gzipSync(Buffer.alloc(Math.min(length, BOMB_PIECE), " "));
    const body = Buffer.concat(Array.from({ length: Math.ceil(length / BOMB_PIECE) }, () => piece));
    send(exchange, withBody(withHeaders(await exchange.answer(), { "content-encoding": "gzip" }), body));
  },
  endless: async ({ begin, type }, { socket }) => {
    socket.write(formatHead(emptyAnswer(200, { "content-type": type })));
    socket.write(begin, "latin1");
    const send = () => {
      while (!socket.destroyed && socket.write(ENDLESS_PIECE));
    };
    socket.on("drain", send);
    send();
  },
};

function send({ socket }: Exchange, answer: ChaosAnswer): void {
  socket.write(formatHead(answer));
  socket.end(answer.body);
}

/** The head and the first bytes of the body; resolves when the system has them. */
function sendBegin({ socket, random }: Exchange, answer: ChaosAnswer, at?: number): Promise<void> {
  const end = at ?? Math.floor(random() * answer.body.length);
  socket.write(formatHead(answer));
  return new Promise((resolve) => socket.write(answer.body.subarray(0, end), () => resolve()));
}

/** One chunk of what should be several, and no last one. */
async function sendChunk(exchange: Exchange, answer: ChaosAnswer, at?: number): Promise<void> {
  const end = at ?? Math.floor(exchange.random() * answer.body.length);
  const chunk = Buffer.concat([
    Buffer.from(`${end.toString(16)}\r\n`),
    answer.body.subarray(0, end),
    Buffer.from("\r\n"),
  ]);
  const head = withHeaders(answer, { "content-length": null, "transfer-encoding": "chunked" });
  await sendBegin(exchange, { ...head, body: end === 0 ? Buffer.alloc(0) : chunk }, chunk.length);
}

/** Byte after byte as long as somebody listens. */
async function drip(socket: Socket, bytes: Buffer, pace: { readonly size: number; readonly everyMs: number }) {
  for (let at = 0; at < bytes.length && !socket.destroyed; at += pace.size) {
    socket.write(bytes.subarray(at, at + pace.size));
    await pause(pace.everyMs, undefined, { ref: false });
  }
}

/** Below TLS there is a connection of its own, which Node does not give away; ending it without a word is as rude. */
function reset(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

function emptyAnswer(status: number, headers: Readonly<Record<string, string>>): ChaosAnswer {
  return { status, headers, body: Buffer.alloc(0) };
}

function redirectAnswer(location: string, status: number): ChaosAnswer {
  return emptyAnswer(status, { location, "content-length": "0" });
}

function statusAnswer({ status, retryAfter, clockAhead = 0 }: FaultOf<"status">, { now }: Exchange): ChaosAnswer {
  const date = now() + clockAhead * 1000;
  const until =
    typeof retryAfter === "object" ? new Date(date + retryAfter.inSeconds * 1000).toUTCString() : retryAfter;
  const headers = {
    "content-type": "application/json",
    date: new Date(date).toUTCString(),
    ...(until !== undefined && { "retry-after": until }),
  };
  return withBody(emptyAnswer(status, headers), JSON.stringify({ message: `A fault with status ${status}` }));
}
