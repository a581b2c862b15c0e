import { describe, expect, it } from "vitest";
import { failureOf, scriptPortal } from "../../test/portal/scripted-portal.ts";
import type { PortalOptions } from "./client.ts";
import { Secret } from "./secret.ts";

const ZIP = "PK\u0003\u0004 the rest";
const credentials = { username: "me & you", token: new Secret("t0ken/+"), source: "/srv/player-data.json" };
const zip = (headers: Record<string, string> = {}) =>
  new Response(ZIP, { headers: { "content-type": "application/octet-stream", ...headers } });
const to = (location: string, status = 302) => new Response(null, { status, headers: { location } });
const textOf = async (body: AsyncIterable<Uint8Array>) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};
const start = (answer: Parameters<typeof scriptPortal>[0], options: Partial<PortalOptions> = {}) =>
  scriptPortal(answer, { credentials, ...options });

describe("the way to the bytes", () => {
  it("[SECRET-4] credentials join the portal's URL, and the redirect's target sees neither them nor a referrer", async () => {
    const { portal, sent } = start((_, index) => (index === 0 ? to("https://cdn.test/files/1?secure=sig,1") : zip()));
    const download = await portal.download("/download/a/5ecac7e44d121d000cd77c76");
    expect(await textOf(download.body)).toBe(ZIP);
    expect(download).toMatchObject({ status: 200, url: "https://cdn.test/files/1" });
    expect(sent.map((each) => each.url)).toEqual([
      "https://portal.test/download/a/5ecac7e44d121d000cd77c76?username=me%20%26%20you&token=t0ken%2F%2B",
      "https://cdn.test/files/1?secure=sig,1",
    ]);
    expect(Object.keys(sent[1]?.headers ?? {}).toSorted()).toEqual(["accept-encoding", "user-agent"]);
  });

  it.each([
    "http://169.254.169.254/latest/meta-data",
    "https://[fe80::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://127.0.0.1/",
    "https://localhost:8443/admin",
    "https://[::1]/",
  ])("[REDIR-7] a redirect to %s is not followed", async (location) => {
    const { portal, sent } = start(() => to(location), { url: "http://portal.test" });
    expect(await failureOf(portal.download("/download/a/1"))).toMatchObject({ code: "PORTAL_REDIRECT" });
    expect(sent.length).toBe(1);
  });

  it.each([
    ["/download/00%20Armor/5ecac7", "/download/00%20Armor/5ecac7"],
    ["//download/flib/5ecac7", "/download/flib/5ecac7"],
    ["/download/a b/5ecac7", "/download/a%20b/5ecac7"],
  ])("[DOWN-1] %s is asked for as %s", async (given, path) => {
    const { portal, sent } = start(() => zip());
    await portal.download(given);
    expect(new URL(sent[0]?.url ?? "").pathname).toBe(path);
  });

  it.each([
    "https://evil.test/download/a/1",
    "///download/a/1",
    "/download/../1",
    "/download/%2e%2e/1",
    "/download/%2E%2E%2Fapi/1",
    "/download/a/..",
    "/download/a/1?token=x",
    "/download/a/1#",
    "/download/a\\b/1",
    "/download/%zz/1",
    "/download/%ff/1",
    "/api/bookmarks",
    "",
  ])("[DOWN-1] nothing is sent for %j", async (downloadUrl) => {
    const { portal, sent } = start(() => zip());
    expect(await failureOf(portal.download(downloadUrl))).toMatchObject({ code: "PORTAL_SHAPE" });
    expect(sent).toEqual([]);
  });

  it("[REDIR-1] five redirects are followed, a sixth is not", async () => {
    const chain = (length: number) =>
      start((_, index) => (index < length ? to(`https://cdn.test/${index}`) : zip())).portal.download("/download/a/1");
    expect((await chain(5)).status).toBe(200);
    expect(await failureOf(chain(6))).toMatchObject({ code: "PORTAL_REDIRECT" });
  });

  it.each([
    "http://cdn.test/1",
    "file:///etc/passwd",
    "ftp://cdn.test/1",
    "javascript:1",
    "https://u:p@cdn.test/1",
    "https://",
    "",
  ])("[REDIR-2] a redirect to %j is not followed", async (location) => {
    const { portal, sent } = start(() => to(location));
    expect(await failureOf(portal.download("/download/a/1"))).toMatchObject({ code: "PORTAL_REDIRECT" });
    expect(sent.length).toBe(1);
  });

  it("[REDIR-3] a relative redirect stays on the portal, and does not get the credentials again", async () => {
    const { portal, sent } = start((_, index) => (index === 0 ? to("/files/x", 307) : zip()));
    await portal.download("/download/a/1");
    expect(sent[1]?.url).toBe("https://portal.test/files/x");
  });

  it("[REDIR-4] the wish for a part goes along", async () => {
    const part = { status: 206, headers: { "content-range": "bytes 4-11/12" } };
    const { portal, sent } = start((_, index) =>
      index === 0 ? to("https://cdn.test/1") : new Response("the rest", part),
    );
    await portal.download("/download/a/1", { range: { start: 4 }, ifRange: '"v1"' });
    expect(sent[1]?.headers).toMatchObject({ range: "bytes=4-", "if-range": '"v1"' });
  });

  it.each(["https://cdn.test/?t=t0ken/+", "https://cdn.test/t0ken%2F%2B", "https://cdn.test/?t=dDBrZW4vKw"])(
    "[REDIR-5] a portal that would hand the token on is not obeyed: %s",
    async (location) => {
      const { portal, sent } = start(() => to(location));
      const error = await failureOf(portal.download("/download/a/1"));
      expect(error).toMatchObject({ code: "PORTAL_REDIRECT", data: { url: "https://portal.test/download/a/1" } });
      expect(sent.length).toBe(1);
    },
  );

  it("[REDIR-6] a POST request is repeated for 307 and 308 only", async () => {
    const moved = scriptPortal((_, index) =>
      index === 0 ? to("https://portal.test/new", 308) : Response.json({ results: [] }),
    );
    await moved.portal.search({ text: "x" });
    expect(moved.sent[1]).toMatchObject({ method: "POST", body: moved.sent[0]?.body });
    const found = scriptPortal(() => to("https://portal.test/new"));
    expect(await failureOf(found.portal.search({ text: "x" }))).toMatchObject({ code: "PORTAL_REDIRECT" });
  });
});

describe("refusals", () => {
  it.each([401, 403])("[DOWN-2] %i blames the credentials and names their source", async (status) => {
    const { portal, sent } = start(() => Response.json({ message: "t0ken/+ is wrong" }, { status }));
    expect(await failureOf(portal.download("/download/a/1"))).toMatchObject({
      code: "CREDENTIALS_REFUSED",
      data: { source: "/srv/player-data.json", username: "me & you" },
    });
    expect(sent.length).toBe(1);
  });

  it("[DOWN-2] so does a redirect to the login page, which is not fetched", async () => {
    const { portal, sent } = start(() => to("/login?next=/download/a/1"));
    expect(await failureOf(portal.download("/download/a/1"))).toMatchObject({ code: "CREDENTIALS_REFUSED" });
    expect(sent.length).toBe(1);
  });

  it.each([() => to("/login?next=x"), () => new Response(null, { status: 403 })])(
    "[DOWN-2] without credentials it asks for some",
    async (answer) => {
      const { portal } = scriptPortal(answer);
      expect(await failureOf(portal.download("/download/a/1"))).toMatchObject({ code: "NO_CREDENTIALS" });
    },
  );

  it("[DOWN-2] 403 from the file server is not about credentials", async () => {
    const { portal, sent } = start(({ url }) =>
      url.startsWith("https://portal.test") ? to("https://cdn.test/1") : new Response(null, { status: 403 }),
    );
    expect(await failureOf(portal.download("/download/a/1"))).toMatchObject({
      code: "PORTAL_STATUS",
      data: { status: 403 },
    });
    expect(sent.length).toBe(4);
  });

  it.each([401, 403, 410])("[DOWN-8] a link answered %i is asked for anew", async (status) => {
    const { portal, sent } = start(({ url }, index) => {
      if (url.startsWith("https://portal.test")) return to(`https://cdn.test/${index}`);
      return index === 1 ? new Response(null, { status }) : zip();
    });
    expect((await portal.download("/download/a/1")).status).toBe(200);
    expect(sent.map(({ url }) => url.split("?")[0])).toEqual([
      "https://portal.test/download/a/1",
      "https://cdn.test/0",
      "https://portal.test/download/a/1",
      "https://cdn.test/2",
    ]);
  });

  it("[SECRET-5] over plain http to another machine no credentials are sent", async () => {
    const open = start(() => zip(), { url: "http://portal.lan" });
    expect((await open.portal.download("/download/a/1")).status).toBe(200);
    expect(open.sent[0]?.url).toBe("http://portal.lan/download/a/1");
    const closed = start(() => new Response(null, { status: 403 }), { url: "http://portal.lan" });
    expect(await failureOf(closed.portal.download("/download/a/1"))).toMatchObject({ code: "CREDENTIALS_PLAINTEXT" });
  });

  it.each(["http://localhost:8080", "http://127.0.0.1", "http://[::1]:1", "https://portal.lan"])(
    "[SECRET-5] but they are to %s",
    async (url) => {
      const { portal, sent } = start(() => zip(), { url });
      await portal.download("/download/a/1");
      expect(sent[0]?.url).toContain("token=");
    },
  );

  it("[DOWN-2] a login page elsewhere says nothing about them", async () => {
    const hotel = () => new Response("<html>", { headers: { "content-type": "text/html" } });
    const { portal } = start(({ url }) =>
      url.startsWith("https://portal.test") ? to("https://hotel.test/login") : hotel(),
    );
    expect(await failureOf(portal.download("/download/a/1"))).toMatchObject({ code: "DOWNLOAD_NOT_ZIP" });
  });

  it("[DOWN-7] 416 to a request for the whole is a refusal", async () => {
    const { portal } = start(() => new Response(null, { status: 416 }));
    expect(await failureOf(portal.download("/download/a/1"))).toMatchObject({ code: "PORTAL_STATUS" });
  });

  it("[DOWN-3] 404 means there is no such release", async () => {
    const { portal } = start(() => Response.json({ message: "Not found" }, { status: 404 }));
    expect(await failureOf(portal.download("/download/a/1"))).toMatchObject({ code: "NO_SUCH_RELEASE" });
  });

  it("[DOWN-3] unless it comes from the file server", async () => {
    const { portal } = start((_, index) =>
      index === 0 ? to("https://cdn.test/1") : new Response(null, { status: 404 }),
    );
    expect(await failureOf(portal.download("/download/a/1"))).toMatchObject({ code: "PORTAL_STATUS" });
  });

  it("[RETRY-1] a busy file server is asked again, from the portal on", async () => {
    const answers = [to("https://cdn.test/1"), new Response(null, { status: 503 }), to("https://cdn.test/2"), zip()];
    const { portal, sent } = start((_, index) => answers[index] ?? zip());
    await portal.download("/download/a/1");
    expect(sent.map((each) => new URL(each.url).host)).toEqual(["portal.test", "cdn.test", "portal.test", "cdn.test"]);
  });
});

describe("what comes back", () => {
  it("[DOWN-4] a web page is not a zip", async () => {
    const { portal } = start(() => new Response("<html>", { headers: { "content-type": "text/html" } }));
    expect(await failureOf(portal.download("/download/a/1"))).toMatchObject({ code: "DOWNLOAD_NOT_ZIP" });
  });

  it.each(["<!DOCTYPE html>", "", "P", "pk\u0003\u0004"])(
    "[DOWN-4] neither is %j, whatever its type",
    async (content) => {
      const { portal } = start(() => new Response(content, { headers: { "content-type": "application/zip" } }));
      const { body } = await portal.download("/download/a/1");
      expect(await failureOf(textOf(body))).toMatchObject({ code: "DOWNLOAD_NOT_ZIP" });
    },
  );

  it("[DOWN-4] a zip may come byte by byte", async () => {
    const bytes = Array.from(new TextEncoder().encode(ZIP), (byte) => Uint8Array.of(byte));
    const { portal } = start(() => new Response(ReadableStream.from(bytes) as ReadableStream<Uint8Array>));
    expect(await textOf((await portal.download("/download/a/1")).body)).toBe(ZIP);
  });

  it("[DOWN-5] compression is declined, and refused when it comes all the same", async () => {
    const { portal, sent } = start(() => zip());
    await portal.download("/download/a/1");
    expect(sent[0]?.headers["accept-encoding"]).toBe("identity");
    const { portal: stubborn } = start(() => zip(), {
      transport: async () => ({
        status: 200,
        headers: { "content-encoding": "gzip" },
        body: ReadableStream.from([]) as AsyncIterable<Uint8Array>,
        discard: () => {},
      }),
    });
    expect(await failureOf(stubborn.download("/download/a/1"))).toMatchObject({ code: "PORTAL_SHAPE" });
  });

  it("[DOWN-6] length and validators are told as the server tells them", async () => {
    const { portal } = start(() =>
      zip({ "content-length": "12", etag: '"v1"', "last-modified": "Sun, 22 Nov 2026 06:00:00 GMT" }),
    );
    expect(await portal.download("/download/a/1")).toMatchObject({
      status: 200,
      length: 12,
      totalLength: 12,
      etag: '"v1"',
      lastModified: "Sun, 22 Nov 2026 06:00:00 GMT",
    });
  });

  it("[DOWN-7] a part comes as one, or whole, or not at all", async () => {
    const range = { start: 4 };
    const part = start(() => new Response("the rest", { status: 206, headers: { "content-range": "bytes 4-11/12" } }));
    const download = await part.portal.download("/download/a/1", { range });
    expect(download).toMatchObject({ status: 206, totalLength: 12 });
    expect(await textOf(download.body)).toBe("the rest");
    const whole = start(() => zip());
    expect((await whole.portal.download("/download/a/1", { range })).status).toBe(200);
    const beyond = start(
      () =>
        new Response("<html>", { status: 416, headers: { "content-range": "bytes */4", "content-type": "text/html" } }),
    );
    expect(await beyond.portal.download("/download/a/1", { range })).toMatchObject({ status: 416, totalLength: 4 });
  });

  it.each([
    [undefined, "bytes 4-11/12"],
    [{ start: 4 }, "bytes 0-11/12"],
    [{ start: 4 }, "lines 4-11/12"],
    [{ start: 4 }, undefined],
  ])("[DOWN-7] another part than %j is refused: %s", async (range, contentRange) => {
    const headers: Record<string, string> = contentRange === undefined ? {} : { "content-range": contentRange };
    const { portal } = start(() => new Response("the rest", { status: 206, headers }));
    expect(await failureOf(portal.download("/download/a/1", { range }))).toMatchObject({ code: "PORTAL_SHAPE" });
  });
});
