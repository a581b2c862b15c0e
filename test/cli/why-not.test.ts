import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseLockfile } from "../../src/plan/lockfile.ts";
import { memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type Ran, type TestServer } from "./harness.ts";

/** Runs take place on 2026-01-02 at 03:04:05. */
const YOUNG = "2026-01-02T00:04:05.000000Z";
const DAY_OLD = "2026-01-01T00:04:05.000000Z";

const world = memoryWorld()
  .mod("lib")
  .release("1.0.0")
  .release("1.1.0", { releasedAt: DAY_OLD })
  .release("2.0.0", { releasedAt: YOUNG })
  .mod("factory")
  .release("1.0.0", { dependencies: ["base", "lib"] })
  .release("1.5.0", { dependencies: ["base", "lib >= 1.1", "+ sugar"] })
  .mod("sugar")
  .release("0.1.0")
  .mod("old fashioned")
  .release("0.9.0", { dependencies: ["base", "lib < 2.0"] })
  .mod("future")
  .release("1.0.0", { factorioVersion: "2.1" });

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal(world);
});
afterAll(() => portal.close());

async function started(...commands: readonly string[][]): Promise<TestServer> {
  const server = await createTestServer({ portal: portal.url });
  for (const argv of [["init"], ...commands]) {
    const ran = await server.run(argv);
    if (ran.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${ran.stdout}${ran.stderr}`);
  }
  return server;
}

function json({ stdout }: Ran) {
  return JSON.parse(stdout);
}

async function zips(server: TestServer): Promise<readonly string[]> {
  return (await readdir(server.modsDir)).filter((name) => name.endsWith(".zip")).sort();
}

async function texts(server: TestServer): Promise<readonly string[]> {
  const files = ["roboport.json", "roboport.lock", "mods/mod-list.json"];
  return await Promise.all(files.map((file) => readFile(join(server.root, file), "utf8")));
}

describe("why-not", () => {
  it.each([
    [0, "lib@1.0.0"],
    [0, "sugar"],
    [0, "old fashioned"],
    [0, "factory@1.5.0"],
    [3, "lib@1.7.0"],
    [3, "future"],
    [3, "ghost"],
  ])("[OPS-31] ends with exit code %d for %s", async (exitCode, question) => {
    await using server = await started(["add", "factory"], ["remove", "sugar"]);
    const before = [await zips(server), await texts(server)];
    const ran = await server.run(["why-not", question]);
    expect(server.transcript(ran)).toMatchSnapshot();
    const again = await server.run(["why-not", question, "--json"]);
    expect([ran.exitCode, again.exitCode, json(again).possible]).toEqual([exitCode, exitCode, exitCode === 0]);
    expect([await zips(server), await texts(server)]).toEqual(before);
  });

  it("[OPS-31] tells who is in the way", async () => {
    await using server = await started(["add", "factory", "old fashioned"]);
    expect(server.transcript(await server.run(["why-not", "lib"]))).toMatchSnapshot();
    expect(json(await server.run(["why-not", "lib", "--json"]))).toMatchObject({
      possible: false,
      version: "2.0.0",
      suggestions: [{ change: { kind: "drop", mods: ["old fashioned"] } }],
    });
  });

  it("tells what update --to does", async () => {
    await using server = await started(["add", "factory"]);
    const { changes } = json(await server.run(["why-not", "lib@1.0.0", "--json"]));
    const { actions } = json(await server.run(["update", "--to", "lib@1.0.0", "--json"]));
    const moves = (list: readonly { name: string; from?: string; to?: string }[]) =>
      list.map(({ name, from, to }) => `${name} ${from} ${to}`).sort();
    expect(moves(changes)).toEqual(moves(actions));
  });

  it("works from what was fetched with --offline", async () => {
    await using server = await started(["add", "factory"]);
    await server.run(["why-not", "lib@1.0.0"]);
    expect((await server.run(["why-not", "lib@1.0.0", "--offline"])).exitCode).toBe(0);
  });

  it("refuses bounds", async () => {
    await using server = await started();
    const ran = await server.run(["why-not", "lib@>=1.0", "--json"]);
    expect([ran.exitCode, json(ran).error.code]).toEqual([2, "USAGE"]);
  });
});

describe("--min-age", () => {
  it.each([
    ["1h", "2.0.0"],
    ["179m", "2.0.0"],
    ["180m", "1.1.0"],
    ["24h", "1.1.0"],
    ["2d", "1.0.0"],
    ["1w", "1.0.0"],
  ])("[OPS-28] %s takes lib %s", async (age, version) => {
    await using server = await started(["add", "lib", "--min-age", age]);
    expect(await zips(server)).toEqual([`lib_${version}.zip`]);
  });

  it("[OPS-28] together with --at the earlier instant counts", async () => {
    const added = async (...argv: readonly string[]) => {
      await using server = await started(["add", "lib", ...argv]);
      return await zips(server);
    };
    expect(await added("--min-age", "24h", "--at", "2025-06-01")).toEqual(["lib_1.0.0.zip"]);
    expect(await added("--min-age", "1w", "--at", "2026-01-02")).toEqual(["lib_1.0.0.zip"]);
    expect(await added("--min-age", "1h", "--at", "2026-01-02")).toEqual(["lib_1.1.0.zip"]);
  });

  it("[OPS-28] holds for plan, install and solve, too", async () => {
    await using server = await started(["add", "lib@1.0.0"]);
    await writeFile(join(server.root, "roboport.json"), '{"mods": {"lib": "*"}}');
    const planned = json(
      await server.run(["plan", "--update", "--min-age", "1d", "--json", "--save-universe", "u.json"]),
    );
    expect(planned.actions).toMatchObject([{ name: "lib", to: "1.1.0" }]);
    const solved = await server.run(["solve", "--universe", "u.json", "lib", "--min-age", "1d", "--json"]);
    expect(json(solved).picks).toEqual({ lib: "1.1.0" });
    await writeFile(join(server.root, "roboport.json"), '{"mods": {"lib": "> 1.0.0"}}');
    expect(json(await server.run(["install", "--min-age", "2d", "--json"])).explanation).toHaveLength(1);
    expect((await server.run(["install", "--min-age", "1d"])).exitCode).toBe(0);
    expect(await zips(server)).toEqual(["lib_1.1.0.zip"]);
  });

  it("[OPS-29] leaves what is locked where it is, unless --at is earlier", async () => {
    await using server = await started(["add", "lib"]);
    const locked = async () => parseLockfile(await readFile(join(server.root, "roboport.lock"), "utf8")).mods;
    const before = await locked();
    for (const command of ["update", "install"]) {
      expect((await server.run([command, "--min-age", "1w"])).exitCode).toBe(0);
      expect(await locked()).toEqual(before);
    }
    await server.run(["add", "factory", "--min-age", "1w"]);
    expect((await locked()).find((mod) => mod.name === "lib")).toMatchObject({ releasedAt: YOUNG });
    await server.run(["update", "--min-age", "1w", "--at", "2026-01-02"]);
    expect(await zips(server)).toEqual(["factory_1.0.0.zip", "lib_1.0.0.zip"]);
  });

  it("[OPS-30] refuses what is no length of time", async () => {
    await using server = await started();
    const ran = await server.run(["update", "--min-age", "soon"]);
    expect(server.transcript(ran)).toMatchSnapshot();
    expect(ran.exitCode).toBe(2);
  });
});
