/** One kept answer. */
export interface CachedResponse {
  readonly status: number;
  /** The decoded text of the body. */
  readonly body: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
  /** Milliseconds since 1970; until then the answer counts without asking. */
  readonly freshUntil: number;
}

/**
 * The port to where metadata answers are kept between runs.
 *
 * Keys are method, URL and, for POST, the body: up to some 20 kB of text that never holds credentials. An adapter may
 * drop an entry at any time and must answer `undefined` for one it cannot read.
 */
export interface ResponseCache {
  get(key: string): Promise<CachedResponse | undefined>;
  put(key: string, entry: CachedResponse): Promise<void>;
}
