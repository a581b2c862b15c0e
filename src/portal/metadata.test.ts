import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failureOf, fullMod, memoryCache, release, scriptPortal } from "../../test/portal/scripted-portal.ts";

const json = (value: unknown, init?: ResponseInit) => Response.json(value, init);
const notFound = () => json({ message: "Mod not found" }, { status: 404 });
const webPage = (status = 200) =>
  new Response("<!DOCTYPE html><title>Log in</title>", {
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
  });
const namesIn = (body: string) => new URLSearchParams(body).get("namelist")?.split(",") ?? [];

describe("one mod", () => {
  it("[PORTAL-1] its name is percent-encoded in the path", async () => {
    const { portal, sent } = scriptPortal(() => json(fullMod("00 Armor")));
    expect((await portal.findMod("00 Armor"))?.name).toBe("00 Armor");
    await portal.findModFull("00 Armor");
    expect(sent.map((each) => each.url)).toEqual([
      "https://portal.test/api/mods/00%20Armor",
      "https://portal.test/api/mods/00%20Armor/full",
    ]);
  });

  it.each(["..", "a/b", "a?b", "a#b", "%2e%2e", "", " a", "con", "a\u0000"])(
    "[PORTAL-1] nothing is sent for the name %j",
    async (name) => {
      const { portal, sent } = scriptPortal(() => json({}));
      const asked = [portal.findMod(name), portal.findModFull(name), portal.getModsByName(["fine", name])];
      for (const each of asked) expect(await failureOf(each)).toMatchObject({ code: "MOD_NAME" });
      expect(sent).toEqual([]);
    },
  );

  it("[PORTAL-4] 404 means there is no such mod", async () => {
    const { portal } = scriptPortal(notFound);
    expect(await portal.findMod("a")).toBeUndefined();
    expect(await portal.findModFull("a")).toBeUndefined();
  });

  it.each([401, 403, 500, 503])("[PORTAL-4] %i never means that", async (status) => {
    const { portal } = scriptPortal(() => json({ message: "no" }, { status }));
    expect(await failureOf(portal.findMod("a"))).toMatchObject({ code: "PORTAL_STATUS", data: { status } });
  });

  it("[PORTAL-4] nor does a web page with 404", async () => {
    const { portal } = scriptPortal(() => webPage(404));
    expect(await failureOf(portal.findMod("a"))).toMatchObject({ code: "PORTAL_STATUS" });
  });

  it("[PORTAL-10] every request names the program", async () => {
    const { portal, sent } = scriptPortal(() => json(fullMod("a")));
    await portal.findMod("a");
    expect(sent[0]?.headers["user-agent"]).toBe("test/1.0 (+https://example.test)");
  });

  it("[PORTAL-1] a portal may live below a path", async () => {
    const { portal, sent } = scriptPortal(() => json(fullMod("a")), { url: "https://portal.test/factorio/" });
    await portal.findMod("a");
    expect(portal.url).toBe("https://portal.test/factorio");
    expect(sent[0]?.url).toBe("https://portal.test/factorio/api/mods/a");
  });

  it.each(["mods.factorio.com", "ftp://a", "https://user:pass@a.test"])(
    "[SECRET-2] %s is no portal address, and is not repeated whole",
    (url) => {
      expect(() => scriptPortal(notFound, { url })).toThrow(expect.objectContaining({ code: "USAGE" }));
      expect(() => scriptPortal(notFound, { url })).not.toThrow(/pass/);
    },
  );
});

describe("the list of all mods", () => {
  const page = (number: number, names: readonly string[]) => ({
    pagination: { count: 5, page: number, page_count: 3, page_size: 2, links: { next: "https://elsewhere.test/" } },
    results: names.map((name) => ({ name, title: name, owner: "o", downloads_count: 0 })),
  });

  it("[PORTAL-5] is always asked for in a named order", async () => {
    const { portal, sent } = scriptPortal(() => json(page(1, [])));
    await portal.listModsPage();
    await portal.listModsPage({
      version: "2.0",
      hideDeprecated: true,
      sort: "updated_at",
      order: "desc",
      pageSize: "max",
    });
    expect(sent.map((each) => new URL(each.url).search)).toEqual([
      "?sort=name&sort_order=asc",
      "?version=2.0&hide_deprecated=true&page_size=max&sort=updated_at&sort_order=desc",
    ]);
  });

  it("[PORTAL-6] comes page by page until the last", async () => {
    const { portal, sent } = scriptPortal((_, index) =>
      json(page(index + 1, [["a", "b"], ["c", "d"], ["e"]][index] ?? [])),
    );
    const names: string[] = [];
    for await (const mod of portal.listMods({ pageSize: 2 })) names.push(mod.name);
    expect(names).toEqual(["a", "b", "c", "d", "e"]);
    expect(sent.map((each) => new URL(each.url).searchParams.get("page"))).toEqual(["1", "2", "3"]);
  });

  it("[PORTAL-6] ends at an empty page, and where there are no pages", async () => {
    const empty = scriptPortal((_, index) => json(page(index + 1, index === 0 ? ["a"] : [])));
    const whole = scriptPortal(() => json({ pagination: null, results: page(1, ["a", "b"]).results }));
    for (const { portal, sent } of [empty, whole]) {
      for await (const _ of portal.listMods());
      expect(sent.length).toBeLessThanOrEqual(2);
    }
  });
});

describe("mods by name", () => {
  it("[PORTAL-7] go into the bodies of POST requests, 500 in each", async () => {
    const { portal, sent } = scriptPortal(({ body }) =>
      json({ pagination: null, results: namesIn(body).map((name) => fullMod(name)) }),
    );
    const names = Array.from({ length: 1_001 }, (_, index) => `mod ${index}`);
    const entries = await portal.getModsByName(names, { full: true });
    expect(entries.length).toBe(1_001);
    expect(sent.map((each) => [each.method, namesIn(each.body).length])).toEqual([
      ["POST", 500],
      ["POST", 500],
      ["POST", 1],
    ]);
    expect(sent[0]?.url).toBe("https://portal.test/api/mods?page_size=max&full=true");
    expect(sent[0]?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  });

  it("[PORTAL-7] no names, no request; a name asked for twice is sent once", async () => {
    const { portal, sent } = scriptPortal(() => json({ results: [fullMod("a")] }));
    expect(await portal.getModsByName([])).toEqual([]);
    await portal.getModsByName(["a", "a"]);
    expect(sent.map((each) => namesIn(each.body))).toEqual([["a"]]);
  });

  it.each([404, 405])("[PORTAL-8] become GET requests where POST is answered %i", async (status) => {
    const { portal, sent } = scriptPortal(({ method, url }) => {
      if (method === "POST") return json({ message: "Method not allowed" }, { status });
      return json({ results: new URL(url).searchParams.getAll("namelist").map((name) => fullMod(name)) });
    });
    const names = Array.from({ length: 230 }, (_, index) => `m-${index}`);
    expect((await portal.getModsByName(names)).length).toBe(230);
    expect(sent.map((each) => each.method)).toEqual(["POST", "GET", "GET", "GET"]);
  });

  it("[PORTAL-8] and where POST is answered with all mods", async () => {
    const { portal } = scriptPortal(({ method }) =>
      json({ results: [fullMod("a"), ...(method === "POST" ? [fullMod("z")] : [])] }),
    );
    expect((await portal.getModsByName(["a"])).map((each) => each.name)).toEqual(["a"]);
  });

  it.each([
    { results: [fullMod("z")] },
    { pagination: { count: 40, page: 1, page_count: 2, page_size: 25 }, results: [fullMod("a")] },
  ])("[PORTAL-8] a portal that overlooks the names is refused, not believed", async (answer) => {
    const { portal } = scriptPortal(() => json(answer));
    expect(await failureOf(portal.getModsByName(["a", "b"]))).toMatchObject({ code: "PORTAL_SHAPE" });
  });

  it.each([401, 403, 500])("[PORTAL-8] %i is no reason to ask in another way", async (status) => {
    const { portal, sent } = scriptPortal(() => json({ message: "no" }, { status }));
    expect(await failureOf(portal.getModsByName(["a"]))).toMatchObject({ code: "PORTAL_STATUS" });
    expect(new Set(sent.map((each) => each.method))).toEqual(new Set(["POST"]));
  });
});

describe("search", () => {
  it("[PORTAL-9] sends JSON without credentials", async () => {
    const { portal, sent } = scriptPortal(() => json({ pagination: {}, results: [] }));
    await portal.search({ text: "rail", version: "2.0", tags: ["trains"], excludeCategories: ["internal"], page: 2 });
    expect(sent[0]).toMatchObject({ method: "POST", url: "https://portal.test/api/search" });
    expect(JSON.parse(sent[0]?.body ?? "")).toEqual({
      query: "rail",
      version: "2.0",
      sort_attribute: "relevancy",
      page: 2,
      page_size: 30,
      show_deprecated: false,
      exclude_category: ["internal"],
      tag: ["trains"],
    });
  });
});

describe("answers that are none", () => {
  it.each([
    ["a web page", webPage()],
    ["a web page that says it is JSON", new Response(" <html>", { headers: { "content-type": "application/json" } })],
    ["no JSON", new Response("no")],
    ["nothing", new Response("", { headers: { "content-length": "0" } })],
  ])("[SHAPE-1] %s", async (_, response) => {
    const { portal } = scriptPortal(() => response);
    expect(await failureOf(portal.findMod("a"))).toMatchObject({ code: "PORTAL_SHAPE" });
  });

  it("[SHAPE-6] one that is nested too deeply", async () => {
    const nested = (levels: number) => `{"${'\\"'}[[[": ${"[".repeat(levels)}"]["${"]".repeat(levels)},`;
    const answer = (levels: number) => new Response(JSON.stringify(fullMod("a")).replace("{", nested(levels)));
    expect((await scriptPortal(() => answer(63)).portal.findMod("a"))?.name).toBe("a");
    for (const levels of [64, 100_000]) {
      expect(await failureOf(scriptPortal(() => answer(levels)).portal.findMod("a"))).toMatchObject({
        code: "PORTAL_SHAPE",
        message: expect.stringContaining("nested more than 64 levels deep"),
      });
    }
  });

  it("[SHAPE-5] one about another mod is refused, and not kept", async () => {
    const cache = memoryCache();
    const { portal } = scriptPortal(() => json(fullMod("evil")), { cache });
    for (const ask of [portal.findMod("a"), portal.findModFull("a")]) {
      expect(await failureOf(ask)).toMatchObject({
        code: "PORTAL_SHAPE",
        message: expect.stringContaining("name is that of another mod"),
      });
    }
    expect(cache.entries.size).toBe(0);
    expect((await portal.findMod("Evil"))?.name).toBe("evil");
  });

  it("[SHAPE-2] the field that is wrong is named, its value is not shown", async () => {
    const broken = { ...release("a", "1.0.0"), info_json: { dependencies: ["base", 7] } };
    const { portal } = scriptPortal(() => json({ results: [fullMod("a", [release("a", "0.1.0"), broken])] }));
    expect(await failureOf(portal.getModsByName(["a"]))).toMatchObject({
      code: "PORTAL_SHAPE",
      message:
        "Cannot read the answer of https://portal.test/api/mods: results[0].releases[1].info_json.dependencies[1] is not of type string",
    });
  });

  it("[SHAPE-2] also when the whole is no object", async () => {
    const { portal } = scriptPortal(() => json(null));
    expect(await failureOf(portal.findMod("a"))).toMatchObject({
      message: expect.stringContaining("the whole is not of type object"),
    });
  });

  it("[SHAPE-3] reading stops at the ceiling", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(1024 * 1024).fill(32));
      },
    });
    const { portal } = scriptPortal(() => new Response(endless));
    expect(await failureOf(portal.findMod("a"))).toMatchObject({
      code: "PORTAL_SHAPE",
      message: expect.stringMatching(/larger than 32 MiB/),
    });
    expect(pulled).toBeLessThan(40);
  });

  it("[SHAPE-4] what the portal says about a refusal is passed on, short and printable", async () => {
    const message = `unsupported version\u001b[31m\r\n${"x".repeat(1000)}`;
    const { portal } = scriptPortal(() => json({ message }, { status: 400 }));
    const error = await failureOf(portal.listModsPage({ version: "9.9" }));
    expect(error).toMatchObject({ code: "PORTAL_STATUS", data: { status: 400 } });
    expect((error as Error).message).toMatch(
      /^https:\/\/portal\.test\/api\/mods answered 400: unsupported version \[31m x+$/,
    );
    expect((error as Error).message.length).toBeLessThan(400);
  });

  it("[SHAPE-1] whatever comes, the answer is a value or one of our errors", async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.constantFrom(200, 201, 304, 400, 404), async (body, status) => {
        const { portal } = scriptPortal(() => new Response(status === 304 ? null : body, { status }));
        const outcome = await portal.findModFull("a").catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ name: "RoboportError" });
      }),
    );
  });
});
