import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryWorld, testPortalFetch } from "../../testing/index.ts";

interface List {
  readonly pagination: { count: number; page: number; page_count: number; page_size: number; links: Links } | null;
  readonly results: readonly { name: string; latest_release?: { version: string } | null; releases?: object[] }[];
}
type Links = Record<"first" | "next" | "prev" | "last", string | null>;

const world = memoryWorld();
for (let n = 30; n > 0; n--) world.mod(`mod-${String(n).padStart(2, "0")}`).release("1.0.0");
world
  .mod("Zebra")
  .release("0.1.0", { factorioVersion: "0.18" })
  .release("0.2.0", { factorioVersion: "1.1.100" })
  .mod("Old Path", { deprecated: true })
  .release("1.0.0", { factorioVersion: "1.1" })
  .mod("empty");
const portal = testPortalFetch(world);
const get = (query: string, init?: RequestInit) => portal.fetch(`${portal.url}/api/mods${query}`, init);
const list = async (query: string, init?: RequestInit) => (await get(query, init)).json() as Promise<List>;
const names = async (query: string, init?: RequestInit) => (await list(query, init)).results.map((mod) => mod.name);
const NAMES = ["Zebra", "Old Path", "empty,Zebra", "mod-01", "__proto__"];
const form = (body: string) => ({
  method: "POST",
  body,
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
});

describe("the list of mods", () => {
  it("[REG-20] is 25 mods in byte order of their names", async () => {
    const { pagination, results } = await list("");
    expect(pagination).toMatchObject({ count: 33, page: 1, page_count: 2, page_size: 25 });
    expect(results.slice(0, 4).map((mod) => mod.name)).toEqual(["Old Path", "Zebra", "empty", "mod-01"]);
    expect(results).toHaveLength(25);
  });

  it.each([1000000, 999999999999999])("[REG-20] is all on one page of %i", async (size) => {
    const { pagination, results } = await list(`?page_size=${size}`);
    expect(results).toHaveLength(33);
    expect(pagination).toMatchObject({ page_count: 1, page_size: size, links: { next: null, last: null } });
  });

  it("[REG-12] has null where a mod has no release", async () => {
    expect((await list("?namelist=empty")).results).toMatchObject([{ releases: [] }]);
    expect((await list("")).results[2]?.latest_release).toBeNull();
  });

  it("[REG-17] links to the other pages, without page for the first and without secrets", async () => {
    const { pagination } = await list("?page=2&page_size=10&sort=name&username=u&token=canary");
    expect(pagination?.links).toEqual({
      first: "https://portal.test/api/mods?page_size=10&sort=name",
      next: "https://portal.test/api/mods?page=3&page_size=10&sort=name",
      prev: "https://portal.test/api/mods?page_size=10&sort=name",
      last: "https://portal.test/api/mods?page=4&page_size=10&sort=name",
    });
    expect((await list("?page_size=10")).pagination?.links).toMatchObject({ first: null, prev: null });
    expect((await list("?page_size=10&page=4")).pagination?.links).toMatchObject({ next: null, last: null });
  });

  it("[REG-18] is empty past the end", async () => {
    const { pagination, results } = await list("?page=7");
    expect(results).toEqual([]);
    expect(pagination?.links).toEqual({
      first: "https://portal.test/api/mods",
      next: null,
      prev: "https://portal.test/api/mods?page=6",
      last: null,
    });
  });

  it("[REG-19] has no pagination when everything is asked for", async () => {
    for (const query of ["?page_size=max", "?page_size=max&page=3", "?namelist=empty", "?namelist=empty&page_size=1"]) {
      expect((await list(query)).pagination).toBeNull();
    }
    expect(await names("?page_size=max")).toHaveLength(33);
  });

  it("[REG-21] is sorted as asked, but not with page_size=max", async () => {
    expect((await names("?sort=name&sort_order=desc"))[0]).toBe("mod-30");
    expect((await names("?sort=updated_at"))[0]).toBe("mod-30");
    expect((await names("?sort=updated_at&sort_order=desc"))[0]).toBe("empty");
    expect((await names("?sort=created_at&sort_order=desc")).slice(0, 2)).toEqual(["empty", "Old Path"]);
    expect((await names("?sort=updated_at&sort_order=desc&page_size=max"))[0]).toBe("Old Path");
  });

  it("[REG-22] can leave deprecated mods out", async () => {
    expect(await names("?hide_deprecated=true")).not.toContain("Old Path");
    expect(await names("?hide_deprecated=false")).toContain("Old Path");
    expect(await names("?namelist=Old%20Path&hide_deprecated=True")).toEqual([]);
  });

  it("[REG-23] takes names in every way clients send them", async () => {
    const both = ["Old Path", "Zebra"];
    expect(await names("?namelist=Zebra,Old%20Path,none")).toEqual(both);
    expect(await names("?namelist=Zebra&namelist=Old+Path&namelist=Zebra")).toEqual(both);
    expect(await names("?page_size=max", form("namelist=Zebra%2COld+Path"))).toEqual(both);
    expect(await names("", form("namelist=Zebra&namelist=Old%20Path"))).toEqual(both);
    expect(await names("?namelist=zebra")).toEqual([]);
    expect(await names("?namelist=")).toEqual([]);
  });

  it("[REG-24] knows the game line of two and three numbers", async () => {
    for (const version of ["1.1", "1.1.107", "1.0", "1.0.0", "0.18.47"]) {
      expect(await names(`?version=${version}`)).toEqual(["Zebra"]);
    }
    expect(await names("?version=0.13&namelist=Zebra")).toEqual([]);
    expect((await list("?version=1.0")).results[0]?.latest_release?.version).toBe("0.1.0");
    expect((await list("?version=1.1")).results[0]?.latest_release?.version).toBe("0.2.0");
  });

  it.each(["true", "True", "1"])("[REG-25] has full entries with full=%s", async (value) => {
    const full = await (await portal.fetch(`${portal.url}/api/mods/Zebra/full`)).json();
    expect((await list(`?namelist=Zebra&full=${value}`)).results).toEqual([full]);
    expect((await list(`?page_size=max&full=${value}`)).results[1]).toEqual(full);
  });

  it("[REG-26] passes over what it does not know", async () => {
    const plain = await list("");
    const odd = "q=x&owner=me&lang=en&is_space_age=true&page=0&page_size=-5&sort=size&sort_order=up&full=no&sort_asc=1";
    expect((await list(`?${odd}`)).results).toEqual(plain.results);
    const answer = await get("?version=newest");
    expect([answer.status, await answer.json()]).toEqual([400, { message: "Unsupported version" }]);
  });

  it("[REG-26] never answers a query with a 5xx", async () => {
    const keys = ["page", "page_size", "sort", "sort_order", "namelist", "version", "full", "hide_deprecated", "lang"];
    const odd = fc.constantFrom(
      "max",
      "-1",
      "1e9",
      "9".repeat(40),
      "2.0",
      "2.0.60",
      "999999.1",
      "NaN",
      "updated_at",
      "",
    );
    const value = fc.oneof(odd, fc.string({ unit: "binary" }), fc.constantFrom(...NAMES));
    const pairs = fc.array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pairs, fc.boolean(), async (parameters, post) => {
        const query = new URLSearchParams(parameters).toString();
        const answer = await (post ? get("", form(query)) : get(`?${query}`));
        expect([200, 400]).toContain(answer.status);
        expect(answer.headers.get("Content-Type")).toBe("application/json");
        await answer.json();
      }),
      { numRuns: 500 },
    );
  });
});
