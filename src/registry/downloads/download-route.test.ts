import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { memoryWorld, testPortalFetch } from "../../testing/index.ts";
import { TEST_TOKEN, TEST_USERNAME } from "../access.ts";
import { createFilesApp } from "../app.ts";
import { createFileLinks } from "./file-links.ts";

const account = { username: TEST_USERNAME, token: TEST_TOKEN };
const world = memoryWorld().mod("Long Inserters").release("1.1.3");
const release = (await world.findMod("Long Inserters"))?.releases[0];
const path = `/download/Long%20Inserters/${release?.id}`;
const zip = Buffer.from((await release?.open()) as Uint8Array);

const open = testPortalFetch(world);
const guarded = testPortalFetch(world, { requireLogin: account });
const get = (query = "", target = path) => guarded.fetch(guarded.url + target + query);
const good = `?username=${TEST_USERNAME}&token=${TEST_TOKEN}`;

describe("the download path", () => {
  it.each([path, `/${path}`])("[REG-27] %s leads to the zip on the other origin", async (target) => {
    const answer = await open.fetch(open.url + target);
    expect(answer.status).toBe(302);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const link = new URL(answer.headers.get("Location") ?? "");
    expect(link.origin).toBe(open.filesUrl);
    expect(link.pathname).toMatch(/\/Long%20Inserters_1\.1\.3\.zip$/);
    expect(link.search).toMatch(/^\?secure=[\w-]{22},\d+$/);
    const file = await open.fetch(link);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(zip);
  });

  it.each(["", `?username=${TEST_USERNAME}`, `?token=${TEST_TOKEN}`, "?username=&token="])(
    "[REG-28] with %s sends to the login page",
    async (query) => {
      const answer = await get(query);
      expect(answer.status).toBe(302);
      const location = answer.headers.get("Location") ?? "";
      expect(location).toBe(`/login?next=${encodeURIComponent(path)}`);
      const page = await guarded.fetch(guarded.url + location);
      expect([page.status, page.headers.get("Content-Type")]).toEqual([200, "text/html; charset=utf-8"]);
    },
  );

  it.each([
    [TEST_USERNAME, TEST_TOKEN.toUpperCase()],
    [TEST_USERNAME, `${TEST_TOKEN}0`],
    ["someone@example.com", TEST_TOKEN],
    [TEST_USERNAME.toUpperCase(), TEST_TOKEN],
  ])("[REG-29] refuses %s %s", async (username, token) => {
    const answer = await get(`?${new URLSearchParams({ username, token })}`);
    expect([answer.status, await answer.json()]).toEqual([403, { message: "Forbidden" }]);
  });

  it.each([`${path.slice(0, -1)}`, "/download/none/0123456789abcdef01234567", `${path}0`])(
    "[REG-30] has no release at %s",
    async (target) => {
      const answer = await get(good, target);
      expect([answer.status, await answer.json()]).toEqual([404, { message: "Release not found" }]);
    },
  );

  it("[REG-31] hands out a link without credentials", async () => {
    const location = (await get(good)).headers.get("Location") ?? "";
    expect(location).not.toContain(TEST_TOKEN);
    expect(location).not.toContain(TEST_USERNAME);
    expect((await guarded.fetch(location)).status).toBe(200);
  });

  it("[REG-27] sends HEAD the same way", async () => {
    const answer = await open.fetch(open.url + path, { method: "HEAD" });
    expect([answer.status, answer.headers.get("Location")?.startsWith(open.filesUrl)]).toEqual([302, true]);
  });
});

describe("the link", () => {
  const clock = { now: 1_000_000 };
  const links = createFileLinks({ secret: new Uint8Array(32), now: () => clock.now, lifetimeSeconds: 60 });
  const files = createFilesApp({ world, links });
  const link = release ? links.sign(release, "Long Inserters") : "";

  it("[REG-32] ends to work", async () => {
    clock.now = 1_000_000 + 60_000;
    expect((await files.request(link)).status).toBe(200);
    clock.now += 1;
    expect((await files.request(link)).status).toBe(410);
    clock.now = 1_000_000;
  });

  it.each([
    ["another file name", link.replace("1.1.3.zip", "1.1.4.zip")],
    ["another expiry", link.replace(/\d+$/, "9999999999")],
    ["another signature", link.replace(/secure=./, "secure=~")],
    ["no signature", link.replace(/\?.*/, "")],
    ["no expiry", link.replace(/,\d+$/, "")],
  ])("[REG-32] does not work with %s", async (_, forged) => {
    const answer = await files.request(forged);
    expect([answer.status, await answer.json()]).toEqual([403, { message: "Forbidden" }]);
  });

  it("[REG-32] is made with another secret elsewhere", async () => {
    const others = createFileLinks({ secret: new Uint8Array(32).fill(1), now: () => clock.now });
    const forged = release ? others.sign(release, "Long Inserters") : "";
    expect((await files.request(forged)).status).toBe(403);
  });

  it("[REG-30] of a release that was withdrawn is 404", async () => {
    const living = memoryWorld().mod("gone").release("1.0.0");
    const [gone] = (await living.findMod("gone"))?.releases ?? [];
    living.withdraw("gone", "1.0.0");
    const app = createFilesApp({ world: living, links });
    expect((await app.request(gone ? links.sign(gone, "gone") : "")).status).toBe(404);
  });
});

describe("the zip", () => {
  const file = async (headers: Record<string, string> = {}, method = "GET") => {
    const location = (await open.fetch(open.url + path)).headers.get("Location") ?? "";
    return open.fetch(location, { method, headers });
  };
  const etag = `"${release?.sha1}"`;

  it("[REG-33] is whole, and the one that was announced", async () => {
    const answer = await file();
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(answer.status).toBe(200);
    expect(createHash("sha1").update(bytes).digest("hex")).toBe(release?.sha1);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "accept-ranges": "bytes",
      "content-length": String(bytes.length),
      "content-type": "application/octet-stream",
      etag,
    });
  });

  it("[REG-34] comes in parts", async () => {
    const answer = await file({ Range: "bytes=10-" });
    expect(answer.status).toBe(206);
    expect(answer.headers.get("Content-Range")).toBe(`bytes 10-${zip.length - 1}/${zip.length}`);
    expect(answer.headers.get("Content-Length")).toBe(String(zip.length - 10));
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(zip.subarray(10));
  });

  it("[REG-34] has nothing past its end", async () => {
    const answer = await file({ Range: `bytes=${zip.length}-` });
    expect([answer.status, answer.headers.get("Content-Range")]).toEqual([416, `bytes */${zip.length}`]);
  });

  it("[REG-35] is whole when the part is of another zip", async () => {
    expect((await file({ Range: "bytes=10-", "If-Range": etag })).status).toBe(206);
    expect((await file({ Range: "bytes=10-", "If-Range": '"other"' })).status).toBe(200);
  });

  it("[REG-36] has a head", async () => {
    const answer = await file({}, "HEAD");
    expect([answer.status, answer.headers.get("Content-Length"), answer.body]).toEqual([200, String(zip.length), null]);
    const part = await file({ Range: "bytes=0-3" }, "HEAD");
    expect([part.status, part.headers.get("Content-Length")]).toEqual([206, "4"]);
  });

  it("[REG-33] is not sent again to If-None-Match", async () => {
    expect((await file({ "If-None-Match": etag })).status).toBe(304);
  });
});
