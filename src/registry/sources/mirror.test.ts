import { describe, expect, it } from "vitest";
import { LARGE, openPullScene, type PullScene } from "../../../test/registry/pull-scene.ts";
import { parseVersion } from "../../game/version.ts";
import { openNodeTransport } from "../../portal/node-transport.ts";
import { Secret } from "../../portal/secret.ts";
import { mirror, type MirrorOptions } from "./mirror.ts";
import { pacedTransport } from "./paced-transport.ts";
import { openUpstream } from "./upstream.ts";

function run(scene: PullScene, options: Partial<MirrorOptions> = {}) {
  const upstream = openUpstream({
    url: scene.upstream.url,
    transport: openNodeTransport(),
    userAgent: "test/1",
    credentials: { username: "me", token: new Secret("mirror-token"), source: "test" },
    retry: { attempts: 2 },
    clock: { now: Date.now, random: () => 0, sleep: async () => {} },
  });
  return mirror({
    data: scene.data(),
    upstream,
    clock: { now: Date.now },
    withDependencies: false,
    metadataOnly: false,
    dryRun: false,
    choice: {},
    report: () => {},
    events: () => {},
    progress: () => {},
    signal: new AbortController().signal,
    ...options,
  });
}

describe("a mirror", () => {
  it("[MIRROR-1][MIRROR-6] copies every mod, and the next run asks for what is new", async () => {
    const scene = await openPullScene();
    const { upstream, mods, asked, json } = scene;
    expect(await run(scene)).toMatchObject({
      mods: 3,
      zips: { here: 0, fetched: 4 },
      failures: [],
      stopped: undefined,
    });
    const before = upstream.requests.length;
    expect(await run(scene)).toMatchObject({ mods: 3, zips: { here: 4, fetched: 0 } });
    expect(upstream.requests.length).toBe(before + 1);
    expect(upstream.requests.at(-1)?.headers["if-none-match"]).toBeDefined();
    mods.mod("flib").release("0.17.0");
    expect(await run(scene)).toMatchObject({ mods: 3, zips: { here: 4, fetched: 1 } });
    expect(upstream.requests.filter(({ method }) => method === "POST").map((each) => each.mods)).toEqual([
      ["flib", "helmod", "large"],
      ["flib"],
    ]);
    await upstream.goDown();
    const { releases } = await json("/api/mods/flib/full");
    expect(releases.map(({ version }: { version: string }) => version)).toEqual(["0.16.4", "0.16.5", "0.17.0"]);
    const zip = await scene.get(await scene.pathOf("large"));
    expect(Buffer.from(await zip.arrayBuffer()).equals(Buffer.from(LARGE))).toBe(true);
    expect(asked("file")).toBe(5);
  });

  it("[MIRROR-6] a run that ended in the middle is gone on with", async () => {
    const scene = await openPullScene();
    scene.upstream.setFaults([{ on: "download", mod: "large", fault: "status", status: 503 }]);
    expect(await run(scene)).toMatchObject({ zips: { fetched: 3 }, stopped: { code: "PORTAL_STATUS" } });
    scene.upstream.setFaults([]);
    // As if the process had been killed between keeping a zip and recording it.
    scene.data().db.prepare("UPDATE releases SET sha256 = NULL, size = NULL WHERE mod = 'flib'").run();
    await scene.restart();
    expect(await run(scene)).toMatchObject({ zips: { here: 3, fetched: 1 }, stopped: undefined });
    expect(scene.asked("file")).toBe(4);
  });

  it("[MIRROR-2] a dry run keeps nothing", async () => {
    const scene = await openPullScene();
    expect(await run(scene, { dryRun: true })).toMatchObject({ mods: 3, zips: { fetched: 0, wanted: 4 } });
    expect(await run(scene, { dryRun: true, names: ["flib"] })).toMatchObject({ mods: 1, zips: { wanted: 2 } });
    expect([scene.data().records.count().mods, scene.asked("download")]).toEqual([0, 0]);
    expect(scene.data().answers.find("", scene.upstream.url)).toBeUndefined();
  });

  it("[MIRROR-4][MIRROR-5] takes the newest for a game, and what it cannot do without", async () => {
    const scene = await openPullScene();
    scene.mods.mod("flib").release("0.18.0", { factorioVersion: "2.1" });
    const choice = { newest: 1, game: parseVersion("2.0") };
    const done = await run(scene, { names: ["helmod"], withDependencies: true, choice });
    expect(done).toMatchObject({ mods: 2, zips: { fetched: 2 } });
    const here = scene
      .data()
      .records.findRecord("flib")
      ?.releases.filter(({ sha256 }) => sha256);
    expect(here?.map(({ version }) => version)).toEqual(["0.16.5"]);
    expect(await run(scene, { names: ["flib"], metadataOnly: true })).toMatchObject({ mods: 1, zips: { fetched: 0 } });
  });

  it("[CLAIM-2][MIRROR-7] passes over what is its own, nowhere or wrong", async () => {
    const scene = await openPullScene();
    scene.data().claims.add("helm*");
    scene.upstream.setFaults([{ on: "file", mod: "large", fault: "flip", at: 8_000 }]);
    const done = await run(scene, { names: ["helmod", "nobody", "no/name", "large", "flib"] });
    expect(done).toMatchObject({
      own: ["helmod"],
      absent: ["nobody", "no/name"],
      failures: [{ subject: "large 1.0.0", code: "DOWNLOAD_DIGEST" }],
      zips: { fetched: 2 },
    });
    expect(await run(scene)).toMatchObject({ mods: 2, failures: [{}] });
    const named = scene.upstream.requests.flatMap(({ mods }) => mods);
    expect(named).not.toContain("helmod");
  });

  it("[SRC-4] what went from the upstream stays here", async () => {
    const scene = await openPullScene();
    await run(scene);
    scene.mods.withdraw("flib", "0.16.4");
    expect(await run(scene, { names: ["flib"] })).toMatchObject({ zips: { here: 2, fetched: 0 } });
  });

  it("[MIRROR-7] stops when it is told to", async () => {
    const scene = await openPullScene();
    const stop = new AbortController();
    const done = run(scene, { signal: stop.signal, progress: () => stop.abort() });
    expect(await done).toMatchObject({ mods: 1, stopped: { code: "INTERRUPTED" } });
  });

  it("[MIRROR-3] begins requests to the upstream at even distances, and holds up nobody else", async () => {
    let time = 0;
    const begun: [string, number][] = [];
    const transport = pacedTransport(
      async ({ url }) => {
        begun.push([new URL(url).host, time]);
        return { status: 204, headers: {}, body: (async function* () {})(), discard: () => {} };
      },
      {
        origin: "https://a.test",
        perSecond: 2,
        clock: {
          now: () => time,
          sleep: async (ms) => {
            time += ms;
          },
        },
      },
    );
    for (const host of ["a", "b", "a", "b", "a"]) {
      await transport({ method: "GET", url: `https://${host}.test/`, headers: {} });
    }
    time += 10_000;
    await transport({ method: "GET", url: "https://a.test/", headers: {} });
    expect(begun.filter(([host]) => host === "a.test").map(([, at]) => at)).toEqual([0, 500, 1_000, 11_000]);
    expect(begun.filter(([host]) => host === "b.test").map(([, at]) => at)).toEqual([0, 500]);
  });
});
