import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact, Secret, safeUrl } from "./secret.ts";

describe("Secret", () => {
  it("[SECRET-1] prints as [redacted] wherever a value can be printed", () => {
    const secret = new Secret("canary-1234");
    const printed = [
      `${secret}`,
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true }),
    ];
    for (const text of printed) expect(text).toContain("[redacted]");
    expect(printed.join()).not.toContain("canary");
    expect(Object.keys(secret)).toEqual([]);
    expect(secret.reveal()).toBe("canary-1234");
  });
});

describe("safeUrl", () => {
  it.each([
    ["https://u:p@mods.factorio.com/download/a/1?username=u&token=t#x", "https://mods.factorio.com/download/a/1"],
    [new URL("http://127.0.0.1:8080/?token=t"), "http://127.0.0.1:8080/"],
    ["no url with token=t", "(invalid URL)"],
  ])("[SECRET-2] keeps origin and path of %s", (url, safe) => {
    expect(safeUrl(url)).toBe(safe);
  });
});

describe("redact", () => {
  const canary = 'Tok/en+ "ü" 1?';

  it.each([
    canary,
    canary.toUpperCase(),
    encodeURIComponent(canary),
    encodeURIComponent(canary).toLowerCase(),
    encodeURIComponent(encodeURIComponent(canary)),
    new URLSearchParams({ t: canary }).toString().slice(2),
    JSON.stringify(canary).slice(1, -1),
    Buffer.from(canary).toString("hex"),
    Buffer.from(canary).toString("base64"),
    Buffer.from(canary).toString("base64url"),
  ])("[SECRET-3] takes out %s", (variant) => {
    const text = redact(`before ${variant} after`, [new Secret(canary)]);
    expect(text).toContain("[redacted]");
    expect(text).not.toContain(variant);
  });

  it("[SECRET-3] takes out the base64 of a text that holds it, at any place", () => {
    for (const user of ["u", "us", "use", "user"]) {
      const encoded = Buffer.from(`${user}:${"0123456789abcdef0123456789abcd"}`).toString("base64");
      expect(redact(encoded, [new Secret("0123456789abcdef0123456789abcd")])).toContain("[redacted]");
    }
  });

  it("[SECRET-3] leaves other texts alone", () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[0-9a-f]{30}$/), (text, token) => {
        expect(redact(text, [new Secret(token), new Secret("")])).toBe(text);
      }),
    );
  });

  it("[SECRET-3] leaves nothing of a token behind, wherever it stands", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.stringMatching(/^[0-9a-f]{30}$/), (before, after, token) => {
        expect(redact(`${before}${token}${after}`, [new Secret(token)])).not.toContain(token);
      }),
    );
  });
});
