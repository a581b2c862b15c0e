import { describe, expect, it } from "vitest";
import { memoryWorld, testPortalFetch } from "../../testing/index.ts";

const world = memoryWorld()
  .mod("Long Inserters", { title: "Long Inserters", owner: "ada", summary: "Longer arms." })
  .release("1.1.3", { dependencies: null, factorioVersion: null })
  .mod("flib", { category: "internal", thumbnail: "/assets/x.thumb.png", deprecated: true })
  .release("0.10.0", { featureFlags: ["space-travel"] })
  .release("0.9.0");
const portal = testPortalFetch(world);
const get = (path: string, init?: RequestInit) => portal.fetch(portal.url + path, init);
const json = async (path: string) => (await get(path)).json() as Promise<Record<string, unknown>>;

describe("one mod", () => {
  it("[REG-9] says how long it may be kept", async () => {
    const answer = await get("/api/mods/flib");
    const body = await answer.clone().text();
    expect(answer.headers.get("Content-Type")).toBe("application/json");
    expect(answer.headers.get("Cache-Control")).toBe("max-age=900, public");
    expect(answer.headers.get("Content-Length")).toBe(String(body.length));
    expect(answer.headers.get("ETag")).toMatch(/^"[\w-]{27}"$/);
  });

  it.each(["ETAG", "W/ETAG", '"other", ETAG', "*"])(
    "[REG-10] is not sent again to If-None-Match %s",
    async (header) => {
      const etag = (await get("/api/mods/flib")).headers.get("ETag") ?? "";
      const again = await get("/api/mods/flib", { headers: { "If-None-Match": header.replace("ETAG", etag) } });
      expect([again.status, await again.text(), again.headers.get("ETag")]).toEqual([304, "", etag]);
    },
  );

  it("[REG-10] is sent again to a POST, for which a validator means something else", async () => {
    const answer = await get("/api/mods", { method: "POST", headers: { "If-None-Match": "*" } });
    expect(answer.status).toBe(200);
  });

  it("[REG-56] has titles of the categories", async () => {
    const categories = await (await get("/api/categories?version=0.17.79&lang=en")).json();
    expect(categories).toContainEqual({ name: "mod-packs", title: "Mod packs" });
  });

  it("[REG-10] has another validator after a release", async () => {
    const living = memoryWorld().mod("growing").release("1.0.0");
    const { url, fetch } = testPortalFetch(living);
    const before = (await fetch(`${url}/api/mods/growing`)).headers.get("ETag") ?? "";
    living.release("1.0.1");
    const after = await fetch(`${url}/api/mods/growing`, { headers: { "If-None-Match": before } });
    expect(after.status).toBe(200);
    expect(await after.text()).toContain("growing_1.0.1.zip");
  });

  it.each(["nothing", "FLIB", "flib%2Ffull", "..%2f..%2fetc", "%E0%A4%A", "flib%00", "__proto__"])(
    "[REG-11] does not know %s",
    async (name) => {
      const answer = await get(`/api/mods/${name}`);
      expect([answer.status, await answer.json()]).toEqual([404, { message: "Mod not found" }]);
    },
  );

  it("[REG-11] is found by a percent-encoded name", async () => {
    expect(await json("/api/mods/Long%20Inserters")).toMatchObject({ name: "Long Inserters" });
  });

  it("[REG-14] leaves out what there is nothing to say about", async () => {
    const [short, full] = await Promise.all([
      json("/api/mods/Long%20Inserters"),
      json("/api/mods/Long%20Inserters/full"),
    ]);
    for (const key of ["category", "thumbnail", "deprecated", "changelog"]) {
      expect(short).not.toHaveProperty(key);
      expect(full).not.toHaveProperty(key);
    }
    expect(short).not.toHaveProperty("releases[0].feature_flags");
    expect(await json("/api/mods/flib")).not.toHaveProperty("releases[0].info_json.dependencies");
    expect(await json("/api/mods/flib/full")).toMatchObject({
      deprecated: true,
      releases: [{ feature_flags: ["space-travel"], info_json: { dependencies: ["base"] } }, {}],
    });
    expect(await json("/api/mods?page_size=max")).not.toHaveProperty("results[1].thumbnail");
  });

  it("[REG-8] leaves out what a release does not say", async () => {
    expect(await json("/api/mods/Long%20Inserters/full")).toMatchObject({ releases: [{ info_json: {} }] });
    expect(await json("/api/mods?version=0.12")).toMatchObject({ results: [{ name: "Long Inserters" }] });
  });

  it("[REG-15] always has images, license and tags in full", async () => {
    const full = await json("/api/mods/flib/full");
    expect(full).toMatchObject({ images: [], tags: [], license: { name: "not-stated" } });
    expect(Object.keys(full)).toEqual(Object.keys(full).sort());
    const short = Object.keys(await json("/api/mods/flib"));
    expect(short).toEqual(short.toSorted());
  });

  it("[REG-16] has its releases in the order they came out", async () => {
    expect(await json("/api/mods/flib")).toMatchObject({ releases: [{ version: "0.10.0" }, { version: "0.9.0" }] });
  });
});
