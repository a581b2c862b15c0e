import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { memoryWorld, testPortalFetch } from "../../testing/index.ts";
import { chooseCoding } from "./content-coding.ts";

const summary = "copper and iron ".repeat(200);
const bytes = Buffer.alloc(4_000, "zip");
const builder = memoryWorld();
for (let mod = 0; mod < 600; mod++) builder.mod(`mod-${mod}`, { summary }).release("1.0.0", { bytes });
const world = builder;
const portal = testPortalFetch(world);

async function ask(path: string, accepted: string | undefined, init: RequestInit = {}) {
  const headers = { ...(accepted !== undefined && { "Accept-Encoding": accepted }), ...init.headers };
  const answer = await portal.fetch(portal.url + path, { ...init, headers });
  const body = Buffer.from(await answer.arrayBuffer());
  const { status } = answer;
  const header = (name: string) => answer.headers.get(name);
  return { status, body, coding: header("Content-Encoding"), etag: header("ETag") ?? "", vary: header("Vary"), header };
}

describe("what a client likes", () => {
  it.each([
    ["gzip", "gzip"],
    ["gzip, deflate, br", "br"],
    ["br;q=0.5, gzip;q=0.8", "gzip"],
    ["GZIP;Q=1", "gzip"],
    ["*", "br"],
    ["br;q=0, *", "gzip"],
    ["gzip;q=0", undefined],
    ["identity;q=1, gzip;q=0.5", undefined],
    ["deflate, zstd", undefined],
    ["gzip;q=2", undefined],
    ["", undefined],
  ])("[HTTP-20] %j is %j", (header, coding) => {
    expect([chooseCoding(header), chooseCoding(header)]).toEqual([coding, coding]);
  });
});

describe("ready bodies", () => {
  it("[HTTP-20] have a form, a length and a validator for each coding", async () => {
    const plain = await ask("/api/mods/mod-1", undefined);
    const gzip = await ask("/api/mods/mod-1", "gzip");
    const br = await ask("/api/mods/mod-1", "gzip, br");
    expect([plain.coding, gzip.coding, br.coding]).toEqual([null, "gzip", "br"]);
    expect(gunzipSync(gzip.body)).toEqual(plain.body);
    expect(brotliDecompressSync(br.body)).toEqual(plain.body);
    for (const each of [plain, gzip, br]) {
      expect([each.vary, Number(each.header("Content-Length"))]).toEqual(["Accept-Encoding", each.body.length]);
      expect(each.etag).toMatch(/^"[^"]+"$/);
    }
    expect(new Set([plain.etag, gzip.etag, br.etag]).size).toBe(3);
  });

  it("[HTTP-21] answer HEAD and If-None-Match as the packed form would", async () => {
    const { etag, body } = await ask("/api/mods/mod-2/full", "gzip");
    const head = await ask("/api/mods/mod-2/full", "gzip", { method: "HEAD" });
    expect([head.coding, head.etag, head.header("Content-Length"), head.body.length]).toEqual([
      "gzip",
      etag,
      String(body.length),
      0,
    ]);
    const headers = { "If-None-Match": etag };
    const same = await ask("/api/mods/mod-2/full", "gzip", { headers });
    expect([same.status, same.etag, same.vary, same.coding]).toEqual([304, etag, "Accept-Encoding", null]);
    expect((await ask("/api/mods/mod-2/full", undefined, { headers })).status).toBe(200);
    expect((await ask("/api/mods/mod-2/full", "gzip", { headers: { "If-None-Match": `W/${etag}` } })).status).toBe(304);
  });

  it("[HTTP-21] are packed once, and only when that pays", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask("/api/mods?page_size=max", "br")));
    expect(new Set(answers.map(({ etag, body }) => etag + String(body.length))).size).toBe(1);
    const short = await ask("/api/mods?namelist=nobody", "br");
    expect([short.coding, short.vary]).toEqual([null, "Accept-Encoding"]);
  });
});

describe("bodies made for one request", () => {
  it("[HTTP-22] are packed while they are sent", async () => {
    const body = JSON.stringify({ query: "copper", page_size: 100 });
    const search = await ask("/api/search", "gzip", { method: "POST", body });
    expect([search.coding, search.header("Content-Length")]).toEqual(["gzip", null]);
    expect(JSON.parse(String(gunzipSync(search.body)))).toMatchObject({ pagination: { count: 600 } });
    const all = await ask("/api/mods?full=true&page_size=max", "br");
    expect(all.coding).toBe("br");
    expect(JSON.parse(String(brotliDecompressSync(all.body)))).toMatchObject({ pagination: null });
    expect((await ask("/api/search", undefined, { method: "POST", body })).coding).toBeNull();
  });

  it("[HTTP-22] zips never are", async () => {
    const id = (await world.findMod("mod-3"))?.releases[0]?.id;
    const { header } = await ask(`/download/mod-3/${id}`, "gzip");
    const link = (header("Location") ?? "").replace(portal.filesUrl, "");
    const zip = async (headers: Record<string, string>) => {
      const answer = await portal.fetch(portal.filesUrl + link, { headers: { "Accept-Encoding": "gzip", ...headers } });
      return [answer.status, answer.headers.get("Content-Encoding"), Buffer.from(await answer.arrayBuffer()).length];
    };
    expect(await zip({})).toEqual([200, null, bytes.length]);
    expect(await zip({ Range: "bytes=0-99" })).toEqual([206, null, 100]);
  });
});
