import fc from "fast-check";
import { isIP } from "node:net";
import { describe, expect, it } from "vitest";
import { readForwarded } from "./forwarded.ts";
import { parseTrustedProxies, plainAddress } from "./trusted-proxies.ts";

const proxies = parseTrustedProxies(["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);
const read = (headers: Record<string, string>, peer = "127.0.0.1") => readForwarded(headers, peer, proxies);

describe("trusted proxies", () => {
  it("[HTTP-1] are addresses and networks of both kinds", () => {
    expect(["127.0.0.1", "10.200.3.4", "fd12::1"].map(proxies.has)).toEqual([true, true, true]);
    expect(["127.0.0.2", "11.0.0.1", "fe00::1", ""].map(proxies.has)).toEqual([false, false, false, false]);
    expect(plainAddress("::ffff:10.1.2.3")).toBe("10.1.2.3");
    expect(plainAddress("fe80::1%eth0")).toBe("fe80::1");
  });

  it.each(["", "localhost", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0/8", "::/129", "1.2.3.4/x", "1.2.3.4/"])(
    "[HTTP-1] %j is none",
    (text) => expect(() => parseTrustedProxies([text])).toThrow("as a trusted proxy"),
  );
});

describe("what proxies say", () => {
  it("[HTTP-2] is read from its end for as long as the hops are trusted", () => {
    expect(read({ "x-forwarded-for": "203.0.113.9, 198.51.100.7, 10.0.0.2" }).address).toBe("198.51.100.7");
    expect(read({ "x-forwarded-for": "10.0.0.3, 10.0.0.2" }).address).toBe("10.0.0.3");
    expect(read({ "x-forwarded-for": "203.0.113.9, unknown" }).address).toBe("127.0.0.1");
    expect(read({ "x-forwarded-for": "::ffff:203.0.113.9" }).address).toBe("203.0.113.9");
    expect(read({ forwarded: 'for="[2001:db8::7]:4711";proto=https, for=10.0.0.2' }).address).toBe("2001:db8::7");
    expect(read({ forwarded: "for=203.0.113.9:80" }).address).toBe("203.0.113.9");
    expect(read({}).address).toBe("127.0.0.1");
  });

  it("[HTTP-3] does not count where it contradicts itself", () => {
    const both = { "x-forwarded-for": "203.0.113.9", forwarded: "for=198.51.100.7;proto=https;host=evil.example" };
    expect(read(both)).toEqual({ address: "127.0.0.1", origin: undefined });
    expect(read({ ...both, forwarded: "for=203.0.113.9" }).address).toBe("203.0.113.9");
  });

  it("[HTTP-4] gives scheme and host as the client used them", () => {
    const origin = (headers: Record<string, string>) => read(headers).origin;
    const host = "backend:8080";
    expect(origin({ host, "x-forwarded-proto": "https", "x-forwarded-host": "mods.example" })).toBe(
      "https://mods.example",
    );
    expect(origin({ host, "x-forwarded-proto": "https" })).toBe("https://backend:8080");
    expect(origin({ host, "x-forwarded-host": "mods.example:8443" })).toBe("http://mods.example:8443");
    expect(origin({ host, forwarded: 'for=203.0.113.9;host="[2001:db8::1]:80";proto=HTTPS' })).toBe(
      "https://[2001:db8::1]:80",
    );
    expect(origin({ host, "x-forwarded-for": "203.0.113.9" })).toBeUndefined();
    expect(origin({ host, "x-forwarded-host": "evil/../x", "x-forwarded-proto": "javascript" })).toBeUndefined();
  });

  it("[HTTP-4] takes the entry of the hop that saw the client", () => {
    const headers = {
      "x-forwarded-for": "203.0.113.9, 10.0.0.2",
      "x-forwarded-proto": "https, http",
      "x-forwarded-host": "forged.example, mods.example, inner",
    };
    expect(read(headers)).toEqual({ address: "203.0.113.9", origin: "https://mods.example" });
  });

  it("[HTTP-2] never throws, whatever it is", () => {
    const value = fc.string({ unit: fc.constantFrom(...'for=proto;host,"[]:. 10af%\\\t'), maxLength: 60 });
    const headers = fc.record(
      {
        forwarded: value,
        "x-forwarded-for": value,
        "x-forwarded-proto": value,
        "x-forwarded-host": value,
        host: value,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(headers, (each) => {
        const { address, origin } = read(each);
        expect(isIP(address)).toBeGreaterThan(0);
        if (origin !== undefined) expect(origin).toMatch(/^https?:\/\/[^/\s]+$/);
      }),
    );
  });
});
