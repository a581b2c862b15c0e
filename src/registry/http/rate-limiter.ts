/** So many times in so many seconds. */
export interface RateLimit {
  readonly times: number;
  readonly seconds: number;
}

/** Counts what each key does. */
export interface RateLimiter {
  /**
   * Count one more.
   *
   * @returns 0 when that is within the limit, else the whole seconds until the key may try again
   */
  take(key: string): number;
}

interface Window {
  readonly until: number;
  count: number;
}

/** Keys that are remembered; the oldest are forgotten first. */
const KEYS_MAX = 100_000;

/**
 * A limiter that starts counting a key afresh when its seconds are over. It costs a request one look into a map, and no
 * timer.
 *
 * @param now milliseconds from any beginning that never run backwards
 * @see rule HTTP-10
 */
export function openRateLimiter({ times, seconds }: RateLimit, now: () => number): RateLimiter {
  const windows = new Map<string, Window>();
  const begin = (key: string, at: number): Window => {
    const window = { until: at + seconds * 1000, count: 0 };
    windows.delete(key);
    windows.set(key, window);
    // Maps keep their order and every window lasts as long, so the first to end is the first there is.
    for (const [oldest, { until }] of windows) {
      if (until > at && windows.size <= KEYS_MAX) break;
      windows.delete(oldest);
    }
    return window;
  };
  return {
    take: (key) => {
      const at = now();
      const known = windows.get(key);
      const window = known && known.until > at ? known : begin(key, at);
      window.count++;
      return window.count <= times ? 0 : Math.ceil((window.until - at) / 1000);
    },
  };
}
