import { access, mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseLockfile } from "../../src/plan/lockfile.ts";
import { findStamp } from "../../src/plan/stamp.ts";
import { writeZip } from "../../src/store/zip-write.ts";
import { memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type Ran, type TestServer } from "./harness.ts";

const world = memoryWorld()
  .mod("lib")
  .release("1.0.0")
  .release("1.1.0")
  .release("2.0.0")
  .mod("factory", { summary: "Builds factories" })
  .release("1.0.0", { dependencies: ["base >= 2.0", "lib >= 1.0", "+ sugar", "? extra"] })
  .release("1.5.0", { dependencies: ["base >= 2.0", "lib >= 1.1", "+ sugar"] })
  .mod("sugar")
  .release("0.1.0")
  .mod("old fashioned")
  .release("0.9.0", { dependencies: ["base", "lib < 2.0"] })
  .mod("loner")
  .release("1.0.0", { dependencies: ["base", "! lib"] })
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

async function zips(server: TestServer): Promise<readonly string[]> {
  return (await readdir(server.modsDir)).filter((name) => name.endsWith(".zip")).sort();
}

async function enabled(server: TestServer): Promise<Readonly<Record<string, boolean>>> {
  const list = JSON.parse(await readFile(join(server.modsDir, "mod-list.json"), "utf8"));
  return Object.fromEntries(list.mods.map((mod: { name: string; enabled: boolean }) => [mod.name, mod.enabled]));
}

function json({ stdout }: Ran) {
  return JSON.parse(stdout);
}

/** Everything in the mods folder with its bytes, to tell whether anything changed. */
async function snapshot(server: TestServer): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(server.modsDir);
  const entries = names.map(async (name) => [name, (await readFile(join(server.modsDir, name))).toString("hex")]);
  return Object.fromEntries(await Promise.all(entries));
}

describe("init", () => {
  it("[OPS-36] makes a mods folder where there is none, in the folder that is named or else here", async () => {
    await using server = await createTestServer({ portal: portal.url });
    for (const [cwd, argv] of [
      ["here", []],
      ["over", ["there"]],
    ] as const) {
      const folder = join(server.root, "..", cwd);
      await mkdir(folder);
      expect((await server.run(["init", ...argv], { cwd: folder })).exitCode).toBe(2);
      expect((await server.run(["init", ...argv, "--factorio", "2.0.60"], { cwd: folder })).exitCode).toBe(0);
      expect((await readdir(join(folder, ...argv))).toSorted()).toEqual([
        ".roboport",
        "mods",
        "roboport.json",
        "roboport.lock",
      ]);
    }
  });

  it("[OPS-37] warns of what keeps a game from starting, of the mods that are there alone", async () => {
    const info = { name: "needy", version: "1.0.0", title: "", author: "", dependencies: ["base", "lib >= 1.0"] };
    const text = JSON.stringify({ ...info, factorio_version: "2.0" });
    const zip = writeZip([{ path: "needy_1.0.0/info.json", bytes: Buffer.from(text) }]);
    await using server = await createTestServer({ portal: portal.url, mods: { "needy_1.0.0.zip": zip } });
    const ran = await server.run(["init"]);
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain('warning: needy 1.0.0 needs "lib >= 1.0", which is not there.');
  });

  it("[OPS-18] adopts what is there without touching it, and update works at once", async () => {
    const source = await started(["add", "lib@1.0.0"]);
    const zip = await readFile(join(source.modsDir, "lib_1.0.0.zip"));
    await using server = await createTestServer({
      portal: portal.url,
      mods: { "lib_1.0.0.zip": zip, "notes.txt": "mine" },
    });
    const before = await snapshot(server);
    const ran = await server.run(["init", "--json"]);
    expect(ran.exitCode).toBe(0);
    expect(json(ran).adopted).toEqual([{ name: "lib", version: "1.0.0", file: "lib_1.0.0.zip" }]);
    expect(await snapshot(server)).toEqual(before);
    const lockfile = parseLockfile(await readFile(join(server.root, "roboport.lock"), "utf8"));
    expect(lockfile.mods[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect((await server.run(["install"])).stdout).toBe("Up to date: 1 mod for Factorio 2.0.60\n");
    expect((await server.run(["update"])).exitCode).toBe(0);
    expect(await zips(server)).toEqual(["lib_2.0.0.zip"]);
    expect(await readFile(join(server.modsDir, "notes.txt"), "utf8")).toBe("mine");
    await source[Symbol.asyncDispose]();
  });

  it("[OPS-19] leaves switched-off mods and foreign files to the admin", async () => {
    const source = await started(["add", "lib@1.0.0"]);
    const zip = await readFile(join(source.modsDir, "lib_1.0.0.zip"));
    const list = '{"mods": [{"name": "lib", "enabled": false}, {"name": "ghost", "enabled": true}]}';
    await using server = await createTestServer({
      portal: portal.url,
      mods: { "lib_1.0.0.zip": zip, "mod-list.json": list, "broken_1.0.0.zip": "not a zip" },
    });
    const document = json(await server.run(["init", "--json"]));
    expect([document.adopted, document.byHand.length, document.missing]).toEqual([[], 1, ["ghost"]]);
    expect(document.foreign.map((each: { file: string }) => each.file)).toEqual(["broken_1.0.0.zip"]);
    expect((await server.run(["add", "sugar"])).exitCode).toBe(0);
    expect(await zips(server)).toEqual(["broken_1.0.0.zip", "lib_1.0.0.zip", "sugar_0.1.0.zip"]);
    expect((await enabled(server))["lib"]).toBe(false);
    await source[Symbol.asyncDispose]();
  });

  it("[OPS-20] keeps a pin of mod-list.json as a requirement", async () => {
    const source = await started(["add", "lib@1.0.0"]);
    const zip = await readFile(join(source.modsDir, "lib_1.0.0.zip"));
    const list = '{"mods": [{"name": "lib", "enabled": true, "version": "1.0.0"}]}';
    await using server = await createTestServer({
      portal: portal.url,
      mods: { "lib_1.0.0.zip": zip, "mod-list.json": list },
    });
    await server.run(["init"]);
    expect(JSON.parse(await readFile(join(server.root, "roboport.json"), "utf8")).mods).toEqual({ lib: "= 1.0.0" });
    await server.run(["update"]);
    expect(await zips(server)).toEqual(["lib_1.0.0.zip"]);
    await source[Symbol.asyncDispose]();
  });

  it("refuses a second time", async () => {
    await using server = await started();
    const ran = await server.run(["init", "--json"]);
    expect([ran.exitCode, json(ran).error.code]).toEqual([2, "ALREADY_INITIALISED"]);
  });
});

describe("add, remove, enable and disable", () => {
  it("[OPS-1] installs a mod with what it needs and what it recommends", async () => {
    await using server = await started();
    const ran = await server.run(["add", "factory"]);
    expect(ran.exitCode).toBe(0);
    expect(await zips(server)).toEqual(["factory_1.5.0.zip", "lib_2.0.0.zip", "sugar_0.1.0.zip"]);
    expect(await enabled(server)).toMatchObject({ base: true, factory: true, lib: true, sugar: true });
    expect(server.transcript(ran)).toMatchSnapshot();
    expect(server.transcript(await server.run(["list"]))).toMatchSnapshot();
    expect(server.transcript(await server.run(["list", "--tree"]))).toMatchSnapshot();
    expect(server.transcript(await server.run(["why", "lib"]))).toMatchSnapshot();
    expect((await server.run(["verify"])).exitCode).toBe(0);
  });

  it("[OPS-8] removes what only a mod needed, and turns a recommendation down for good", async () => {
    await using server = await started(["add", "factory"]);
    expect((await server.run(["remove", "sugar"])).exitCode).toBe(0);
    expect(await zips(server)).toEqual(["factory_1.5.0.zip", "lib_2.0.0.zip"]);
    await server.run(["update"]);
    expect(await zips(server)).toEqual(["factory_1.5.0.zip", "lib_2.0.0.zip"]);
    const refused = await server.run(["remove", "lib", "--json"]);
    expect([refused.exitCode, json(refused).error.code, json(refused).error.data.dependents]).toEqual([
      3,
      "STILL_REQUIRED",
      ["factory"],
    ]);
    expect((await server.run(["remove", "factory"])).exitCode).toBe(0);
    expect(await zips(server)).toEqual([]);
    expect((await server.run(["remove", "factory"])).exitCode).toBe(3);
  });

  it("[OPS-7] says that base is no mod to add", async () => {
    await using server = await started();
    expect(await server.run(["add", "base"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("Cannot add base: it is the game itself, and always on"),
    });
  });

  it("[OPS-7] wants again what was turned down or switched off, and switches built-ins", async () => {
    await using server = await started(["add", "factory"], ["remove", "sugar"], ["add", "sugar"]);
    expect(await zips(server)).toContain("sugar_0.1.0.zip");
    await server.run(["disable", "space-age", "sugar"]);
    expect(await enabled(server)).toMatchObject({ "space-age": false, sugar: false });
    await server.run(["add", "space-age", "sugar"]);
    expect(await enabled(server)).toMatchObject({ "space-age": true, sugar: true });
  });

  it("[OPS-11] switches mods without changing their files", async () => {
    await using server = await started(["add", "factory"]);
    const before = await zips(server);
    const refused = await server.run(["disable", "lib", "--json"]);
    expect([refused.exitCode, json(refused).error.code]).toEqual([3, "STILL_REQUIRED"]);
    expect((await server.run(["disable", "factory"])).exitCode).toBe(0);
    expect(await zips(server)).toEqual(before);
    expect(await enabled(server)).toMatchObject({ factory: false, lib: false });
    expect((await server.run(["enable", "factory"])).exitCode).toBe(0);
    expect(await enabled(server)).toMatchObject({ factory: true, lib: true });
    expect(await zips(server)).toEqual(before);
  });

  it("explains why two mods cannot be together, and changes nothing", async () => {
    await using server = await started(["add", "factory"]);
    const before = await snapshot(server);
    const ran = await server.run(["add", "loner"]);
    expect(ran.exitCode).toBe(3);
    expect(server.transcript(ran)).toMatchSnapshot();
    expect(await snapshot(server)).toEqual(before);
    const document = json(await server.run(["add", "loner", "--json"]));
    expect([document.ok, document.error.code]).toEqual([false, "NO_SOLUTION"]);
    expect(document.explanation.length).toBeGreaterThan(0);
  });

  it.each([["no-such-mod"], ["future"], ["lib@9"], ["lib@>=9.0"]])("says no to %s", async (name) => {
    await using server = await started();
    const ran = await server.run(["add", name]);
    expect(ran.exitCode).toBe(name === "lib@9" ? 2 : 3);
    expect(server.transcript(ran)).toMatchSnapshot();
    expect(await zips(server)).toEqual([]);
  });
});

describe("install, update and outdated", () => {
  it("asks nothing and writes nothing when all is as locked", async () => {
    await using server = await started(["add", "factory"]);
    const asked = portal.requests.length;
    const written = await stat(join(server.root, ".roboport", "state.json"));
    expect((await server.run(["install"])).stdout).toBe("Up to date: 3 mods for Factorio 2.0.60\n");
    expect(portal.requests.length).toBe(asked);
    expect((await stat(join(server.root, ".roboport", "state.json"))).mtimeMs).toBe(written.mtimeMs);
  });

  it("[STAMP-2] is not misled by a game version that only one command chose, nor by what the game writes", async () => {
    await using server = await started(["add", "factory"]);
    const path = join(server.root, ".roboport", "state.json");
    const before = await readFile(path, "utf8");
    await writeFile(join(server.modsDir, "mod-settings.dat"), "written by the game");
    expect((await server.run(["install", "--factorio", "2.0.61"])).exitCode).toBe(0);
    expect(await readFile(path, "utf8")).toBe(before);
    expect((await server.run(["install"])).exitCode).toBe(0);
    expect(findStamp(await readFile(path, "utf8"))?.mods["mod-settings.dat"]).toBe("any");
  });

  it("[OPS-9] solves when the manifest changed, but not with --locked", async () => {
    await using server = await started(["add", "lib@1.0.0"]);
    const path = join(server.root, "roboport.json");
    await writeFile(
      path,
      (await readFile(path, "utf8"))
        .replace("= 1.0.0", "*")
        .replace('"mods": {', '"mods": {\n    // sweet\n    "sugar": "*",'),
    );
    const refused = await server.run(["install", "--locked", "--json"]);
    expect([refused.exitCode, json(refused).error.code]).toEqual([4, "LOCKFILE_STALE"]);
    expect((await server.run(["install"])).exitCode).toBe(0);
    expect(await zips(server)).toEqual(["lib_1.0.0.zip", "sugar_0.1.0.zip"]);
    expect(await readFile(path, "utf8")).toContain("// sweet");
    expect((await server.run(["install", "--locked"])).exitCode).toBe(0);
  });

  it("[OPS-10] moves one mod, all mods, or one to a version", async () => {
    await using server = await started(["add", "lib@1.0.0", "factory@1.0.0"], ["add", "lib", "--no-apply"]);
    const path = join(server.root, "roboport.json");
    await writeFile(path, (await readFile(path, "utf8")).replace("= 1.0.0", "*"));
    await server.run(["install"]);
    await server.run(["update", "--to", "lib@1.1.0"]);
    expect(await zips(server)).toEqual(["factory_1.0.0.zip", "lib_1.1.0.zip", "sugar_0.1.0.zip"]);
    await server.run(["update", "factory"]);
    expect(await zips(server)).toEqual(["factory_1.5.0.zip", "lib_1.1.0.zip", "sugar_0.1.0.zip"]);
    await server.run(["update"]);
    expect(await zips(server)).toEqual(["factory_1.5.0.zip", "lib_2.0.0.zip", "sugar_0.1.0.zip"]);
    expect((await server.run(["update", "nothing"])).exitCode).toBe(3);
  });

  it("[OPS-14] tells what is newer and what update would take", async () => {
    await using server = await started(["add", "lib@1.0.0", "old fashioned"]);
    const path = join(server.root, "roboport.json");
    await writeFile(path, (await readFile(path, "utf8")).replace("= 1.0.0", "*"));
    await server.run(["install"]);
    const document = json(await server.run(["outdated", "--json"]));
    expect(document.outdated).toEqual([
      { name: "lib", current: "1.0.0", wanted: "1.1.0", latest: "2.0.0", deprecated: false },
    ]);
    expect(server.transcript(await server.run(["outdated"]))).toMatchSnapshot();
  });

  it("[OPS-6] works from the store alone with --offline, and says what is missing", async () => {
    await using server = await started(["add", "factory"], ["remove", "factory"], ["rollback", "--offline"]);
    expect(await zips(server)).toEqual(["factory_1.5.0.zip", "lib_2.0.0.zip", "sugar_0.1.0.zip"]);
    const ran = await server.run(["add", "old fashioned", "--offline", "--json"]);
    expect([ran.exitCode, json(ran).error.code]).toEqual([5, "OFFLINE"]);
  });

  it("decides as of a day", async () => {
    await using server = await started(["add", "lib", "--at", "2025-01-02T12:00:00Z"]);
    expect(await zips(server)).toEqual(["lib_1.1.0.zip"]);
  });
});

describe("plan, apply, history and rollback", () => {
  it("[OPS-12] returns to the set before, and back again", async () => {
    await using server = await started(["add", "lib@1.0.0"], ["add", "factory"]);
    const after = await snapshot(server);
    await server.run(["rollback"]);
    expect(await zips(server)).toEqual(["lib_1.0.0.zip"]);
    await server.run(["rollback"]);
    expect(await snapshot(server)).toEqual(after);
    await server.run(["rollback", "1"]);
    expect(await zips(server)).toEqual([]);
    expect((await server.run(["rollback", "99"])).exitCode).toBe(3);
  });

  it("[OPS-15] names every generation with what it changed", async () => {
    await using server = await started(["add", "factory"], ["remove", "factory"]);
    expect(server.transcript(await server.run(["history"]))).toMatchSnapshot();
    const { generations } = json(await server.run(["history", "--json"]));
    expect(generations.map((each: { command: string }) => each.command)).toEqual([
      "init",
      "add factory",
      "remove factory",
    ]);
  });

  it("carries out a kept plan once, and refuses it when it is stale", async () => {
    await using server = await started(["add", "lib", "--no-apply"]);
    const planned = await server.run(["plan", "--json"]);
    const plan = join(server.root, "plan.json");
    await writeFile(plan, planned.stdout);
    expect(await zips(server)).toEqual([]);
    expect((await server.run(["apply", plan])).exitCode).toBe(0);
    expect(await zips(server)).toEqual(["lib_2.0.0.zip"]);
    const again = await server.run(["apply", plan, "--json"]);
    expect([again.exitCode, json(again).error.code]).toEqual([4, "PLAN_STALE"]);
  });
});

describe("verify and files changed by hand", () => {
  it("[OPS-16] finds and mends what is damaged or missing, and keeps a copy of what was changed", async () => {
    await using server = await started(["add", "factory"]);
    const right = await snapshot(server);
    await writeFile(join(server.modsDir, "lib_2.0.0.zip"), "changed by hand");
    await rename(join(server.modsDir, "sugar_0.1.0.zip"), join(server.modsDir, "sugar.bak"));
    const ran = await server.run(["verify", "--json"]);
    expect(ran.exitCode).toBe(3);
    expect(json(ran).faults.map((fault: { kind: string; name: string }) => [fault.kind, fault.name])).toEqual([
      ["changed", "lib"],
      ["missing", "sugar"],
    ]);
    const repaired = json(await server.run(["verify", "--repair", "--json"]));
    expect(repaired.keptAside).toHaveLength(1);
    const { "sugar.bak": bak, ...now } = await snapshot(server);
    expect(now).toEqual(right);
    expect(bak).toBe(right["sugar_0.1.0.zip"]);
  });

  it("[OPS-3] never replaces a zip the admin put there", async () => {
    await using server = await started();
    await writeFile(join(server.modsDir, "mine_1.0.0.zip"), "not a zip at all");
    await server.run(["add", "factory"]);
    await server.run(["remove", "factory"]);
    expect(await readFile(join(server.modsDir, "mine_1.0.0.zip"), "utf8")).toBe("not a zip at all");
  });
});

describe("search and info", () => {
  it("finds mods and shows one", async () => {
    await using server = await started();
    expect(server.transcript(await server.run(["search", "factories"]))).toMatchSnapshot();
    expect(server.transcript(await server.run(["info", "factory"]))).toMatchSnapshot();
    expect((await server.run(["info", "no-such-mod"])).exitCode).toBe(3);
  });
});

it("leaves nothing behind but its own files", async () => {
  await using server = await started(["add", "factory"], ["remove", "factory"]);
  expect((await readdir(server.root)).sort()).toEqual([
    ".roboport",
    "bin",
    "data",
    "mods",
    "roboport.json",
    "roboport.lock",
  ]);
  expect((await readdir(join(server.root, ".roboport"))).sort()).toEqual(["generations", "state.json"]);
  await expect(access(join(server.modsDir, ".roboport-stage"))).rejects.toThrow();
});
