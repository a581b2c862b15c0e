import { Readable } from "node:stream";
import { promisify } from "node:util";
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from "node:zlib";
import type { Context } from "hono";
import type { ReadyBody } from "../mods/ready-body.ts";
import { chooseCoding, type ContentCoding } from "./content-coding.ts";

/** A body as it goes out: the same content under another validator. */
export interface Representation extends ReadyBody {
  /** Absent for the body as it is. */
  readonly coding?: ContentCoding;
}

/** Below this the head of the answer is the larger part. */
const PACKED_FROM = 1024;
/** From here on speed counts for more than the last bytes. */
const LARGE = 256 * 1024;

const gzipped = promisify<Uint8Array, { level: number }, Buffer<ArrayBuffer>>(gzip);
const brotlied = promisify<Uint8Array, { params: Record<number, number> }, Buffer<ArrayBuffer>>(brotliCompress);

/** What was packed stays with its body. */
const PACKED = new WeakMap<ReadyBody, Map<ContentCoding, Representation | Promise<Representation>>>();

/**
 * The form of a ready body that a client likes best. Whoever asks first waits until it is packed, off the main thread; after
 * that it is at hand.
 *
 * @param accepted the request's `Accept-Encoding`
 * @see RFC 9110 §8.8.3.3, rules HTTP-20 and HTTP-21
 */
export function representationOf(
  body: ReadyBody,
  accepted: string | null | undefined,
): Representation | Promise<Representation> {
  const coding = body.bytes.byteLength < PACKED_FROM ? undefined : chooseCoding(accepted);
  if (coding === undefined) return body;
  const forms = PACKED.get(body) ?? new Map<ContentCoding, Representation | Promise<Representation>>();
  PACKED.set(body, forms);
  const known = forms.get(coding);
  if (known) return known;
  const packing = pack(body, coding);
  forms.set(coding, packing);
  packing.then(
    (form) => forms.set(coding, form),
    () => forms.delete(coding),
  );
  return packing;
}

async function pack({ bytes, etag }: ReadyBody, coding: ContentCoding): Promise<Representation> {
  const isLarge = bytes.byteLength > LARGE;
  const packed =
    coding === "gzip"
      ? await gzipped(bytes, { level: isLarge ? 1 : 6 })
      : await brotlied(bytes, { params: brotliParameters(isLarge ? 1 : 5) });
  // Other bytes need another strong validator.
  return { bytes: packed, etag: `${etag.slice(0, -1)}-${coding}"`, coding };
}

function brotliParameters(quality: number): Record<number, number> {
  return {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  };
}

/**
 * Handlers whose answers are made for one request alone: these are packed while they are sent, when the client likes that.
 * What is packed already, short, or no JSON stays as it is.
 *
 * @see rule HTTP-22
 */
export function packedOnTheWay(
  handler: (context: Context) => Promise<Response>,
): (context: Context) => Promise<Response> {
  return async (context) => packed(context.req.raw, await handler(context));
}

function packed(request: Request, answer: Response): Response {
  const coding = chooseCoding(request.headers.get("Accept-Encoding"));
  const { headers, status } = answer;
  if (status !== 200 || headers.has("Content-Encoding") || headers.has("ETag")) return answer;
  if (headers.get("Content-Type") !== "application/json") return answer;
  headers.set("Vary", "Accept-Encoding");
  if (Number(headers.get("Content-Length") ?? Infinity) < PACKED_FROM) return answer;
  if (coding === undefined || request.method === "HEAD" || !answer.body) return answer;
  headers.set("Content-Encoding", coding);
  headers.delete("Content-Length");
  const packer = coding === "gzip" ? createGzip({ level: 1 }) : createBrotliCompress({ params: brotliParameters(1) });
  const body = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
  return new Response(Readable.toWeb(body.compose(packer)) as ReadableStream, { status, headers });
}
