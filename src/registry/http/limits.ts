import { plainAddress } from "./trusted-proxies.ts";
import { openRateLimiter, type RateLimit, type RateLimiter } from "./rate-limiter.ts";

/** How much one client may do; undefined is without limit. */
export interface LimitSettings {
  /** Of one address. */
  readonly requests?: RateLimit | undefined;
  /** Tries to log in, of one address and for one user name. */
  readonly logins?: RateLimit | undefined;
  /** Uploads and other changes, of one user. */
  readonly uploads?: RateLimit | undefined;
}

/** Counts what clients do; each answer is 0, or the seconds to wait. */
export interface Limits {
  request(address: string): number;
  login(address: string, username: string): number;
  upload(user: string): number;
}

/** High enough that a farm of servers behind one address never notices. */
export const DEFAULT_LIMITS = {
  requests: { times: 20_000, seconds: 10 },
  logins: { times: 30, seconds: 900 },
  uploads: { times: 2_000, seconds: 3600 },
} as const satisfies LimitSettings;

/** @param now milliseconds from any beginning that never run backwards */
export function openLimits(settings: LimitSettings, now: () => number): Limits {
  const open = (limit: RateLimit | undefined): RateLimiter => (limit ? openRateLimiter(limit, now) : { take: () => 0 });
  const [requests, logins, uploads] = [open(settings.requests), open(settings.logins), open(settings.uploads)];
  return {
    request: (address) => requests.take(networkOf(address)),
    login: (address, username) =>
      Math.max(logins.take(`address ${networkOf(address)}`), logins.take(`user ${username.toLowerCase()}`)),
    upload: (user) => uploads.take(user),
  };
}

/** Whoever has one IPv6 address has its whole /64. */
function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = head.split(":");
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(":").length;
  const whole = [...groups, ...Array.from<string>({ length: missing }).fill("0"), ...(tail?.split(":") ?? [])];
  return whole
    .slice(0, 4)
    .map((group) => group || "0")
    .join(":");
}
