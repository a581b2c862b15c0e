import { describe, expect, it } from "vitest";
import { type Answer, failureOf, fullMod, release, scriptPortal } from "../../test/portal/scripted-portal.ts";
import { defaultBuiltIns } from "../game/built-ins.ts";
import { compareVersions, parseVersion } from "../game/version.ts";
import type { PortalEvent } from "./events.ts";
import { type LoadUniverseOptions, loadUniverse } from "./universe-loader.ts";

type Mods = Readonly<Record<string, readonly object[]>>;

const game = parseVersion("2.0.60");
const builtIns = defaultBuiltIns(game);
const namesIn = (body: string) => new URLSearchParams(body).get("namelist")?.split(",") ?? [];

/** Answers as a portal that holds these mods. */
const serve =
  (mods: Mods): Answer =>
  ({ body }) =>
    Response.json({
      pagination: null,
      results: namesIn(body).flatMap((name) => (mods[name] ? [fullMod(name, mods[name])] : [])),
    });

const load = (
  names: readonly string[],
  portals: readonly ReturnType<typeof scriptPortal>[],
  options: Partial<LoadUniverseOptions> = {},
) => loadUniverse({ portals: portals.map((each) => each.portal), names, game, builtIns, ...options });

describe("what is loaded", () => {
  it("[LOAD-1] follows what releases for this game require or recommend, level by level", async () => {
    const scripted = scriptPortal(
      serve({
        a: [release("a", "1.0.0", ["base", "b >= 1.0", "~ c", "+ d", "? e", "(?) f", "! g"])],
        b: [release("b", "1.0.0", ["h"]), release("b", "0.1.0", ["for-another-game"], "1.1")],
        c: [release("c", "1.0.0", ["a", "space-age"])],
        d: [release("d", "1.0.0")],
        h: [release("h", "1.0.0", ["nowhere"])],
      }),
    );
    const { universe } = await load(["a"], [scripted]);
    expect([...universe.mods.keys()]).toEqual(["a", "b", "c", "d", "h"]);
    expect(universe).toMatchObject({ game, builtIns });
    expect(universe.mods.get("b")?.releases.length).toBe(2);
    expect(scripted.sent.map((each) => namesIn(each.body))).toEqual([["a"], ["b", "c", "d"], ["h"], ["nowhere"]]);
  });

  it("[LOAD-2] 500 locked mods that need only each other take one request", async () => {
    const names = Array.from({ length: 500 }, (_, index) => `m${index}`);
    const mods = Object.fromEntries(
      names.map((name, index) => [name, [release(name, "1.0.0", [`m${(index + 1) % 500}`])]]),
    );
    const scripted = scriptPortal(serve(mods));
    expect((await load(names, [scripted])).universe.mods.size).toBe(500);
    expect(scripted.sent.length).toBe(1);
  });

  it("[LOAD-3] built-ins and names that no mod can have are never asked for", async () => {
    const scripted = scriptPortal(
      serve({ a: [release("a", "1.0.0", ["base", "quality", "core", "a/b", "recycler"])] }),
    );
    await load(["base", "space-age", "..", "a"], [scripted]);
    expect(scripted.sent.map((each) => namesIn(each.body))).toEqual([["a"]]);
  });

  it("[LOAD-4] what a release does not say has the game's own default", async () => {
    const { info_json: _, sha1: __, ...bare } = release("a", "1.0.0");
    const scripted = scriptPortal(serve({ a: [{ ...bare, info_json: {}, sha1: "short" }] }));
    const [only] = (await load(["a"], [scripted])).universe.mods.get("a")?.releases ?? [];
    expect(only).toEqual({
      version: parseVersion("1.0.0"),
      factorioVersion: "0.12",
      dependencies: ["base"],
      releasedAt: "2024-01-01T00:00:00.000000Z",
      fileName: "a_1.0.0.zip",
      downloadUrl: "/download/a/5ecac7e44d121d000cd77c76",
      portal: "https://portal.test",
    });
  });

  it("[LOAD-5] releases whose version cannot be read are left out and counted", async () => {
    const scripted = scriptPortal(
      serve({ a: [release("a", "1.0.0"), release("a", "one"), release("a", "1.70000.0")] }),
    );
    const { universe, unreadable } = await load(["a"], [scripted]);
    expect(universe.mods.get("a")?.releases.map((each) => each.version.text)).toEqual(["1.0.0"]);
    expect(unreadable).toBe(2);
  });

  it("[LOAD-6] what is not to be kept is left out, with what only it needs", async () => {
    const scripted = scriptPortal(
      serve({ a: [release("a", "1.0.0", ["old"]), release("a", "2.0.0", ["new"])], new: [release("new", "1.0.0")] }),
    );
    const { universe } = await load(["a"], [scripted], {
      keep: (name, version) => name !== "a" || compareVersions(version, parseVersion("2.0.0")) >= 0,
    });
    expect([...universe.mods.keys()]).toEqual(["a", "new"]);
    expect(universe.mods.get("a")?.releases.length).toBe(1);
  });

  it("[LOAD-7] tells who made a mod, whether it is deprecated, and how far it is", async () => {
    const events: PortalEvent[] = [];
    const scripted = scriptPortal(() =>
      Response.json({ results: [{ ...fullMod("a"), deprecated: true, summary: null }] }),
    );
    const { universe, details } = await load(["a"], [scripted], { events: (event) => events.push(event) });
    expect(universe.mods.get("a")?.deprecated).toBe(true);
    expect(details.get("a")).toEqual({
      title: "Title of a",
      owner: "someone",
      summary: "",
      downloadsCount: 7,
      portal: "https://portal.test",
    });
    expect(events).toEqual([{ kind: "universe-grew", mods: 1, open: 0 }]);
  });

  it("[LOAD-8] where a list tells no dependencies, only mods that may run are asked for singly", async () => {
    const bare = (name: string, line: string) => {
      const { info_json: _, ...rest } = release(name, "1.0.0");
      return { name, title: name, owner: "o", releases: [{ ...rest, info_json: { factorio_version: line } }] };
    };
    const scripted = scriptPortal(({ method, url, body }) => {
      const [name = ""] = /mods\/(.*)\/full/.exec(url)?.slice(1) ?? [];
      if (method === "GET") return Response.json(fullMod(name, [release(name, "1.0.0", name === "a" ? ["b"] : [])]));
      return Response.json({ results: namesIn(body).map((each) => bare(each, each === "old" ? "1.1" : "2.0")) });
    });
    const { universe } = await load(["a", "old"], [scripted]);
    expect([...universe.mods.keys()]).toEqual(["a", "old", "b"]);
    expect(scripted.sent.map((each) => new URL(each.url).pathname)).toEqual([
      "/api/mods",
      "/api/mods/a/full",
      "/api/mods",
      "/api/mods/b/full",
    ]);
  });

  it("[LOAD-8] so are mods of a portal that tells the latest release only", async () => {
    const scripted = scriptPortal(({ method }) =>
      Response.json(
        method === "GET"
          ? fullMod("a", [release("a", "1.0.0"), release("a", "0.9.0")])
          : {
              results: [
                { name: "a", title: "a", owner: "o", latest_release: { ...release("a", "1.0.0"), info_json: {} } },
              ],
            },
      ),
    );
    expect((await load(["a"], [scripted])).universe.mods.get("a")?.releases.length).toBe(2);
  });
});

describe("several portals", () => {
  const own = () => scriptPortal(serve({ a: [release("a", "9.0.0", ["b"])] }), { url: "https://own.test" });
  const official = () =>
    scriptPortal(serve({ a: [release("a", "1.0.0")], b: [release("b", "1.0.0")] }), { url: "https://official.test" });
  const portalOf = (universe: Awaited<ReturnType<typeof load>>["universe"], name: string) =>
    universe.mods.get(name)?.releases[0]?.portal;

  it("[LOAD-9] the first that has a mod gives all of it, the next is asked for the rest only", async () => {
    const [first, second] = [own(), official()];
    const { universe } = await load(["a"], [first, second]);
    expect(portalOf(universe, "a")).toBe("https://own.test");
    expect(portalOf(universe, "b")).toBe("https://official.test");
    expect(second.sent.map((each) => namesIn(each.body))).toEqual([["b"]]);
  });

  it("[LOAD-9] a pinned mod comes from its portal or not at all", async () => {
    const [first, second] = [own(), official()];
    const pinned = new Map([
      ["a", "HTTPS://Official.test/"],
      ["b", "https://own.test"],
    ]);
    const { universe } = await load(["a", "b"], [first, second], { pinned });
    expect([...universe.mods.keys()]).toEqual(["a"]);
    expect(portalOf(universe, "a")).toBe("https://official.test");
    expect(first.sent.map((each) => namesIn(each.body))).toEqual([["b"]]);
  });

  it("[LOAD-10] a pin to a portal that is not configured is an error, not a detour", async () => {
    const pinned = new Map([["a", "https://gone.test/?token=canary"]]);
    const error = await failureOf(load(["a"], [official()], { pinned }));
    expect(error).toMatchObject({ code: "PORTAL_NOT_CONFIGURED", data: { name: "a" } });
    expect((error as Error).message).not.toContain("canary");
  });

  it.each([401, 403, 500, 503])(
    "[LOAD-10] a portal that answers %i stops everything; the next is not asked",
    async (status) => {
      const first = scriptPortal(() => new Response(null, { status }), { url: "https://own.test" });
      const second = official();
      expect(await failureOf(load(["a"], [first, second]))).toMatchObject({ code: "PORTAL_STATUS" });
      expect(second.sent).toEqual([]);
    },
  );
});
