import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { CANARY, LARGE, openPullScene, type PullScene } from "../../../test/registry/pull-scene.ts";
import type { Fault } from "../../testing/index.ts";

/** What arrived of a body that ends early. */
async function cutOff(answer: Response): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const read = async () => {
    for await (const piece of answer.body ?? []) pieces.push(piece);
  };
  await expect(read()).rejects.toThrow(TypeError);
  return Buffer.concat(pieces);
}

/** For what comes soon, however busy the machine is. */
const PATIENCE = { timeout: 30_000 };

const whole = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
const isLarge = (bytes: Uint8Array) => Buffer.from(LARGE).equals(bytes);

/** Nothing of a zip that did not come is left. */
async function expectNothingKept({ data, quarantine }: PullScene): Promise<void> {
  await expect.poll(quarantine, PATIENCE).toEqual([]);
  expect(data().records.count().blobs).toBe(0);
}

/** Who reads along has the last byte before the disk has. */
async function expectKept({ data, quarantine }: PullScene): Promise<void> {
  await expect.poll(() => data().records.count().blobs, PATIENCE).toBe(1);
  expect(await quarantine()).toEqual([]);
}

/** The address of a zip itself. */
async function linkOf({ get, pathOf }: PullScene, mod: string): Promise<string> {
  return (await get(await pathOf(mod), { redirect: "manual" })).headers.get("location") ?? "";
}

describe("zips of an upstream", () => {
  it("[PULL-1][PULL-5] a thousand who ask at once for a zip cause one download", async () => {
    const scene = await openPullScene();
    const link = await linkOf(scene, "flib");
    const bodies = await Promise.all(Array.from({ length: 1_000 }, async () => whole(await fetch(link))));
    const [first] = bodies;
    expect(bodies.every((body) => body.equals(first ?? Buffer.alloc(0)))).toBe(true);
    expect([scene.asked("download"), scene.asked("file")]).toEqual([1, 1]);
    await expectKept(scene);
    await scene.upstream.goDown();
    await scene.restart();
    expect(await whole(await scene.get(await scene.pathOf("flib")))).toEqual(first);
  });

  it("[PULL-2][PULL-6] the first who asks reads along, and the length is told", async () => {
    const scene = await openPullScene();
    const path = await scene.pathOf("large");
    scene.hurry();
    scene.upstream.setFaults([{ on: "file", nth: 1, fault: "stall", at: 300_000 }]);
    const answer = await scene.get(path);
    expect(answer.headers.get("content-length")).toBe(String(LARGE.byteLength));
    const reader = answer.body?.getReader();
    const { value: begin } = (await reader?.read()) ?? {};
    expect(scene.data().records.count().blobs).toBe(0);
    const pieces = [begin ?? new Uint8Array()];
    for (let next = await reader?.read(); next?.value; next = await reader?.read()) pieces.push(next.value);
    expect(isLarge(Buffer.concat(pieces))).toBe(true);
    await expectKept(scene);
  });

  it("[PULL-3] the first is cut off before the end of a zip that is wrong; nobody else sees any of it", async () => {
    const scene = await openPullScene();
    const path = await scene.pathOf("large");
    scene.upstream.setFaults([{ on: "file", fault: "flip", at: 8_000 }]);
    const first = await scene.get(path);
    const others = await Promise.all([1, 2, 3].map(() => scene.get(path, { headers: { range: "bytes=0-" } })));
    const begin = await cutOff(first);
    expect(first.status).toBe(200);
    expect(begin.byteLength).toBeLessThan(LARGE.byteLength);
    for (const other of others) {
      expect([other.status, await other.json()]).toMatchObject([502, { error: "UpstreamInvalid" }]);
    }
    await expectNothingKept(scene);
    scene.upstream.setFaults([]);
    expect(isLarge(await whole(await scene.get(path)))).toBe(true);
  });

  it("[PULL-3] a zip of another mod is wrong, whatever its digest", async () => {
    const scene = await openPullScene();
    scene.mods.mod("other").release("1.0.0", { bytes: LARGE });
    const answer = await scene.get(await scene.pathOf("other"));
    expect((await cutOff(answer)).byteLength).toBeLessThan(LARGE.byteLength);
    await expectNothingKept(scene);
    expect(scene.reported.join()).toContain("other 1.0.0");
  });

  it("[PULL-4] what is wrong once is fetched again, for all who wait", async () => {
    const scene = await openPullScene();
    const path = await scene.pathOf("large");
    scene.upstream.setFaults([{ on: "file", nth: 1, fault: "flip", at: 8_000 }]);
    const first = await scene.get(path);
    const second = await scene.get(path);
    expect((await cutOff(first)).byteLength).toBeLessThan(LARGE.byteLength);
    expect(isLarge(await whole(second))).toBe(true);
    expect(scene.asked("file")).toBe(2);
  });

  it.each<[string, Fault]>([
    ["cut", { fault: "cut", at: 100_000 }],
    ["reset", { fault: "reset", at: 100_000 }],
  ])("[PULL-4] what was %s is gone on with", async (_name, fault) => {
    const scene = await openPullScene();
    const path = await scene.pathOf("large");
    scene.upstream.setFaults([{ on: "file", nth: 1, ...fault }]);
    expect(isLarge(await whole(await scene.get(path)))).toBe(true);
    const ranges = scene.upstream.requests
      .filter(({ service }) => service === "file")
      .map(({ headers }) => headers.range);
    expect(ranges).toEqual([undefined, "bytes=100000-"]);
  });

  it.each<[string, Fault, number]>([
    ["503", { fault: "status", status: 503 }, 503],
    ["429", { fault: "status", status: 429, retryAfter: "5" }, 503],
    ["404 of the file", { fault: "status", status: 404 }, 502],
    ["a web page", { fault: "replace", body: "<!doctype html>", type: "text/html" }, 502],
    ["a web page that calls itself a zip", { fault: "replace", body: "<!doctype html>", type: "application/zip" }, 502],
    ["a redirect to itself", { fault: "redirect" }, 502],
    ["silence", { fault: "silent" }, 504],
    ["bytes of another coding", { fault: "gzip" }, 502],
    ["the end of the connection", { fault: "reset", at: 0 }, 503],
  ])("[PULL-5] %s leaves nothing behind and is no absence", async (_name, fault, status) => {
    const scene = await openPullScene();
    const path = await scene.pathOf("large");
    if (fault.fault === "silent") scene.hurry();
    scene.upstream.setFaults([{ on: "file", ...fault }]);
    const answer = await scene.get(path, { headers: { range: "bytes=0-99" } });
    expect([answer.status, await answer.json()]).toMatchObject([status, { error: expect.stringMatching(/^Upstream/) }]);
    await expectNothingKept(scene);
    expect(scene.reported.join()).not.toContain(CANARY);
  });

  it("[PULL-5] a release that the upstream withdrew is 404", async () => {
    const scene = await openPullScene();
    const path = await scene.pathOf("large");
    scene.mods.withdraw("large", "1.0.0");
    const answer = await scene.get(path);
    expect([answer.status, await answer.json()]).toEqual([404, { message: "Release not found" }]);
  });

  it("[PULL-5] a part, and a head, are of the proved zip", async () => {
    const scene = await openPullScene();
    const path = await scene.pathOf("large");
    const head = await scene.get(path, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(LARGE.byteLength)]);
    const part = await scene.get(path, { headers: { range: "bytes=100-199" } });
    expect([part.status, await whole(part)]).toEqual([206, Buffer.from(LARGE.subarray(100, 200))]);
    expect(scene.asked("file")).toBe(1);
  });

  it("[PULL-8] nobody reads along where the upstream tells no length", async () => {
    const scene = await openPullScene();
    const path = await scene.pathOf("large");
    const unannounced = { fault: "cut", framing: "none" } as const;
    scene.upstream.setFaults([{ on: "file", ...unannounced, at: 200_000 }]);
    const answer = await scene.get(path);
    expect([answer.status, await answer.json()]).toMatchObject([502, { error: "UpstreamInvalid" }]);
    scene.upstream.setFaults([{ on: "file", ...unannounced, at: LARGE.byteLength }]);
    expect(isLarge(await whole(await scene.get(path)))).toBe(true);
  });

  it("[PULL-6] who goes away ends nobody's download, and who reads slowly delays nobody", async () => {
    const scene = await openPullScene();
    const path = await scene.pathOf("large");
    const link = await linkOf(scene, "large");
    // Reads nothing, then goes away.
    const first = request(link).end();
    first.on("error", () => {});
    await expect.poll(() => scene.asked("file"), PATIENCE).toBe(1);
    expect(isLarge(await whole(await scene.get(path)))).toBe(true);
    first.destroy();
    expect(scene.asked("file")).toBe(1);
    await expectKept(scene);
  });

  it("[PULL-7] a zip that was proved before the process was killed is not fetched again", async () => {
    const scene = await openPullScene();
    const path = await scene.pathOf("large");
    await whole(await scene.get(path));
    await expectKept(scene);
    const { db } = scene.data();
    db.prepare("UPDATE releases SET sha256 = NULL, size = NULL").run();
    await scene.restart();
    expect(isLarge(await whole(await scene.get(path)))).toBe(true);
    expect(scene.asked("file")).toBe(1);
  });

  it("[SRC-5] what is here stays as it is when the upstream says otherwise, and the operator is told", async () => {
    const scene = await openPullScene();
    const path = await scene.pathOf("large");
    await whole(await scene.get(path));
    await expectKept(scene);
    scene.mods.mod("large").release("1.0.0", { releasedAt: "2025-01-04T00:00:00.000000Z" });
    scene.pass(900_000);
    expect(await scene.pathOf("large")).toBe(path);
    expect(isLarge(await whole(await scene.get(path)))).toBe(true);
    expect(scene.reported.join()).toContain("large_1.0.0.zip: the upstream tells another SHA-1");
  });

  it("[SRC-2] the account goes to the upstream's own origin, and only with downloads", async () => {
    const scene = await openPullScene();
    await whole(await scene.get(await scene.pathOf("large")));
    const holders = scene.upstream.requests.filter((each) => JSON.stringify(each).includes(CANARY));
    expect(holders.map(({ service }) => service)).toEqual(["download"]);
  });
});
