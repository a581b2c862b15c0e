import { errorAnswer, matchesEtag } from "../answers.ts";
import { findByteRange } from "./byte-range.ts";
import type { WorldRelease } from "../world.ts";

/** Status and headers of a zip. */
export interface ZipHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer of these bytes. */
export type SendBody = (body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>, head: ZipHead) => Response;

/**
 * A zip or the part of it that was asked for.
 *
 * @param send makes the answer of the bytes
 * @see reference/portal-api.md §3, rules REG-33 to REG-36
 */
export async function zipAnswer(
  request: Request,
  release: WorldRelease & { readonly size: number },
  send: SendBody,
): Promise<Response> {
  const etag = `"${release.sha1}"`;
  const headers = { "Accept-Ranges": "bytes", ETag: etag };
  if (matchesEtag(request.headers.get("If-None-Match"), etag)) return new Response(null, { status: 304, headers });
  const condition = request.headers.get("If-Range");
  const wanted = condition === null || condition === etag ? request.headers.get("Range") : null;
  const range = findByteRange(wanted, release.size);
  if (range === "unsatisfiable") return unsatisfiable(release.size);
  const { start, end } = range ?? { start: 0, end: release.size - 1 };
  const head = {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      "Content-Length": String(end - start + 1),
      "Content-Type": "application/octet-stream",
      ...(range && { "Content-Range": `bytes ${start}-${end}/${release.size}` }),
    },
  };
  if (request.method === "HEAD") return new Response(null, head);
  return send(await release.open(range), head);
}

function unsatisfiable(size: number): Response {
  const answer = errorAnswer(416, "Requested range not satisfiable");
  answer.headers.set("Content-Range", `bytes */${size}`);
  return answer;
}
