import { createHash } from "node:crypto";

/**
 * The 24 hex digits that stand for a release in download URLs: seconds since 1970, then 64 bits of a digest.
 *
 * The portal's ids are MongoDB object ids, which begin with their time of creation in the same way.
 *
 * @see reference/portal-api.md §1.6, rule REG-6
 */
export function releaseId(fileName: string, releasedAt: string): string {
  const seconds = (Date.parse(releasedAt) / 1000) >>> 0;
  const digest = createHash("sha256").update(fileName).digest("hex");
  return seconds.toString(16).padStart(8, "0") + digest.slice(0, 16);
}
