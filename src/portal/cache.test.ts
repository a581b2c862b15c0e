import { describe, expect, it } from "vitest";
import { failureOf, fullMod, memoryCache, scriptPortal } from "../../test/portal/scripted-portal.ts";
import { Secret } from "./secret.ts";

const MINUTE = 60_000;
const LIST_HEADERS = {
  "cache-control": "max-age=900, public",
  etag: '"v1"',
  "last-modified": "Sun, 22 Nov 2026 06:00:00 GMT",
};
const good = (headers: Record<string, string> = LIST_HEADERS) => Response.json(fullMod("a"), { headers });

describe("the metadata cache", () => {
  it("[CACHE-1] answers as long as max-age says, less the answer's age", async () => {
    const { portal, sent, advance, events } = scriptPortal(() => good({ "cache-control": "max-age=900", age: "300" }), {
      cache: memoryCache(),
    });
    await portal.findMod("a");
    advance(10 * MINUTE - 1);
    expect((await portal.findMod("a"))?.name).toBe("a");
    expect(sent.length).toBe(1);
    expect(events.at(-1)).toEqual({ kind: "answered-from-cache", url: "https://portal.test/api/mods/a", stale: false });
    advance(1);
    await portal.findMod("a");
    expect(sent.length).toBe(2);
  });

  it("[CACHE-1] a clock that was set back makes nothing fresh", async () => {
    const { portal, sent, advance } = scriptPortal(() => good(), { cache: memoryCache() });
    await portal.findMod("a");
    advance(-1);
    await portal.findMod("a");
    expect(sent.length).toBe(2);
  });

  it.each(["no-cache, max-age=900", "private", "max-age=soon"])("[CACHE-2] %j is never fresh", async (control) => {
    const { portal, sent } = scriptPortal(() => good({ "cache-control": control }), { cache: memoryCache() });
    await portal.findMod("a");
    await portal.findMod("a");
    expect(sent.length).toBe(2);
  });

  it("[CACHE-2] no-store is not kept, nor is what cannot be read", async () => {
    const cache = memoryCache();
    const answers = [
      good({ "cache-control": "no-store, max-age=900" }),
      Response.json({ name: 1 }),
      Response.json({}, { status: 404 }),
    ];
    const { portal } = scriptPortal((_, index) => answers[index] ?? good(), { cache });
    await portal.findMod("a");
    await failureOf(portal.findMod("a"));
    await portal.findMod("a");
    expect(cache.entries.size).toBe(0);
  });

  it("[CACHE-3] asks with both validators after that, and 304 makes the answer fresh again", async () => {
    const { portal, sent, advance } = scriptPortal(
      (_, index) =>
        index === 0 ? good() : new Response(null, { status: 304, headers: { "cache-control": "max-age=900" } }),
      { cache: memoryCache() },
    );
    await portal.findMod("a");
    advance(16 * MINUTE);
    expect((await portal.findMod("a"))?.title).toBe("Title of a");
    expect(sent[1]?.headers).toMatchObject({
      "if-none-match": '"v1"',
      "if-modified-since": "Sun, 22 Nov 2026 06:00:00 GMT",
    });
    advance(14 * MINUTE);
    await portal.findMod("a");
    expect(sent.length).toBe(2);
  });

  it("[CACHE-3] lists of names are kept too, but never asked for conditionally", async () => {
    const { portal, sent, advance } = scriptPortal(
      () => Response.json({ results: [fullMod("a")] }, { headers: LIST_HEADERS }),
      {
        cache: memoryCache(),
      },
    );
    await portal.getModsByName(["a", "b"]);
    await portal.getModsByName(["b", "a"]);
    expect(sent.length).toBe(1);
    await portal.getModsByName(["a"]);
    advance(16 * MINUTE);
    await portal.getModsByName(["a"]);
    expect(sent.length).toBe(3);
    expect(sent[2]?.headers).not.toHaveProperty("if-none-match");
  });

  it("[CACHE-7] no answer counts for more than a day", async () => {
    const lasting = () => Response.json(fullMod("a"), { headers: { "cache-control": "max-age=999999999" } });
    const { portal, sent, advance } = scriptPortal(lasting, { cache: memoryCache() });
    await portal.findMod("a");
    advance(24 * 60 * MINUTE - 1);
    await portal.findMod("a");
    expect(sent.length).toBe(1);
    advance(1);
    await portal.findMod("a");
    expect(sent.length).toBe(2);
  });

  it("[CACHE-4] an outage is an error, unless stale answers were allowed", async () => {
    const cache = memoryCache();
    const down = (_: unknown, index: number) => (index === 0 ? good() : new Response(null, { status: 503 }));
    const strict = scriptPortal(down, { cache });
    await strict.portal.findMod("a");
    strict.advance(16 * MINUTE);
    expect(await failureOf(strict.portal.findMod("a"))).toMatchObject({ code: "PORTAL_STATUS" });

    const lenient = scriptPortal(() => Promise.reject(new TypeError("fetch failed")), {
      cache,
      cacheMode: "allow-stale",
    });
    lenient.advance(16 * MINUTE);
    expect((await lenient.portal.findMod("a"))?.name).toBe("a");
    expect(lenient.events.at(-1)).toMatchObject({ kind: "answered-from-cache", stale: true });
    expect(await failureOf(lenient.portal.findMod("never-asked"))).toMatchObject({ code: "PORTAL_UNREACHABLE" });
  });

  it("[CACHE-4] a refusal is no outage", async () => {
    const { portal, advance } = scriptPortal(
      (_, index) => (index === 0 ? good() : Response.json({ message: "no" }, { status: 403 })),
      { cache: memoryCache(), cacheMode: "allow-stale" },
    );
    await portal.findMod("a");
    advance(16 * MINUTE);
    expect(await failureOf(portal.findMod("a"))).toMatchObject({ code: "PORTAL_STATUS" });
  });

  it("[CACHE-5] offline, only the cache answers, however old it is", async () => {
    const cache = memoryCache();
    await scriptPortal(() => good(), { cache }).portal.findMod("a");
    const { portal, sent, advance } = scriptPortal(() => good(), {
      cache,
      cacheMode: "offline",
      credentials: { username: "u", token: new Secret("t"), source: "test" },
    });
    advance(1000 * MINUTE);
    expect((await portal.findMod("a"))?.name).toBe("a");
    const impossible = [
      portal.findMod("b"),
      portal.search({ text: "" }),
      portal.getBookmarks(),
      portal.download("/download/a/1"),
    ];
    for (const each of impossible) expect(await failureOf(each)).toMatchObject({ code: "OFFLINE" });
    expect(sent).toEqual([]);
  });

  it("[CACHE-6] an entry of another shape counts as none", async () => {
    const cache = memoryCache();
    const { portal, sent } = scriptPortal(() => good(), { cache });
    await portal.findMod("a");
    for (const [key, entry] of cache.entries) cache.entries.set(key, { ...entry, body: "[]" });
    expect((await portal.findMod("a"))?.name).toBe("a");
    expect(sent.length).toBe(2);
    expect(sent[1]?.headers).not.toHaveProperty("if-none-match");
  });

  it("[CACHE-6] two portals never share an entry", async () => {
    const cache = memoryCache();
    await scriptPortal(() => good(), { cache }).portal.findMod("a");
    const other = scriptPortal(() => good(), { cache, url: "https://other.test" });
    await other.portal.findMod("a");
    expect(other.sent.length).toBe(1);
  });
});
