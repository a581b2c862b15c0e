import { describe, expect, it } from "vitest";
import { type Author, type AuthorOptions, openAuthor } from "./author.ts";
import { fetchTransport } from "./fetch-transport.ts";
import { Secret } from "./secret.ts";

const KEY = "key-0123456789abcdef";
const ZIP = new Blob(["PK-not-really"]);

interface Seen {
  readonly url: string;
  readonly key: string | null;
  readonly form: FormData;
}

/** A portal that answers from a table, and notes what it is asked. */
function portal(answers: Readonly<Record<string, Response | (() => Response)>>, options: Partial<AuthorOptions> = {}) {
  const seen: Seen[] = [];
  const transport = fetchTransport(async (request) => {
    const key = request.headers.get("authorization");
    seen.push({ url: request.url, key, form: await request.formData() });
    const answer = answers[new URL(request.url).pathname];
    if (!answer) return Response.json({ error: "Unknown", message: "no such path" }, { status: 404 });
    return answer instanceof Response ? answer.clone() : answer();
  });
  const author: Author = openAuthor({
    url: "https://portal.test",
    transport,
    userAgent: "test",
    apiKey: new Secret(KEY),
    ...options,
  });
  return { author, seen };
}

const uploadAt = (upload_url: string) => Response.json({ upload_url });
const done = Response.json({ success: true, url: "/api/mods/a/full" });

describe("author", () => {
  it("[AUTHOR-1][AUTHOR-3] uploads to the place the portal names, and keeps the key", async () => {
    const { author, seen } = portal({
      "/api/v2/mods/releases/init_upload": uploadAt("https://uploads.test/x?ticket=1"),
      "/x": done,
    });
    await author.uploadRelease("Squeak Through", ZIP);
    expect(seen.map(({ url, key }) => [url, key])).toEqual([
      ["https://portal.test/api/v2/mods/releases/init_upload", `Bearer ${KEY}`],
      ["https://uploads.test/x?ticket=1", null],
    ]);
    expect(seen[0]?.form.get("mod")).toBe("Squeak Through");
    const file = seen[1]?.form.get("file");
    expect(file instanceof File && [await file.text(), file.type]).toEqual([
      "PK-not-really",
      "application/x-zip-compressed",
    ]);
  });

  it("[AUTHOR-5] publishes with the details that are given", async () => {
    const { author, seen } = portal({
      "/api/v2/mods/init_publish": uploadAt("https://portal.test/up"),
      "/up": done,
    });
    await author.publishMod("a", ZIP, { description: "Ä & co", license: "default_mit" });
    expect([...(seen[1]?.form.keys() ?? [])]).toEqual(["file", "description", "license"]);
    expect(seen[1]?.form.get("description")).toBe("Ä & co");
  });

  it("[AUTHOR-5] sends each tag by itself, and nothing that stays", async () => {
    const { author, seen } = portal({ "/api/v2/mods/edit_details": done });
    await author.editDetails("a", { tags: ["trains", "power"], deprecated: false, title: "" });
    const entries = [...(seen[0]?.form.entries() ?? [])];
    expect(entries).toEqual([
      ["mod", "a"],
      ["title", ""],
      ["deprecated", "false"],
      ["tags", "trains"],
      ["tags", "power"],
    ]);
  });

  it("[AUTHOR-1] adds and orders images", async () => {
    const image = { id: "1", url: "https://assets.test/1.png", thumbnail: "https://assets.test/1.thumb.png" };
    const { author, seen } = portal({
      "/api/v2/mods/images/add": uploadAt("https://portal.test/up"),
      "/up": Response.json(image),
      "/api/v2/mods/images/edit": Response.json({ success: true, images: [image] }),
    });
    expect(await author.addImage("a", new Blob(["png"], { type: "image/png" }))).toEqual(image);
    expect(await author.setImages("a", ["1", "2"])).toEqual([image]);
    expect(seen[2]?.form.get("images")).toBe("1,2");
  });

  it.each([
    [401, "InvalidApiKey", "CREDENTIALS_REFUSED"],
    [403, "Forbidden", "CREDENTIALS_REFUSED"],
    [404, "UnknownMod", "NO_SUCH_MOD"],
    [400, "InvalidModUpload", "PUBLISH_REFUSED"],
    [400, "SomethingNew", "PUBLISH_REFUSED"],
  ])("[AUTHOR-2] %i %s is %s", async (status, error, code) => {
    const { author } = portal({
      "/api/v2/mods/edit_details": Response.json({ error, message: "No\u001b[31m" }, { status }),
    });
    await expect(author.editDetails("a", {})).rejects.toMatchObject({ code, data: { error } });
    await expect(author.editDetails("a", {})).rejects.not.toThrow("\u001b");
  });

  it("[AUTHOR-2] a refusal without a code is a status", async () => {
    const { author } = portal({ "/api/v2/mods/edit_details": new Response("<html>", { status: 405 }) });
    await expect(author.editDetails("a", {})).rejects.toMatchObject({ code: "PORTAL_STATUS", data: { status: 405 } });
  });

  it("[AUTHOR-1] a file that fails on its way is not sent twice", async () => {
    const { author, seen } = portal({
      "/api/v2/mods/releases/init_upload": uploadAt("https://portal.test/up"),
      "/up": () => new Response("", { status: 503 }),
    });
    await expect(author.uploadRelease("a", ZIP)).rejects.toMatchObject({ code: "PORTAL_STATUS" });
    expect(seen.length).toBe(2);
  });

  it.each(["http://uploads.test/x", "ftp://x", "https://user:pw@uploads.test/", "http://["])(
    "[AUTHOR-4] refuses to upload to %s",
    async (place) => {
      const { author } = portal({ "/api/v2/mods/releases/init_upload": uploadAt(place) });
      await expect(author.uploadRelease("a", ZIP)).rejects.toMatchObject({ code: "PORTAL_SHAPE" });
    },
  );

  it("[AUTHOR-6] keeps the key from plain http", () => {
    expect(() => portal({}, { url: "http://portal.test" })).toThrow("The API key was not sent");
    expect(() => portal({}, { url: "http://127.0.0.1:1" })).not.toThrow();
  });

  it("[REDIR-8] does not follow a redirect to another origin with the key", async () => {
    const { author, seen } = portal({
      "/api/v2/mods/edit_details": new Response(null, { status: 307, headers: { location: "https://other.test/" } }),
    });
    await expect(author.editDetails("a", {})).rejects.toMatchObject({ code: "PORTAL_REDIRECT" });
    expect(seen.length).toBe(1);
  });
});
