import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryWorld, testPortalFetch } from "../../testing/index.ts";
import { TEST_TOKEN, TEST_USERNAME } from "../access.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url));
const SAMPLES = join(DATA, "portal-samples");

interface Answer {
  readonly pagination: object;
  readonly category_hits: object;
  readonly results: readonly Record<string, unknown>[];
}

const world = memoryWorld()
  .mod("rail-signals", { title: "Signals", owner: "ada", downloadsCount: 5, category: "content", tags: ["trains"] })
  .release("1.0.0", { factorioVersion: "1.1" })
  .release("1.1.0", { dependencies: ["base", "space-age >= 2.0.0"] })
  .mod("rail", {
    title: "Track",
    summary: "Plain rail.",
    downloadsCount: 1,
    category: "overhaul",
    tags: ["trains", "logistics"],
  })
  .release("0.1.0")
  .mod("mono", { title: "Monorail", summary: "One Track", downloadsCount: 50, category: "internal" })
  .release("3.0.0")
  .mod("rust", { title: "Old rails", deprecated: true, downloadsCount: 900 })
  .release("1.0.0", { factorioVersion: "1.1" });
const portal = testPortalFetch(world);
const post = (body: unknown, target = portal) =>
  target.fetch(`${target.url}/api/search`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const search = async (body: object) => (await post(body)).json() as Promise<Answer>;
const names = async (body: object) => (await search(body)).results.map((result) => result["name"]);

describe("search", () => {
  it("[REG-43] finds every word in name, title, owner or summary", async () => {
    expect(await names({ query: "RAIL" })).toEqual(["rail", "rail-signals", "mono"]);
    expect(await names({ query: "track rail" })).toEqual(["rail", "mono"]);
    expect(await names({ query: "rail_signals" })).toEqual(["rail-signals"]);
    expect(await names({ query: "ada" })).toEqual(["rail-signals"]);
    expect(await names({ query: "nothing" })).toEqual([]);
    expect(await names({})).toHaveLength(3);
  });

  it("[REG-44] has the best first, of equals the most downloaded", async () => {
    expect((await names({ query: "rail signals" }))[0]).toBe("rail-signals");
    expect(await names({ query: "track" })).toEqual(["rail", "mono"]);
    expect((await names({ query: "" }))[0]).toBe("mono");
  });

  it("[REG-45] filters", async () => {
    expect(await names({ version: "1.1" })).toEqual(["rail-signals"]);
    expect(await names({ factorio_version: "1.1.0" })).toEqual(["rail-signals"]);
    expect(await names({ category: "overhaul" })).toEqual(["rail"]);
    expect(await names({ category: ["overhaul", "content"] })).toHaveLength(2);
    expect(await names({ exclude_category: ["internal"] })).toEqual(["rail-signals", "rail"]);
    expect(await names({ tag: ["trains", "logistics"] })).toEqual(["rail"]);
    expect(await names({ show_deprecated: "true" })).toContain("rust");
    expect(await names({ category: "no-category", show_deprecated: true })).toEqual(["rust"]);
  });

  it("[REG-46] sorts", async () => {
    expect(await names({ sort_attribute: "name" })).toEqual(["mono", "rail", "rail-signals"]);
    expect(await names({ sort_attribute: "name", order: "desc" })).toEqual(["rail-signals", "rail", "mono"]);
    expect((await names({ sort_attribute: "most_downloads" }))[0]).toBe("mono");
    expect((await names({ sort_attribute: "trending" }))[0]).toBe("mono");
    expect((await names({ sort_attribute: "last_updated_at" }))[0]).toBe("mono");
    expect((await names({ sort_attribute: "created_at", order: "asc" }))[0]).toBe("rail-signals");
  });

  it("[REG-47] has pages without links", async () => {
    const { pagination, results } = await search({ page: "2", page_size: "2" });
    expect([pagination, results.length]).toEqual([{ count: 3, page: 2, page_count: 2, page_size: 2 }, 1]);
    expect((await search({ page_size: 5000 })).pagination).toMatchObject({ page_size: 100 });
    expect((await search({})).pagination).toMatchObject({ page_size: 30 });
  });

  it("[REG-48] answers in the shape clients read", async () => {
    const body = { query: "signals", highlight_pre_tag: "<b>", highlight_post_tag: "</b>" };
    const { results, ...rest } = await search(body);
    expect(rest).toMatchObject({
      category_hits: { content: 1 },
      expansion_hits: { "space-age": 1 },
      tag_hits: { trains: 1 },
    });
    expect(results[0]).toMatchObject({
      latest_release: (await world.findMod("rail-signals"))?.releases[1]?.id,
      latest_release_version: "1.1.0",
      created_at: "2025-01-01T00:00:00.000000",
      updated_at: "2025-01-02T00:00:00.000000",
      deprecated: false,
      requires_space_age: true,
      highlighted_fields: { name: "rail-<b>signals</b>", title: "<b>Signals</b>", owner: "ada" },
      factorio_versions: ["1.1", "2.0"],
    });
    expect((await search({})).results[0]).toMatchObject({ highlighted_fields: null, source_url: null, thumbnail: "" });
  });

  it.each(["", "x", "[]", "null", '"rail"', '{"version":"newest"}'])("[REG-42] refuses %s", async (body) => {
    const answer = await post(body);
    expect([answer.status, await answer.json()]).toEqual([400, { message: "The body is not a search" }]);
  });

  it("[REG-49] shows bookmarks to their owner only", async () => {
    const account = { username: TEST_USERNAME, token: TEST_TOKEN };
    const guarded = testPortalFetch(world, { requireLogin: account });
    const query = new URLSearchParams({ ...account, mod: "mono", state: "on" });
    await guarded.fetch(`${guarded.url}/api/bookmarks/toggle?${query}`);
    expect((await post({ only_bookmarks: true }, guarded)).status).toBe(403);
    expect(await (await post({ only_bookmarks: "true", ...account }, guarded)).json()).toMatchObject({
      results: [{ name: "mono" }],
    });
  });

  it("[REG-42] never answers a body with a 5xx", async () => {
    const keys = fc.constantFrom(
      "query",
      "version",
      "page",
      "page_size",
      "category",
      "tag",
      "order",
      "highlight_pre_tag",
    );
    const body = fc.oneof(fc.dictionary(keys, fc.jsonValue()), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(body, async (value) => {
        expect([200, 400]).toContain((await post(value)).status);
      }),
      { numRuns: 300 },
    );
  });

  describe.skipIf(!existsSync(SAMPLES))("with the bodies of real clients", () => {
    const read = (file: string) => JSON.parse(readFileSync(join(SAMPLES, file), "utf8")) as object;

    it.each(["A", "B", "C"])("[REG-42] understands client %s", async (client) => {
      expect((await post(read(`search-request.client-${client}.json`))).status).toBe(200);
    });

    it("[REG-48] has the keys of the known answer, in its order", async () => {
      const sample = read("search-response.constructed.json") as Answer;
      const ours = await search({ query: "rail" });
      expect(Object.keys(ours)).toEqual(Object.keys(sample));
      expect(Object.keys(ours.results[0] ?? {})).toEqual(Object.keys(sample.results[0] ?? {}));
    });
  });
});
