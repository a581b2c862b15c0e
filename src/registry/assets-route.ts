import type { Context } from "hono";
import { errorAnswer, matchesEtag } from "./answers.ts";
import type { Assets } from "./storage/assets.ts";

const PNG = "\x89PNG";
const JPEG = "\xff\xd8\xff";

/** The media type of a picture we take; undefined for anything else. */
export function pictureType(bytes: Uint8Array): "image/png" | "image/jpeg" | undefined {
  const head = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  if (head === PNG) return "image/png";
  return head.startsWith(JPEG) ? "image/jpeg" : undefined;
}

/**
 * `GET /assets/{sha1}.png` and `.thumb.png`: a picture, which never changes under its name.
 *
 * @see reference/portal-api.md §2.5, rule REG-86
 */
export function assetRoute(assets: Assets) {
  return async ({ req }: Context): Promise<Response> => {
    const [, id = ""] = /^([0-9a-f]{40})(?:\.thumb)?\.png$/.exec(req.param("file") ?? "") ?? [];
    const bytes = await assets.find(id);
    if (!bytes) return errorAnswer(404, "Not found");
    const etag = `"${id}"`;
    const headers = { "Cache-Control": "max-age=31536000, public, immutable", ETag: etag };
    if (matchesEtag(req.header("If-None-Match") ?? null, etag)) return new Response(null, { status: 304, headers });
    const type = pictureType(bytes) ?? "application/octet-stream";
    return new Response(bytes, {
      headers: { ...headers, "Content-Type": type, "X-Content-Type-Options": "nosniff" },
    });
  };
}
