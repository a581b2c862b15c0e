import { type Representation, representationOf } from "./http/packed-body.ts";
import type { ReadyBody } from "./mods/ready-body.ts";

const JSON_TYPE = "application/json";

/**
 * Metadata: may be kept for 15 minutes, and asked again with `If-None-Match`.
 *
 * @see reference/portal-api.md §1.1 and §11.2, rules REG-9, REG-10 and HTTP-20
 */
export function metadataAnswer(request: Request, body: ReadyBody): Response | Promise<Response> {
  const form = representationOf(body, request.headers.get("Accept-Encoding"));
  return form instanceof Promise
    ? form.then((ready) => representationAnswer(request, ready))
    : representationAnswer(request, form);
}

function representationAnswer(request: Request, body: Representation): Response {
  // For other methods the header has another meaning (RFC 9110 §13.1.2), which no client of ours wants.
  const mayBeKnown = request.method === "GET" || request.method === "HEAD";
  return mayBeKnown && matchesEtag(request.headers.get("If-None-Match"), body.etag)
    ? new Response(null, { status: 304, headers: unchangedHeaders(body) })
    : new Response(body.bytes, { headers: wholeHeaders(body) });
}

/** The headers of metadata that the client has already. */
export function unchangedHeaders({ etag }: Representation): Record<string, string> {
  return { "Cache-Control": "max-age=900, public", ETag: etag, Vary: "Accept-Encoding" };
}

/** The headers of metadata that is sent. */
export function wholeHeaders({ bytes, etag, coding }: Representation): Record<string, string> {
  const headers = {
    "Cache-Control": "max-age=900, public",
    ETag: etag,
    Vary: "Accept-Encoding",
    "Content-Type": JSON_TYPE,
    "Content-Length": String(bytes.byteLength),
  };
  return coding === undefined ? headers : { ...headers, "Content-Encoding": coding };
}

/** JSON that nobody may keep. */
export function freshAnswer(value: unknown, status = 200): Response {
  return freshBytes(Buffer.from(JSON.stringify(value)), status);
}

/** As {@link freshAnswer}, of JSON that is made already. */
export function freshBytes(json: Uint8Array<ArrayBuffer>, status = 200): Response {
  return new Response(json, { status, headers: freshHeaders(json) });
}

/** The headers of JSON that nobody may keep. */
export function freshHeaders({ byteLength }: Uint8Array) {
  return { "Cache-Control": "no-store", "Content-Type": JSON_TYPE, "Content-Length": String(byteLength) };
}

/** An error as the portal words it: `{"message": …}`. */
export function errorAnswer(status: number, message: string): Response {
  return freshAnswer({ message }, status);
}

/** A redirect that nobody may keep: its target depends on credentials or ends to work soon. */
export function redirectAnswer(location: string): Response {
  return new Response(null, { status: 302, headers: { "Cache-Control": "no-store", Location: location } });
}

/** True when a list of validators such as `"a", W/"b"` holds this one. */
export function matchesEtag(header: string | null | undefined, etag: string): boolean {
  const validators = header?.split(",").map((each) => each.trim().replace(/^W\//, "")) ?? [];
  return validators.includes(etag) || validators.includes("*");
}
