import { describe, expect, it } from "vitest";
import { openPullScene, type PullScene } from "../../../test/registry/pull-scene.ts";
import { fitsPattern } from "../storage/claims.ts";

/** Everything that a name could be in. */
const requestsOf = ({ upstream }: PullScene) => decodeURIComponent(JSON.stringify(upstream.requests)).toLowerCase();

function publish({ data }: PullScene, name: string): void {
  const origin = { source: "private", account: "alice" } as const;
  data().records.put({ name, origin, createdAt: "2026-01-01T00:00:00.000000Z", releases: [] });
}

describe("names of one's own", () => {
  it.each([
    ["acme-*", "acme-lamps", true],
    ["acme-*", "ACME-", true],
    ["acme-*", "xacme-lamps", false],
    ["*lamps*", "acme-Lamps-2", true],
    ["a*b*c", "aXbYc", true],
    ["a*b*c", "acb", false],
    ["ab*ba", "aba", false],
    ["flib", "FLIB", true],
    ["flib", "flib2", false],
  ])("[CLAIM-1] %s and %s: %s", (pattern, name, fits) => {
    expect(fitsPattern(name, pattern)).toBe(fits);
  });

  it.each(["*", "**", "", "a/b", "ä", "x".repeat(101)])("[CLAIM-1] %j cannot be claimed", async (pattern) => {
    const { data } = await openPullScene();
    expect(() => data().claims.add(pattern)).toThrow(/Cannot claim/);
  });

  it("[CLAIM-2] are in no request to the upstream", async () => {
    const scene = await openPullScene();
    const { get, json, data, mods } = scene;
    mods.mod("secret-lamps").release("1.0.0").mod("published").release("9.0.0");
    publish(scene, "published");
    data().claims.add("secret-*");
    const form = { "content-type": "application/x-www-form-urlencoded" };
    for (const name of ["secret-lamps", "Secret-Thing", "published", "Published"]) {
      const known = name === "published" ? 200 : 404;
      for (const path of [`/api/mods/${name}`, `/api/mods/${name}/full`]) expect((await get(path)).status).toBe(known);
      expect((await get(`/download/${name}/0123456789abcdef01234567`)).status).toBe(404);
      await get("/api/mods?full=true", { method: "POST", body: `namelist=flib,${name}`, headers: form });
      await get(`/api/mods?namelist=${name}`);
      await get("/api/search", { method: "POST", body: JSON.stringify({ query: name }) });
    }
    expect((await json("/api/mods/published")).releases).toEqual([]);
    expect(requestsOf(scene)).toContain("flib");
    expect(requestsOf(scene)).not.toMatch(/secret|published/);
  });

  it("[CLAIM-3] what came from elsewhere under such a name goes", async () => {
    const { get, data } = await openPullScene();
    expect((await get("/api/mods/flib")).status).toBe(200);
    data().claims.add("FL*");
    expect(data().records.dropUpstream((name) => data().claims.covers(name))).toEqual(["flib"]);
    expect((await get("/api/mods/flib")).status).toBe(404);
    expect(data().claims.release("fl*")).toBe(true);
    expect((await get("/api/mods/flib")).status).toBe(200);
  });
});
