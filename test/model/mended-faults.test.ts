import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fastInstall } from "../../src/cli/fast-install.ts";
import { parseLockfile } from "../../src/plan/lockfile.ts";
import { startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type TestServer, type TestServerOptions } from "../cli/harness.ts";
import { change, oddWorld, outcomeOf, ownZip, serverAfter, textOf } from "./scene.ts";

/* Each of these was a fault once. */

const world = oddWorld();
let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal(world);
});
afterAll(() => portal.close());

const started = (...commands: readonly string[][]) => serverAfter({ portal: portal.url }, ...commands);
const withMods = (mods: NonNullable<TestServerOptions["mods"]>) => createTestServer({ portal: portal.url, mods });

async function zips({ modsDir }: TestServer): Promise<readonly string[]> {
  return (await readdir(modsDir)).filter((name) => name.endsWith(".zip")).sort();
}

async function publishedZip(name: string, version: string): Promise<Uint8Array> {
  const release = (await world.findMod(name))?.releases.find((each) => each.version === version);
  return (await release?.open()) as Uint8Array;
}

describe("files of the admin", () => {
  it("init leaves the older of two zips of one mod", async () => {
    await using server = await withMods({
      "lib_1.0.0.zip": ownZip("lib", "1.0.0"),
      "lib_1.1.0.zip": ownZip("lib", "1.1.0"),
    });
    await server.run(["init"]);
    expect(await zips(server)).toEqual(["lib_1.0.0.zip", "lib_1.1.0.zip"]);
  });

  it("install keeps the zip of a mod that is switched off and was never locked", async () => {
    await using server = await started();
    await writeFile(join(server.modsDir, "own_1.0.0.zip"), ownZip("own", "1.0.0"));
    await change(server, "roboport.json", (text) =>
      text.replace("{}", '{ "own": { "version": "*", "enabled": false } }'),
    );
    await server.run(["install"]);
    expect(await zips(server)).toEqual(["own_1.0.0.zip"]);
  });

  it("install keeps the zip of a switched-off mod when roboport.lock is gone", async () => {
    await using server = await started(["add", "lib"], ["disable", "lib"]);
    await rm(join(server.root, "roboport.lock"));
    await server.run(["install"]);
    expect(await zips(server)).toEqual(["lib_2.0.0.zip"]);
  });

  it("rollback brings back the admin's own zip that add took over", async () => {
    const list = '{"mods":[{"name":"lib","enabled":false,"note":1}]}';
    await using server = await withMods({ "lib_1.0.0.zip": ownZip("lib", "1.0.0"), "mod-list.json": list });
    for (const argv of [["init"], ["add", "lib"], ["rollback"]]) await server.run(argv);
    expect(await zips(server)).toEqual(["lib_1.0.0.zip"]);
  });

  it("two rollbacks keep a zip that was put there by hand in between", async () => {
    await using server = await started(["add", "lib"], ["remove", "lib"]);
    await writeFile(join(server.modsDir, "lib_2.0.0.zip"), ownZip("lib", "2.0.0"));
    for (const argv of [["rollback"], ["rollback"]]) await server.run(argv);
    expect(await zips(server)).toEqual(["lib_2.0.0.zip"]);
  });

  it("remove decides with the zip by hand that is loaded afterwards", async () => {
    await using server = await started(["add", "lib@1.0.0"]);
    await writeFile(join(server.modsDir, "lib_9.0.0.zip"), ownZip("lib", "9.0.0"));
    await server.run(["remove", "lib"]);
    const lockfile = await textOf(server, "roboport.lock");
    await server.run(["install"]);
    expect(await textOf(server, "roboport.lock")).toBe(lockfile);
  });
});

describe("what roboport.lock is for", () => {
  it("[OPS-27] an adopted set can be installed on another machine", async () => {
    await using source = await withMods({ "lib_1.0.0.zip": await publishedZip("lib", "1.0.0") });
    await source.run(["init"]);
    await using clone = await createTestServer({ portal: portal.url });
    for (const name of ["roboport.json", "roboport.lock"]) await cp(join(source.root, name), join(clone.root, name));
    expect(outcomeOf(await clone.run(["install", "--json"]))).toEqual([0, undefined]);
  });

  it("[OPS-26] an adopted zip is decided with by its own dependencies, not by those of the portal's release", async () => {
    const mine = ownZip("lib", "2.0.0", { dependencies: ["base", "! sugar"] });
    await using server = await withMods({ "lib_2.0.0.zip": mine });
    await server.run(["init"]);
    expect((await server.run(["add", "sugar"])).exitCode).toBe(0);
    const { mods } = JSON.parse((await server.run(["list", "--json"])).stdout);
    expect(mods.find((mod: { name: string }) => mod.name === "lib").version).not.toBe("2.0.0");
  });

  it("[OPS-25] update passes over a locked release that was withdrawn and is nowhere any more", async () => {
    const own = oddWorld();
    const other = await startTestPortal(own);
    await using server = await createTestServer({ portal: other.url });
    for (const argv of [["init"], ["add", "lib"]]) await server.run(argv);
    own.withdraw("lib", "2.0.0");
    await rm(join(server.modsDir, "lib_2.0.0.zip"));
    await rm(server.env["ROBOPORT_CACHE_DIR"] ?? "", { recursive: true });
    const ran = await server.run(["update"]);
    await other.close();
    expect([ran.exitCode, await zips(server)]).toEqual([0, ["lib_1.1.0.zip"]]);
  });

  it("update finds a release of a portal for an adopted zip whose bytes are gone", async () => {
    await using server = await withMods({ "lib_2.0.0.zip": ownZip("lib", "2.0.0") });
    await server.run(["init"]);
    await rm(join(server.modsDir, "lib_2.0.0.zip"));
    expect(outcomeOf(await server.run(["update", "lib", "--json"]))).toEqual([0, undefined]);
  });

  it("what is locked by its bytes stays ours when .roboport is gone", async () => {
    await using server = await started(["add", "factory"]);
    await rm(join(server.root, ".roboport"), { recursive: true });
    await server.run(["install"]);
    expect(parseLockfile(await textOf(server, "roboport.lock")).mods).toHaveLength(3);
  });

  it("verify --repair mends every fault that verify names", async () => {
    await using server = await started();
    await writeFile(join(server.modsDir, "lib_2.0.0.zip"), await publishedZip("lib", "2.0.0"));
    for (const argv of [
      ["add", "lib"],
      ["verify", "--repair"],
    ])
      await server.run(argv);
    expect(await server.run(["verify"])).toMatchObject({ exitCode: 0 });
  });

  it("a mod that is moved to another portal in roboport.json does not stay locked to the old one", async () => {
    await using server = await started(["add", "lib"]);
    await change(server, "roboport.json", (text) =>
      text.replace('"lib": "*"', '"lib": { "version": "*", "portal": "http://127.0.0.1:9" }'),
    );
    expect((await server.run(["install"])).exitCode).not.toBe(0);
  });

  it("a recommended mod that is no longer turned down comes along", async () => {
    await using server = await started(["add", "factory"], ["remove", "sugar"]);
    await change(server, "roboport.json", (text) => text.replace(/,\s*"without": \[[^\]]*\]/, ""));
    const ran = await server.run(["install"]);
    expect(ran.stderr).not.toContain("which no portal has");
    expect(await zips(server)).toContain("sugar_0.1.0.zip");
  });

  it("a mod that is locked twice is refused", async () => {
    await using server = await started(["add", "lib"]);
    await change(server, "roboport.lock", (text) => text.replace(/^( {4}\{"name":"lib".*\})$/m, "$1,\n$1"));
    expect(outcomeOf(await server.run(["install", "--json"]))).toEqual([2, "LOCKFILE_SHAPE"]);
  });

  it("init tells when what it adopts is not for this game", async () => {
    await using server = await withMods({ "old_1.0.0.zip": ownZip("old", "1.0.0", { factorio_version: "1.1" }) });
    const { adopted, problems } = JSON.parse((await server.run(["init", "--json"])).stdout);
    expect([adopted.length, JSON.stringify(problems)]).toEqual([1, expect.stringContaining("1.1")]);
  });
});

describe("roboport.json", () => {
  const manifest =
    '{\n  "mods": {\n    // about lib\n    "lib": "*", // lib\n    // about sugar\n    "sugar": "*", // sugar\n  },\n}\n';

  it("remove takes no comment of another mod with it", async () => {
    await using server = await started();
    await writeFile(join(server.root, "roboport.json"), manifest);
    await server.run(["install"]);
    await server.run(["remove", "sugar"]);
    expect(await textOf(server, "roboport.json")).toContain("// lib");
  });

  it("remove takes the only mod out before a trailing comma", async () => {
    await using server = await started();
    await writeFile(join(server.root, "roboport.json"), '{ "mods": { "lib": "*", }, }');
    await server.run(["install"]);
    expect(outcomeOf(await server.run(["remove", "lib", "--json"]))).toEqual([0, undefined]);
  });

  it("disable keeps unknown fields and comments of the entry", async () => {
    await using server = await started();
    await writeFile(join(server.root, "roboport.json"), '{"mods": {"lib": {"version": "*", /* why */ "note": 1}}}');
    await server.run(["disable", "lib"]);
    expect(await textOf(server, "roboport.json")).toMatch(/why.*"note": 1/s);
  });

  it("a mod that is named twice is refused", async () => {
    await using server = await started();
    await writeFile(join(server.root, "roboport.json"), '{"mods": {"lib": "*", "lib": "= 1.0.0"}}');
    expect(outcomeOf(await server.run(["install", "--json"]))).toEqual([2, "MANIFEST_SHAPE"]);
  });

  it("a mod called __proto__ is refused or installed, never passed over", async () => {
    await using server = await started();
    const { exitCode } = await server.run(["add", "__proto__"]);
    expect(exitCode !== 0 || (await zips(server)).length > 0).toBe(true);
  });

  it("a byte order mark is read", async () => {
    await using server = await started();
    await change(server, "roboport.json", (text) => `\uFEFF${text}`);
    expect(outcomeOf(await server.run(["install", "--json"]))).toEqual([0, undefined]);
  });

  it("[MAN-3] a requirement that cannot be read is reported with its file and mod", async () => {
    await using server = await started();
    await writeFile(join(server.root, "roboport.json"), '{"mods": {"lib": ">> 1"}}');
    const ran = await server.run(["install", "--json"]);
    expect(outcomeOf(ran)).toEqual([2, "MANIFEST_SHAPE"]);
    expect(ran.stdout).toContain("lib");
  });

  it("apply refuses a plan that would undo what was written into roboport.json since", async () => {
    await using server = await started(["add", "lib", "--no-apply"]);
    await writeFile(join(server.root, "plan.json"), (await server.run(["plan", "--json"])).stdout);
    await change(server, "roboport.json", (text) => text.replace("{\n", "{\n  // precious\n"));
    expect(outcomeOf(await server.run(["apply", "plan.json", "--json"]))).toEqual([4, "PLAN_STALE"]);
  });

  it("two rollbacks bring back what was written into roboport.json by hand", async () => {
    await using server = await started(["add", "lib"], ["add", "sugar"]);
    await change(server, "roboport.json", (text) => text.replace("{\n", "{\n  // precious\n"));
    for (const argv of [["rollback"], ["rollback"]]) await server.run(argv);
    expect(await textOf(server, "roboport.json")).toContain("precious");
  });

  it("[OPS-24] what roboport.json switches off and another mod needs stays on, and the admin is told", async () => {
    await using server = await started(["add", "lib"], ["disable", "lib"]);
    const { stderr } = await server.run(["add", "factory"]);
    const { mods } = JSON.parse(await textOf(server, "mods/mod-list.json"));
    expect(mods.find((mod: { name: string }) => mod.name === "lib").enabled).toBe(true);
    expect(stderr).toContain("lib is switched off in roboport.json");
  });

  it("disable switches an unpacked mod off, or says that it cannot", async () => {
    await using server = await started(["add", "lib"]);
    await mkdir(join(server.modsDir, "lib"));
    const info = { name: "lib", version: "3.0.0", title: "", author: "", factorio_version: "2.0" };
    await writeFile(join(server.modsDir, "lib/info.json"), JSON.stringify(info));
    await server.run(["install"]);
    const { exitCode } = await server.run(["disable", "lib"]);
    expect(exitCode !== 0 || /"lib",\s*"enabled": false/.test(await textOf(server, "mods/mod-list.json"))).toBe(true);
  });

  it.each([["quality@9.0.0"], ["core"], ["recycler"]])("add %s is refused by a game without it", async (name) => {
    await using server = await started();
    expect((await server.run(["add", name])).exitCode).not.toBe(0);
  });
});

describe("what is said and shown", () => {
  it("a dry run tells what stands in the way", async () => {
    await using server = await started();
    await writeFile(join(server.modsDir, "lib_2.0.0.zip"), "not a zip");
    const ran = await server.run(["add", "lib", "--dry-run"]);
    expect(ran.stdout).toContain("lib_2.0.0.zip");
  });

  it("the hint for switching on a mod that others need is not to remove it", async () => {
    await using server = await started(["add", "factory"]);
    expect((await server.run(["enable", "lib"])).stderr).not.toContain("roboport remove");
  });

  it("install makes the mods folder again, or its hint tells how", async () => {
    await using server = await started(["add", "lib"]);
    await rm(server.modsDir, { recursive: true });
    const { exitCode, stderr } = await server.run(["install"]);
    expect(exitCode === 0 || stderr.includes("mkdir")).toBe(true);
  });

  it("a link that leads nowhere does not keep install from being quick", async () => {
    await using server = await started(["add", "lib"]);
    await symlink("/nowhere", join(server.modsDir, "dangling"));
    await server.run(["install"]);
    expect(fastInstall(["install"], server.root)).toBeDefined();
  });

  it("rollback mends a lockfile that cannot be read", async () => {
    await using server = await started(["add", "lib"], ["add", "sugar"]);
    await writeFile(join(server.root, "roboport.lock"), "");
    expect((await server.run(["rollback"])).exitCode).toBe(0);
    expect((await readFile(join(server.root, "roboport.lock"), "utf8")).length).toBeGreaterThan(0);
  });

  it("a file in the place of .roboport is no bug of ours", async () => {
    await using server = await started(["add", "lib"]);
    await rm(join(server.root, ".roboport"), { recursive: true });
    await writeFile(join(server.root, ".roboport"), "");
    expect((await server.run(["add", "sugar"])).exitCode).toBe(6);
  });
});
