import { HTTPException } from "hono/http-exception";
import { freshAnswer } from "./answers.ts";

/** Enough for 10,000 names in one request. */
const BODY_MAX = 1024 * 1024;

/**
 * The body of a request as text, read no further than a limit.
 *
 * @throws {HTTPException} with status 413 when it is longer.
 * @see reference/reliability.md N23, rule REG-51
 */
export async function readBody(request: Request): Promise<string> {
  const length = request.headers.get("Content-Length");
  if (Number(length) > BODY_MAX) throw tooLarge();
  // Node reads no further than the length that was announced, and without the cost of a stream.
  if (length !== null) return await request.text();
  if (!request.body) return "";
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request.body as AsyncIterable<Uint8Array>) {
    size += piece.byteLength;
    if (size > BODY_MAX) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function tooLarge(): HTTPException {
  const refused = { error: "InvalidRequest", message: "The body is larger than 1 MiB" };
  return new HTTPException(413, { res: freshAnswer(refused, 413) });
}

/** The parameters of a request: those of its URL, and those of the form it carries, if it does. */
export async function readParameters(request: Request): Promise<URLSearchParams> {
  const form = request.method === "POST" ? new URLSearchParams(await readBody(request)) : [];
  return new URLSearchParams([...new URL(request.url).searchParams, ...form]);
}
