import type { Database } from "./database.ts";

/** What there is to know about an answer of another portal, beside what it said. */
export interface UpstreamAnswer {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  /** Milliseconds since 1970: until then nobody needs to ask again. */
  readonly freshUntil: number;
}

/** What was last answered about each mod, by one portal; the mod `""` stands for the list of all. */
export interface UpstreamAnswers {
  /** @param upstream address of the portal: the answer of another one is none */
  find(mod: string, upstream: string): UpstreamAnswer | undefined;
  put(mod: string, upstream: string, answer: UpstreamAnswer): void;
}

/** The answers in a database. */
export function openUpstreamAnswers(db: Database): UpstreamAnswers {
  const find = db.prepare("SELECT * FROM upstream_answers WHERE mod = ? AND upstream = ?");
  const put = db.prepare(
    "INSERT OR REPLACE INTO upstream_answers (mod, upstream, etag, last_modified, fresh_until) VALUES (?, ?, ?, ?, ?)",
  );
  return {
    find: (mod, upstream) => {
      const row = find.get(mod, upstream);
      if (!row) return undefined;
      const { etag, last_modified: lastModified } = row;
      return {
        etag: typeof etag === "string" ? etag : undefined,
        lastModified: typeof lastModified === "string" ? lastModified : undefined,
        freshUntil: Number(row["fresh_until"]),
      };
    },
    put: (mod, upstream, { etag, lastModified, freshUntil }) =>
      void put.run(mod, upstream, etag ?? null, lastModified ?? null, Math.round(freshUntil)),
  };
}
