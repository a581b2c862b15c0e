import type { ReadyBody } from "./mods/ready-body.ts";

const JSON_TYPE = "application/json";

/**
 * Metadata: may be kept for 15 minutes, and asked again with `If-None-Match`.
 *
 * @see reference/portal-api.md §1.1 and §11.2, rules REG-9 and REG-10
 */
export function metadataAnswer(request: Request, body: ReadyBody): Response {
  const headers = { "Cache-Control": "max-age=900, public", ETag: body.etag };
  if (matchesEtag(request.headers.get("If-None-Match"), body.etag)) return new Response(null, { status: 304, headers });
  return new Response(body.bytes, {
    headers: { ...headers, "Content-Type": JSON_TYPE, "Content-Length": String(body.bytes.byteLength) },
  });
}

/** JSON that nobody may keep. */
export function freshAnswer(value: unknown, status = 200): Response {
  const headers = { "Cache-Control": "no-store", "Content-Type": JSON_TYPE };
  return new Response(JSON.stringify(value), { status, headers });
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
export function matchesEtag(header: string | null, etag: string): boolean {
  const validators = header?.split(",").map((each) => each.trim().replace(/^W\//, "")) ?? [];
  return validators.includes(etag) || validators.includes("*");
}
