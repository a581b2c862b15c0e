import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { memoryWorld, startTestPortal, testPortalFetch } from "./index.ts";

const release = async (world: ReturnType<typeof memoryWorld>, name: string) => (await world.findMod(name))?.releases[0];

it("[REG-7] has the same zips every time", async () => {
  const make = () =>
    memoryWorld()
      .mod("flib")
      .release("0.16.5", { dependencies: ["base >= 2.0.0", "? other"] });
  expect((await release(make(), "flib"))?.sha1).toBe((await release(make(), "flib"))?.sha1);
  expect((await release(make(), "flib"))?.id).toBe((await release(make(), "flib"))?.id);
});

it("[REG-33] can announce a digest that is not true", async () => {
  const bytes = Buffer.from("<html>");
  const world = memoryWorld()
    .mod("a")
    .release("1.0.0", { bytes })
    .mod("b")
    .release("1.0.0", { bytes, sha1: "0".repeat(40) });
  expect(await release(world, "a")).toMatchObject({ size: 6, sha1: createHash("sha1").update(bytes).digest("hex") });
  expect(await release(world, "b")).toMatchObject({ size: 6, sha1: "0".repeat(40) });
});

it("[REG-10] is live", async () => {
  const world = memoryWorld().mod("a").release("1.0.0");
  const portal = testPortalFetch(world);
  const versions = async () =>
    (await (await portal.fetch(`${portal.url}/api/mods/a`)).text()).match(/\d\.\d\.\d(?=")/g);
  expect(await versions()).toEqual(["1.0.0"]);
  world.release("1.1.0", { releasedAt: "2024-01-01T00:00:00.000000Z" });
  expect(await versions()).toEqual(["1.1.0", "1.0.0"]);
  world.withdraw("a", "1.0.0").mod("b").release("2.0.0");
  expect(await versions()).toEqual(["1.1.0"]);
  expect((await world.allMods()).map((mod) => mod.name)).toEqual(["a", "b"]);
});

it("[REG-50] can be asked with and without a network, and remembers the questions", async () => {
  const world = memoryWorld().mod("a").release("1.0.0");
  const around = async (request: Request, next: (request: Request) => Response | Promise<Response>) =>
    request.url.endsWith("/busy")
      ? new Response(null, { status: 429, headers: { "Retry-After": "7" } })
      : next(request);
  const local = testPortalFetch(world, { around });
  const remote = await startTestPortal(world, { around });
  for (const [portal, ask] of [
    [local, local.fetch],
    [remote, fetch],
  ] as const) {
    expect((await ask(`${portal.url}/busy`, { headers: { "X-Canary": "seen" } })).headers.get("Retry-After")).toBe("7");
    expect((await ask(`${portal.url}/api/mods/a`)).status).toBe(200);
    expect(portal.requests).toMatchObject([
      { method: "GET", url: `${portal.url}/busy`, headers: { "x-canary": "seen" } },
      { method: "GET", url: `${portal.url}/api/mods/a` },
    ]);
  }
  await remote.close();
  await expect(local.fetch("http://elsewhere.test/")).rejects.toThrow("nothing listens");
});
