import { describe, expect, it } from "vitest";
import { openLimits } from "./limits.ts";
import { openRateLimiter } from "./rate-limiter.ts";

describe("a limiter", () => {
  it("[HTTP-10] says how long to wait, and begins afresh when the time is over", () => {
    let now = 0;
    const limiter = openRateLimiter({ times: 2, seconds: 10 }, () => now);
    expect([limiter.take("a"), limiter.take("a"), limiter.take("a")]).toEqual([0, 0, 10]);
    now = 9_001;
    expect([limiter.take("a"), limiter.take("b")]).toEqual([1, 0]);
    now = 10_000;
    expect([limiter.take("a"), limiter.take("a"), limiter.take("a")]).toEqual([0, 0, 10]);
  });

  it("[HTTP-10] forgets keys that are over, and never keeps more than it can hold", () => {
    let now = 0;
    const limiter = openRateLimiter({ times: 1, seconds: 10 }, () => now);
    for (let key = 0; key < 100_001; key++) limiter.take(String(key));
    expect([limiter.take("0"), limiter.take("100000")]).toEqual([0, 10]);
    now = 20_000;
    expect(limiter.take("100000")).toBe(0);
  });
});

describe("limits", () => {
  const one = { times: 1, seconds: 60 };
  it("[HTTP-14] count logins by address and by name", () => {
    const limits = openLimits({ logins: { times: 2, seconds: 60 } }, () => 0);
    expect([
      limits.login("203.0.113.1", "a"),
      limits.login("203.0.113.1", "b"),
      limits.login("203.0.113.1", "c"),
    ]).toEqual([0, 0, 60]);
    expect([limits.login("203.0.113.2", "A"), limits.login("203.0.113.3", "a")]).toEqual([0, 60]);
  });

  it("[HTTP-11] take an IPv6 network for one client", () => {
    const limits = openLimits({ requests: one }, () => 0);
    expect([
      limits.request("2001:db8::1"),
      limits.request("2001:db8:0:0:9::2"),
      limits.request("2001:db8:0:1::1"),
    ]).toEqual([0, 60, 0]);
    expect([
      limits.request("::1"),
      limits.request("::2"),
      limits.request("1.2.3.4"),
      limits.request("::ffff:1.2.3.4"),
    ]).toEqual([0, 60, 0, 60]);
  });

  it("[HTTP-15] can be left out", () => {
    const limits = openLimits({ uploads: one }, () => 0);
    expect([limits.request("a"), limits.request("a"), limits.login("a", "b"), limits.login("a", "b")]).toEqual([
      0, 0, 0, 0,
    ]);
    expect([limits.upload("alice"), limits.upload("alice"), limits.upload("bob")]).toEqual([0, 60, 0]);
  });
});
