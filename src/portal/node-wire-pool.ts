import { validateHeaderName, validateHeaderValue } from "node:http";
import pLimit, { type LimitFunction } from "p-limit";
import { type AnswerHead, readAnswerBody, readAnswerHead } from "./node-answer.ts";
import { openWire, type Wire } from "./node-wire.ts";
import type { HttpRequest } from "./transport.ts";
import { unreachableError } from "./unreachable.ts";

export interface WirePoolOptions {
  /** PEM certificates trusted beside the built-in ones. */
  readonly ca: string | undefined;
  readonly connectTimeoutMs: number;
  /** Milliseconds from connected to the end of the headers. */
  readonly answerTimeoutMs: number;
  /** To one server. */
  readonly maxConnections: number;
}

/** An answer whose body is still on its way. Iterating gives pieces, each overwritten by the next one. */
export interface WireAnswer extends AsyncIterable<Uint8Array> {
  readonly head: AnswerHead;
  /** Gives up what is left of the body; whoever reads it gets this error. */
  destroy(error?: Error): void;
}

/** Connections for large answers, direct and kept for reuse. */
export interface WirePool {
  /** Send a GET request and wait for the headers of its answer. */
  exchange(request: HttpRequest): Promise<WireAnswer>;
  close(): void;
}

/** Open a pool; nothing is connected before it is needed. */
export function openWirePool(options: WirePoolOptions): WirePool {
  const all = new Set<Wire>();
  const hosts = new Map<string, Host>();
  const hostOf = ({ origin }: URL): Host => {
    const host = hosts.get(origin) ?? { idle: new Set(), limit: pLimit(options.maxConnections) };
    hosts.set(origin, host);
    return host;
  };
  const connect = async (url: URL, signal: AbortSignal | undefined) => {
    const wire = await openWire(url, { ...options, signal });
    all.add(wire);
    wire.onClose(() => {
      all.delete(wire);
      hostOf(url).idle.delete(wire);
    });
    return wire;
  };
  const exchange = async (request: HttpRequest, release: () => void): Promise<WireAnswer> => {
    const url = new URL(request.url);
    const { idle } = hostOf(url);
    for (;;) {
      request.signal?.throwIfAborted();
      const [kept] = idle;
      if (kept) idle.delete(kept);
      const wire = kept ?? (await connect(url, request.signal));
      try {
        const head = await ask(wire, request, options.answerTimeoutMs);
        const keep = () => {
          if (wire.rest(() => idle.delete(wire))) idle.add(wire);
          else wire.destroy();
        };
        return answerOf(wire, head, { signal: request.signal, keep, release });
      } catch (error) {
        wire.destroy();
        // The server closed a kept connection in the meantime.
        if (!kept || wire.hasAnswered || request.signal?.aborted || !isClosed(error)) throw error;
      }
    }
  };
  return {
    exchange: async (request) => {
      const release = await takeTurn(hostOf(new URL(request.url)).limit);
      try {
        return await exchange(request, release);
      } catch (error) {
        release();
        throw error;
      }
    },
    close: () => {
      for (const wire of all) wire.destroy();
    },
  };
}

/** One server and its connections. */
interface Host {
  readonly idle: Set<Wire>;
  readonly limit: LimitFunction;
}

/** @returns what ends the turn */
function takeTurn(limit: LimitFunction): Promise<() => void> {
  return new Promise((taken) => void limit(() => new Promise<void>((ended) => taken(ended))));
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

async function ask(wire: Wire, request: HttpRequest, timeoutMs: number): Promise<AnswerHead> {
  const silent = unreachableError(request.url, "it does not answer", { timedOut: true });
  const timer = setTimeout(() => wire.destroy(silent), timeoutMs);
  const giveUp = () => wire.destroy();
  request.signal?.addEventListener("abort", giveUp);
  try {
    wire.send(formatRequest(request));
    return await readAnswerHead(wire);
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", giveUp);
  }
}

function formatRequest({ url, headers }: HttpRequest): string {
  const { host, pathname, search } = new URL(url);
  const lines = Object.entries({ host, ...headers, connection: "keep-alive" }).map(([name, value]) => {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return `${name}: ${value}\r\n`;
  });
  return `GET ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

interface AnswerContext {
  readonly signal: AbortSignal | undefined;
  /** The connection may serve another request. */
  keep(): void;
  /** This request needs no connection any more. */
  release(): void;
}

function answerOf(wire: Wire, head: AnswerHead, { signal, keep, release }: AnswerContext): WireAnswer {
  let isOver = false;
  const giveUp = () => wire.destroy();
  signal?.addEventListener("abort", giveUp);
  const end = () => {
    isOver = true;
    signal?.removeEventListener("abort", giveUp);
    release();
  };
  return {
    head,
    destroy: (error) => {
      if (isOver) return;
      wire.destroy(error);
      end();
    },
    [Symbol.asyncIterator]: async function* () {
      yield* readAnswerBody(wire, head.framing);
      if (head.keepsAlive) keep();
      else wire.destroy();
      end();
    },
  };
}
