import { describe, expect, it } from "vitest";
import { CANARY, openPullScene } from "../../../test/registry/pull-scene.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const QUARTER_HOUR = 900_000;

interface Named {
  readonly name: string;
}

describe("metadata of an upstream", () => {
  it("[SRC-6][SRC-10] comes when it is asked for, is kept, and asked for again with its validator when it is old", async () => {
    const { json, upstream, mods, pass, restart } = await openPullScene();
    const full = await json("/api/mods/flib/full");
    const own = await fetch(`${upstream.url}/api/mods/flib/full`);
    expect(full).toEqual(await own.json());
    await restart();
    expect(await json("/api/mods/flib")).toMatchObject({ title: "Library", releases: [{}, {}] });
    expect(upstream.requests.length).toBe(2);
    pass(QUARTER_HOUR);
    await json("/api/mods/flib");
    expect(upstream.requests.at(-1)?.headers["if-none-match"]).toBe(own.headers.get("etag"));
    mods.mod("flib").release("0.17.0");
    pass(QUARTER_HOUR);
    expect((await json("/api/mods/flib")).releases).toHaveLength(3);
  });

  it("[SRC-6] a list of names is one question for all that is not known yet", async () => {
    const { json, upstream, asked } = await openPullScene();
    await json("/api/mods/flib");
    const question = { method: "POST", body: "namelist=flib,helmod,large,nobody", headers: FORM };
    const list = await json("/api/mods?page_size=max&full=true", question);
    expect(list.results.map(({ name }: Named) => name)).toEqual(["flib", "helmod", "large"]);
    expect(list.results[1].releases[0].info_json.dependencies).toEqual(["flib"]);
    const lists = upstream.requests.filter(({ service }) => service === "list");
    expect(lists.map((each) => [each.method, each.mods])).toEqual([["POST", ["helmod", "large", "nobody"]]]);
    await json("/api/mods?page_size=max&namelist=large&namelist=nobody");
    expect(asked("list")).toBe(1);
  });

  it("[SRC-6] many who ask at once are one question", async () => {
    const { json, upstream } = await openPullScene();
    await Promise.all(Array.from({ length: 50 }, () => json("/api/mods/flib/full")));
    expect(upstream.requests.length).toBe(1);
  });

  it("[SRC-11] lists and searches hold what was asked for, and ask nobody", async () => {
    const { json, upstream } = await openPullScene();
    await json("/api/mods/flib");
    const found = await json("/api/search", { method: "POST", body: JSON.stringify({ query: "library" }) });
    const list = await json("/api/mods?page_size=max");
    for (const { results } of [found, list]) expect(results.map(({ name }: Named) => name)).toEqual(["flib"]);
    expect(upstream.requests.length).toBe(1);
  });

  it("[SRC-8][SRC-12] only what the upstream says it does not have is not there, for a minute", async () => {
    const { get, upstream, mods, pass } = await openPullScene();
    const answer = await get("/api/mods/nobody");
    expect([answer.status, await answer.json()]).toEqual([404, { message: "Mod not found" }]);
    expect((await get("/api/mods/nobody/full")).status).toBe(404);
    expect((await get("/api/mods/no%2fname")).status).toBe(404);
    expect(upstream.requests.length).toBe(1);
    mods.mod("nobody").release("1.0.0");
    pass(60_000);
    expect((await get("/api/mods/nobody")).status).toBe(200);
  });

  it("[SRC-12] a release that is not known is looked for once before it is said not to be there", async () => {
    const { get, json, mods, upstream } = await openPullScene();
    await json("/api/mods/flib");
    mods.mod("flib").release("0.17.0");
    const { releases } = JSON.parse(await (await fetch(`${upstream.url}/api/mods/flib`)).text());
    expect((await get(releases.at(-1).download_url)).status).toBe(200);
    const before = upstream.requests.length;
    for (let times = 0; times < 3; times++) {
      expect((await get("/download/flib/0123456789abcdef01234567")).status).toBe(404);
    }
    expect(upstream.requests.length).toBe(before + 1);
  });

  it("[SRC-8] a release that is not known is not absent while nobody can be asked", async () => {
    const { get, json, upstream } = await openPullScene();
    await json("/api/mods/flib");
    upstream.setFaults([{ on: "full", fault: "status", status: 500 }]);
    expect((await get("/download/flib/0123456789abcdef01234567")).status).toBe(503);
    expect((await get("/api/mods/flib")).status).toBe(200);
  });

  it.each([
    ["503", { fault: "status", status: 503 }, 503, "UpstreamUnavailable"],
    ["500", { fault: "status", status: 500 }, 503, "UpstreamUnavailable"],
    ["429", { fault: "status", status: 429, retryAfter: "77" }, 503, "UpstreamUnavailable"],
    ["403", { fault: "status", status: 403 }, 502, "UpstreamInvalid"],
    ["silence", { fault: "silent" }, 504, "UpstreamTimeout"],
    ["the end of the connection", { fault: "hang-up" }, 503, "UpstreamUnavailable"],
    ["a web page", { fault: "replace", body: "<!doctype html>", type: "text/html" }, 502, "UpstreamInvalid"],
    ["the page of another server", { fault: "redirect", to: "{elsewhere}/x" }, 502, "UpstreamInvalid"],
    ["a redirect to itself", { fault: "redirect" }, 502, "UpstreamInvalid"],
    ["another shape", { fault: "replace", body: "[]", type: "application/json" }, 502, "UpstreamInvalid"],
  ] as const)("[SRC-7][SRC-8] %s is not absence, and what is here is served", async (_name, fault, status, error) => {
    const { get, json, pass, hurry, upstream, reported } = await openPullScene();
    await json("/api/mods/flib");
    pass(QUARTER_HOUR);
    if (fault.fault === "silent") hurry();
    upstream.setFaults([
      { on: "full", ...fault },
      { on: "list", ...fault },
    ]);
    const stale = await get("/api/mods/flib");
    expect([stale.status, stale.headers.get("warning")]).toEqual([200, '110 - "Response is Stale"']);
    expect((await get("/api/mods?namelist=flib&page_size=max")).status).toBe(200);
    for (const path of ["/api/mods/helmod", "/api/mods?namelist=flib,helmod&page_size=max"]) {
      const answer = await get(path);
      expect([answer.status, await answer.json()]).toMatchObject([status, { error }]);
      if ("retryAfter" in fault) expect(answer.headers.get("retry-after")).toBe(fault.retryAfter);
    }
    expect(reported.length).toBeGreaterThan(0);
    expect(reported.join()).not.toContain(CANARY);
  });

  it("[SRC-13] a list with too many names to ask for is refused", async () => {
    const { get, asked } = await openPullScene();
    const body = `namelist=${Array.from({ length: 2_001 }, (_, index) => `other-${index}`).join(",")}`;
    expect((await get("/api/mods", { method: "POST", body, headers: FORM })).status).toBe(400);
    expect(asked("list")).toBe(0);
  });

  it("[SRC-9] an upstream that is down is left alone for a while", async () => {
    const { get, pass, upstream } = await openPullScene();
    await upstream.goDown();
    expect((await get("/api/mods/flib")).status).toBe(503);
    await upstream.comeUp();
    expect((await get("/api/mods/flib")).status).toBe(503);
    pass(10_000);
    expect((await get("/api/mods/flib")).status).toBe(200);
  });
});
