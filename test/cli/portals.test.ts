import { readdir, rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer } from "./harness.ts";

const CREDENTIALS = { FACTORIO_USERNAME: "somebody", FACTORIO_TOKEN: "a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2" };

let own: TestPortal;
let other: TestPortal;
beforeAll(async () => {
  own = await startTestPortal(
    memoryWorld()
      .mod("own")
      .release("1.0.0", { dependencies: ["shared"] })
      .mod("shared")
      .release("1.0.0"),
  );
  other = await startTestPortal(memoryWorld().mod("shared").release("9.0.0").mod("foreign").release("1.0.0"), {
    around: (request, next) =>
      new URL(request.url).pathname === "/api/search" ? new Response("no such page", { status: 404 }) : next(request),
  });
});
afterAll(async () => {
  await Promise.all([own.close(), other.close()]);
});

const both = () => ["--portal", own.url, "--portal", other.url];

describe("several portals", () => {
  it("takes a mod from the first portal that knows it, and the rest from where they are", async () => {
    await using server = await createTestServer();
    await server.run(["init"]);
    expect((await server.run(["add", "own", "foreign", ...both()])).exitCode).toBe(0);
    const zips = (await readdir(server.modsDir)).filter((name) => name.endsWith(".zip"));
    expect(zips.sort()).toEqual(["foreign_1.0.0.zip", "own_1.0.0.zip", "shared_1.0.0.zip"]);
  });

  it("[OPS-5] a locked release comes from the portal it was locked from, and from no other", async () => {
    await using server = await createTestServer();
    await server.run(["init"]);
    await server.run(["add", "own", "--no-apply", ...both()]);
    const ran = await server.run(["install", "--json", "--portal", other.url]);
    expect([ran.exitCode, JSON.parse(ran.stdout).error.code]).toEqual([3, "NO_SUCH_RELEASE"]);
    expect((await server.run(["install", ...both()])).exitCode).toBe(0);
  });

  it("[OPS-13] searches the list of a portal that has no search", async () => {
    await using server = await createTestServer();
    const found = await server.run(["search", "FOREIGN", "--json", "--portal", other.url]);
    expect(JSON.parse(found.stdout).results.map((mod: { name: string }) => mod.name)).toEqual(["foreign"]);
  });

  it("[OPS-22] one portal sees the account, the others never", async () => {
    await using server = await createTestServer();
    await server.run(["init"]);
    const before = [own.requests.length, other.requests.length] as const;
    const ran = await server.run(["add", "own", "foreign", ...both()], { env: CREDENTIALS });
    expect(ran.exitCode).toBe(0);
    const seen = (portal: TestPortal, from: number) => JSON.stringify(portal.requests.slice(from));
    expect(seen(own, before[0])).toContain(CREDENTIALS.FACTORIO_TOKEN);
    expect(seen(other, before[1])).not.toContain(CREDENTIALS.FACTORIO_TOKEN);
    await rm(server.root, { recursive: true });
  });
});
