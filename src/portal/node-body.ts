import type { IncomingMessage } from "node:http";
import { pipeline, type Transform } from "node:stream";
import type { RoboportError } from "../errors.ts";
import type { HttpRequest } from "./transport.ts";
import { unreachableError, wrapError } from "./unreachable.ts";

export interface BodyLimits {
  /** Milliseconds without a byte. */
  readonly idleTimeoutMs: number;
  /** Bytes per second over one idle timeout. */
  readonly minBytesPerSecond: number;
}

/** Compressions that are asked for and undone. */
export const ENCODINGS = ["gzip", "br"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** In bytes: reading on costs less than a new connection. */
export const SHORT_REST = 64 * 1024;

/** Give up the rest of an answer; a short rest is read, because that keeps the connection. */
export function discardBody(message: IncomingMessage, { idleTimeoutMs }: BodyLimits): void {
  const rest = Number(message.headers["content-length"] ?? (message.statusCode === 304 ? 0 : Infinity));
  if (!(rest <= SHORT_REST)) {
    message.destroy();
    return;
  }
  const timer = setTimeout(() => message.destroy(), idleTimeoutMs).unref();
  message.once("close", () => clearTimeout(timer));
  message.resume();
}

/** A body on its way; ending it early tells whoever reads it why. */
export interface OpenBody extends AsyncIterable<Uint8Array> {
  destroy(error?: Error): unknown;
}

/** The bytes of a body as they come, as long as they come fast enough. Time the reader takes does not count. */
export async function* readGuarded(
  request: HttpRequest,
  message: OpenBody,
  limits: BodyLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks: AsyncIterator<Uint8Array> = message[Symbol.asyncIterator]();
  let waitedMs = 0;
  let length = 0;
  try {
    for (;;) {
      const since = performance.now();
      const { done, value } = await nextInTime(request, message, { chunks, limits });
      if (done) return;
      waitedMs += performance.now() - since;
      length += value.length;
      if (waitedMs >= limits.idleTimeoutMs) {
        const bytesPerSecond = (length / waitedMs) * 1000;
        if (bytesPerSecond < limits.minBytesPerSecond) throw tooSlow(request);
        [waitedMs, length] = [0, 0];
      }
      yield value;
    }
  } catch (error) {
    throw wrapError(request, error);
  } finally {
    message.destroy();
  }
}

function tooSlow({ url }: HttpRequest): RoboportError {
  return unreachableError(url, "it sends too slowly", { timedOut: true });
}

interface NextChunk {
  readonly chunks: AsyncIterator<Uint8Array>;
  readonly limits: BodyLimits;
}

async function nextInTime(request: HttpRequest, message: OpenBody, { chunks, limits }: NextChunk) {
  const timer = setTimeout(
    () => message.destroy(unreachableError(request.url, "it stopped sending", { timedOut: true })),
    limits.idleTimeoutMs,
  );
  try {
    return await chunks.next();
  } finally {
    clearTimeout(timer);
  }
}

/** The body as it was before the server compressed it. */
export async function* decoded(
  request: HttpRequest,
  body: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<Uint8Array, void, undefined> {
  const zlib = await import("node:zlib");
  const inflate: Transform = encoding === "br" ? zlib.createBrotliDecompress() : zlib.createGunzip();
  try {
    yield* pipeline(body, inflate, ignorePassedOn) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw wrapError(request, error);
  }
}

/** What ends the pipeline is thrown to whoever reads from it. */
function ignorePassedOn(): void {}
