import { chmod, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type TestServer } from "./harness.ts";

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal(
    memoryWorld()
      .mod("lib")
      .release("1.0.0")
      .release("2.0.0")
      .mod("other")
      .release("1.0.0")
      .mod("third")
      .release("1.0.0"),
  );
});
afterAll(() => portal.close());

async function started(...argvs: readonly (readonly string[])[]): Promise<TestServer> {
  const server = await createTestServer({ portal: portal.url });
  for (const argv of [["init"], ...argvs]) expect((await server.run(argv)).exitCode, argv.join(" ")).toBe(0);
  return server;
}

const cacheOf = ({ env }: TestServer) => env["ROBOPORT_CACHE_DIR"] ?? "";

async function blobPaths(server: TestServer): Promise<readonly string[]> {
  const folder = join(cacheOf(server), "blobs-v1/sha256");
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.length > 60).map((name) => join(folder, name));
}

/** The test's own today is 2026-01-02: what came in before that day is old. */
async function makeOld(paths: readonly string[], day = "2025-06-01"): Promise<void> {
  for (const path of paths) await utimes(path, new Date(day), new Date(day));
}

async function json(server: TestServer, ...argv: readonly string[]) {
  const { exitCode, stdout } = await server.run([...argv, "--json"]);
  return { exitCode, document: JSON.parse(stdout) };
}

describe("cache", () => {
  it("[ROOT-1] [ROOT-3] info tells what is there, for whom, and what nobody needs", async () => {
    await using server = await started(["add", "lib@1.0.0"], ["add", "lib@2.0.0"]);
    await using second = await createTestServer({ portal: portal.url });
    const sharing = { env: { ROBOPORT_CACHE_DIR: cacheOf(server) } };
    for (const argv of [["init"], ["add", "other"]]) await second.run(argv, sharing);
    const { document } = await json(server, "cache", "info");
    expect(document).toMatchObject({ blobs: 3, damaged: 0, unneeded: { blobs: 0, bytes: 0 } });
    const needs = new Map(document.roots.map((root: { root: string }) => [root.root, root]));
    expect(needs.get(server.root)).toMatchObject({ isHere: true, blobs: 2, missing: 0 });
    expect(needs.get(second.root)).toMatchObject({ isHere: true, blobs: 1, missing: 0 });
    expect((await server.run(["cache", "info"])).stdout).toContain(second.root);
  });

  it("[ROOT-3] prune leaves what any installation can still return to, seen or not", async () => {
    await using server = await started(["add", "lib@1.0.0"], ["add", "lib@2.0.0"]);
    await using second = await createTestServer({ portal: portal.url });
    const sharing = { env: { ROBOPORT_CACHE_DIR: cacheOf(server) } };
    for (const argv of [["init"], ["add", "other"]]) await second.run(argv, sharing);
    await makeOld(await blobPaths(server));
    await rename(second.root, `${second.root}-moved`);
    expect((await json(server, "cache", "prune")).document).toEqual({ ok: true, dryRun: false, blobs: 0, bytes: 0 });
    expect(await blobPaths(server)).toHaveLength(3);
    expect((await server.run(["rollback", "--offline"])).exitCode).toBe(0);
    expect((await json(server, "cache", "prune", "--forget", second.root)).document).toMatchObject({ blobs: 1 });
    expect(await blobPaths(server)).toHaveLength(2);
  });

  it("[ROOT-4] [ROOT-6] prune removes what nobody needs, once it is old enough, and nothing with --dry-run", async () => {
    await using server = await started(["add", "lib"], ["add", "other"]);
    const paths = await blobPaths(server);
    await rm(join(server.root, ".roboport"), { recursive: true });
    await rm(join(server.root, "roboport.lock"));
    const prune = async (...flags: readonly string[]) =>
      (await json(server, "cache", "prune", "--forget", server.root, ...flags)).document.blobs;
    expect(await prune()).toBe(0);
    const [first = ""] = paths;
    await makeOld([first], "2025-12-20");
    expect(await prune("--older-than", "30d")).toBe(0);
    expect(await prune("--dry-run")).toBe(1);
    expect(await blobPaths(server)).toHaveLength(2);
    expect(await prune()).toBe(1);
    expect(await blobPaths(server)).not.toContain(first);
    expect((await server.run(["cache", "prune", "--older-than", "soon"])).exitCode).toBe(2);
    expect((await server.run(["cache", "empty"])).exitCode).toBe(2);
  });

  it("[ROOT-5] prunes nothing while it cannot be known what is needed", async () => {
    await using server = await started(["add", "lib"]);
    await makeOld(await blobPaths(server));
    const roots = join(cacheOf(server), "roots-v1");
    const [name = ""] = await readdir(roots);
    await writeFile(join(server.root, "roboport.lock"), "{");
    expect((await json(server, "cache", "prune")).document.error.code).toBe("LOCKFILE_SHAPE");
    await rm(join(server.root, "roboport.lock"));
    await writeFile(join(roots, name), "torn");
    expect((await json(server, "cache", "prune")).document.error.code).toBe("STORE_DAMAGED");
    expect(await blobPaths(server)).toHaveLength(1);
    expect((await server.run(["install"])).exitCode).toBe(0);
    expect((await json(server, "cache", "prune")).exitCode).toBe(0);
    expect(await blobPaths(server)).toHaveLength(1);
  });

  it("[ROOT-2] an installation that was there before is known again after any change", async () => {
    await using server = await started(["add", "lib@1.0.0"], ["add", "lib@2.0.0"]);
    await rm(join(cacheOf(server), "roots-v1"), { recursive: true });
    await server.run(["add", "other"]);
    expect((await json(server, "cache", "info")).document.roots).toMatchObject([{ blobs: 3 }]);
    const before = await stat(join(cacheOf(server), "roots-v1"));
    await server.run(["install", "--offline"]);
    expect((await stat(join(cacheOf(server), "roots-v1"))).mtimeMs).toBe(before.mtimeMs);
  });

  it("[ROOT-2] a change is made also where the store cannot be told of it", async () => {
    await using server = await started(["add", "lib@1.0.0"]);
    const roots = join(cacheOf(server), "roots-v1");
    await rm(roots, { recursive: true });
    await writeFile(roots, "in the way");
    const { exitCode, stderr } = await server.run(["add", "other"]);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("cache prune")]);
    expect((await server.run(["verify"])).exitCode).toBe(0);
    expect((await server.run(["cache", "prune"])).exitCode).not.toBe(1);
  });

  it("[BLOB-8] [CLI-43] verify sets damaged zips aside, and says who needs them", async () => {
    await using server = await started(["add", "lib"]);
    expect(await json(server, "cache", "verify")).toMatchObject({ exitCode: 0, document: { ok: true, good: 1 } });
    const [path = ""] = await blobPaths(server);
    await chmod(path, 0o644);
    await writeFile(path, "damaged");
    const { exitCode, document } = await json(server, "cache", "verify");
    expect(exitCode).toBe(5 + 8);
    expect(document).toMatchObject({ ok: false, good: 0, damaged: [{ neededBy: [server.root] }] });
    expect(await json(server, "cache", "verify")).toMatchObject({ exitCode: 0 });
    await rm(join(server.modsDir, "lib_2.0.0.zip"));
    expect((await server.run(["install"])).exitCode).toBe(0);
    expect(await json(server, "cache", "verify")).toMatchObject({ document: { good: 1 } });
  });

  it("an empty store is nothing to be afraid of", async () => {
    await using server = await createTestServer();
    for (const action of ["info", "prune", "verify"]) expect((await server.run(["cache", action])).exitCode).toBe(0);
  });
});

describe("verify", () => {
  it("[CLI-41] ends with a bit for each kind of fault beside a missing zip", async () => {
    await using server = await started(["add", "lib"], ["add", "other"]);
    const list = join(server.modsDir, "mod-list.json");
    const right = await server.run(["verify"]);
    expect(right.exitCode).toBe(0);
    await writeFile(list, JSON.stringify({ mods: [{ name: "lib", enabled: false }] }));
    expect((await server.run(["verify"])).exitCode).toBe(4 + 8);
    await rm(join(server.modsDir, "lib_2.0.0.zip"));
    expect((await server.run(["verify"])).exitCode).toBe(3 + 8);
    expect((await server.run(["verify", "--repair"])).exitCode).toBe(0);
    expect((await server.run(["verify"])).exitCode).toBe(0);
  });
});
