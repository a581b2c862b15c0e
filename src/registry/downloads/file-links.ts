import { createHmac } from "node:crypto";
import { equalSecrets } from "../access.ts";

/** URLs of zips that need no credentials but stop working after a while, as a content delivery network gives them. */
export interface FileLinks {
  /** Path and query for one release. */
  readonly sign: (release: { readonly id: string; readonly fileName: string }, name: string) => string;
  /** What to make of a path and its `secure` parameter. */
  readonly check: (path: string, secure: string | undefined) => "good" | "expired" | "forged";
}

/** What links are signed with, and for how long. */
export interface FileLinksOptions {
  /** Known to both origins and nobody else. */
  readonly secret: Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long a link lives; an hour when not given. */
  readonly lifetimeSeconds?: number | undefined;
}

/**
 * Links of the form `/download/{name}/{id}/{file name}?secure={22 characters},{expiry in seconds since 1970}`.
 *
 * @see reference/portal-api.md §3, rules REG-31 and REG-32
 */
export function createFileLinks({ secret, now, lifetimeSeconds = 3600 }: FileLinksOptions): FileLinks {
  const signature = (path: string, expiry: string) =>
    createHmac("sha256", secret).update(`${expiry} ${path}`).digest("base64url").slice(0, 22);
  return {
    sign: (release, name) => {
      const path = `/download/${[name, release.id, release.fileName].map(encodeURIComponent).join("/")}`;
      const expiry = String(Math.floor(now() / 1000) + lifetimeSeconds);
      return `${path}?secure=${signature(path, expiry)},${expiry}`;
    },
    check: (path, secure = "") => {
      const [given = "", expiry = ""] = secure.split(",");
      if (!equalSecrets(given, signature(path, expiry))) return "forged";
      return Number(expiry) * 1000 < now() ? "expired" : "good";
    },
  };
}
