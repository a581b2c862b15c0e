import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gameSite, makeTestGame, memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { formatSealed } from "../../src/store/sealed-json.ts";
import { createTestServer, runCli, type TestServer } from "./harness.ts";

const SHIPPED = ["base", "elevated-rails", "quality", "space-age"];
const world = () =>
  memoryWorld()
    .mod("lib")
    .release("1.0.0", { factorioVersion: "2.0" })
    .release("2.0.0", { factorioVersion: "2.1" })
    .mod("factory")
    .release("1.0.0", { factorioVersion: "2.0", dependencies: ["base", "lib"] })
    .release("1.1.0", { factorioVersion: "2.1", dependencies: ["base", "lib >= 2.0.0"] })
    .mod("old")
    .release("0.5.0", { factorioVersion: "2.0" })
    .mod("needy")
    .release("1.0.0", { factorioVersion: "2.0", dependencies: ["base", "old"] })
    .release("1.1.0", { factorioVersion: "2.1", dependencies: ["base", "old"] });

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal(world(), {
    around: gameSite({
      games: [
        { version: "2.0.60", builtIns: SHIPPED },
        { version: "2.0.77", builtIns: SHIPPED },
        { version: "2.1.12", builtIns: [...SHIPPED, "recycler"] },
        { version: "2.1.13" },
        { version: "2.1.14" },
        { version: "2.2.0", files: { "data/base/info.json": '{"name":"base","version":"2.0.1"}' } },
      ],
      stable: "2.0.77",
      experimental: "2.1.12",
      wrong: ["2.1.13"],
      unlisted: ["2.1.14"],
    }),
  });
});
afterAll(() => portal.close());

async function started(...argvs: readonly (readonly string[])[]): Promise<TestServer> {
  const server = await createTestServer({ portal: portal.url });
  for (const argv of [["init"], ...argvs]) {
    const { exitCode, stderr } = await server.run(argv);
    expect([exitCode, stderr], argv.join(" ")).toEqual([0, expect.any(String)]);
  }
  return server;
}

const versionOf = async (root: string) =>
  JSON.parse(await readFile(join(root, "data/base/info.json"), "utf8")).version as string;
const zipsOf = async (server: TestServer) =>
  (await readdir(server.modsDir)).filter((name) => name.endsWith(".zip")).sort();
const runJson = async (server: TestServer, ...argv: readonly string[]) => {
  const { exitCode, stdout } = await server.run([...argv, "--json"]);
  return { exitCode, ...JSON.parse(stdout) };
};

describe("roboport game", () => {
  it("[GAMEVER-1] versions lists what can be had and what is here", async () => {
    await using server = await started();
    const { versions } = await runJson(server, "game", "versions");
    expect(versions.map((each: { version: string }) => each.version)).toEqual([
      "2.2.0",
      "2.1.13",
      "2.1.12",
      "2.0.77",
      "2.0.60",
    ]);
    expect(versions).toContainEqual({ version: "2.0.77", channels: ["stable"], isActive: false, isKept: false });
    expect(versions).toContainEqual({ version: "2.0.60", channels: [], isActive: true, isKept: false });
    const { stdout } = await server.run(["game", "versions"]);
    expect(stdout).toContain("* 2.0.60");
  });

  it("[GAMEVER-2] install makes a server where there is none", async () => {
    const scratch = await mkdtemp(join(tmpdir(), "roboport-test-"));
    const root = join(scratch, "new/server");
    const env = { HOME: scratch, ROBOPORT_CACHE_DIR: join(scratch, "cache"), ROBOPORT_PORTAL: portal.url };
    try {
      const argv = ["game", "install", "2.0", "--server-dir", root, "--json"];
      const { exitCode, stdout, stderr } = await runCli(argv, { env, cwd: scratch });
      expect([exitCode, stderr]).toEqual([0, ""]);
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, applied: true, from: null, to: "2.0.77", plan: null });
      expect((await readdir(root)).sort()).toEqual([".roboport", "bin", "config-path.cfg", "data"]);
      expect((await runCli(["init", root], { env, cwd: scratch })).exitCode).toBe(0);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });

  it("[GAMEMODS-1] [GAMEMODS-4] [GAMEMODS-5] [GAMEDIR-3] [GAMEDIR-4] update moves mods and game together, and rollback returns both", async () => {
    await using server = await started(["add", "factory"]);
    await writeFile(join(server.root, "data/server-settings.json"), "{}");
    await writeFile(join(server.root, "data/old-file.lua"), "");
    await mkdir(join(server.root, "saves"));
    expect(await runJson(server, "game", "update", "--experimental", "--dry-run")).toMatchObject({
      exitCode: 0,
      applied: false,
      from: "2.0.60",
      to: "2.1.12",
      plan: {
        actions: [
          { name: "factory", to: "1.1.0" },
          { name: "lib", to: "2.0.0" },
        ],
      },
    });
    expect(await versionOf(server.root)).toBe("2.0.60");
    expect(await runJson(server, "game", "update", "--experimental")).toMatchObject({ exitCode: 0, applied: true });
    expect([await versionOf(server.root), await zipsOf(server)]).toEqual([
      "2.1.12",
      ["factory_1.1.0.zip", "lib_2.0.0.zip"],
    ]);
    const data = await readdir(join(server.root, "data"));
    expect(data).toEqual(expect.arrayContaining(["recycler", "server-settings.json"]));
    expect(data).not.toContain("old-file.lua");
    expect(await runJson(server, "game", "list")).toMatchObject({ active: "2.1.12", kept: ["2.0.60"] });
    expect((await server.run(["audit"])).exitCode).toBe(0);
    expect((await server.run(["verify"])).exitCode).toBe(0);
    const { stderr } = await server.run(["rollback", "--dry-run"]);
    expect(stderr).toContain('Generation 2 was for Factorio 2.0.60, and this is 2.1.12: "roboport game rollback"');
    const asked = portal.requests.length;
    expect(await runJson(server, "game", "rollback")).toMatchObject({ exitCode: 0, from: "2.1.12", to: "2.0.60" });
    expect(portal.requests.length).toBe(asked);
    expect([await versionOf(server.root), await zipsOf(server)]).toEqual([
      "2.0.60",
      ["factory_1.0.0.zip", "lib_1.0.0.zip"],
    ]);
    expect(await readdir(join(server.root, "data"))).toContain("old-file.lua");
    expect(await runJson(server, "game", "remove", "2.1.12")).toMatchObject({ exitCode: 0, removed: "2.1.12" });
    expect(await runJson(server, "game", "list")).toMatchObject({ active: "2.0.60", kept: [] });
  });

  it("[GAMEMODS-2] names the mods that another game would drop, and changes nothing", async () => {
    await using server = await started(["add", "old", "lib"]);
    const refused = await runJson(server, "game", "update", "--to", "2.1.12");
    expect(refused).toMatchObject({
      exitCode: 3,
      ok: false,
      error: { code: "NO_SOLUTION" },
      dropped: [{ name: "old", installed: "0.5.0", newest: { version: "0.5.0", factorio: "2.0" } }],
    });
    expect((await runJson(server, "game", "list")).kept).toEqual([]);
    expect(await runJson(server, "game", "update", "--to", "2.1.12", "--skip-missing")).toMatchObject({ exitCode: 0 });
    const { mods } = JSON.parse(await readFile(join(server.modsDir, "mod-list.json"), "utf8"));
    expect(mods).toContainEqual(expect.objectContaining({ name: "old", enabled: false }));
    expect(await zipsOf(server)).toContain("lib_2.0.0.zip");
    expect((await server.run(["audit"])).exitCode).toBe(0);
  });

  it("[GAMEMODS-2] tells why a mod with a release for the other game cannot be with it", async () => {
    await using server = await started(["add", "needy"]);
    const { exitCode, stdout } = await server.run(["game", "update", "--to", "2.1.12"]);
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining("needy  1.0.0  newest: 1.1.0 for 2.1\n  ")]);
    expect(stdout).toMatch(/newest: 1\.1\.0 for 2\.1\n.*\bold\b/);
  });

  it("[GAMEMODS-3] a game of the same line keeps the mods", async () => {
    await using server = await started(["add", "factory@1.0.0"]);
    expect(await runJson(server, "game", "update")).toMatchObject({ exitCode: 0, to: "2.0.77", plan: { actions: [] } });
    expect(await runJson(server, "game", "update")).toMatchObject({ exitCode: 0, applied: false, from: "2.0.77" });
    expect((await server.run(["install", "--locked", "--offline"])).exitCode).toBe(0);
  });

  it("[GAMEDIR-2] [GAMEFILE-8] stages a game and its mods, and installs them without a download", async () => {
    await using server = await started(["add", "lib"]);
    expect(await runJson(server, "game", "update", "--experimental", "--stage")).toMatchObject({
      exitCode: 0,
      staged: true,
    });
    expect([await versionOf(server.root), await zipsOf(server)]).toEqual(["2.0.60", ["lib_1.0.0.zip"]]);
    const asked = portal.requests.length;
    expect(await runJson(server, "game", "install", "2.1.12")).toMatchObject({ exitCode: 0, applied: true });
    expect(
      portal.requests
        .slice(asked)
        .map(({ url }) => url)
        .filter((url) => /download/.test(url)),
    ).toEqual([]);
  });

  it.each([
    ["2.1.13", "DOWNLOAD_DIGEST", 5, []],
    ["2.1.14", "GAME_ARCHIVE", 5, []],
    ["2.2.0", "GAME_ARCHIVE", 5, []],
    ["2.3.0", "NO_SUCH_RELEASE", 3, []],
    ["nightly", "USAGE", 2, []],
    ["2.0.77", "OFFLINE", 5, ["--offline"]],
  ])("[GAMEFILE-5] [GAMEFILE-6] [GAMEFILE-7] %s is refused with %s", async (version, code, exitCode, flags) => {
    await using server = await started();
    expect(await runJson(server, "game", "install", version, ...flags)).toMatchObject({ exitCode, error: { code } });
    expect(await versionOf(server.root)).toBe("2.0.60");
    if (version === "2.1.14") {
      expect(await runJson(server, "game", "install", version, "--unverified")).toMatchObject({ exitCode: 0 });
    }
  });

  it.each([
    ["goes on with", 1000, (bytes: Uint8Array) => bytes.subarray(0, 1000), 1],
    ["proves", undefined, (bytes: Uint8Array) => bytes, 1],
    ["begins again where it cannot go on with", 4, () => Buffer.from("what"), 2],
  ])("[GAMEFILE-1] %s what another download left", async (_name, start, leave, requests) => {
    await using server = await started();
    const folder = join(server.root, ".roboport/game");
    await mkdir(join(folder, ".2.0.1.tmp/bin"), { recursive: true });
    const archive = makeTestGame({ version: "2.0.77", builtIns: SHIPPED });
    await writeFile(join(folder, "2.0.77.tar.xz.part"), leave(archive));
    const asked = portal.requests.length;
    expect(await runJson(server, "game", "install", "2.0.77")).toMatchObject({ exitCode: 0, applied: true });
    const sent = portal.requests.slice(asked).filter(({ url }) => url.includes("/releases/"));
    expect(sent).toHaveLength(requests);
    expect(sent[0]?.headers["range"]).toBe(`bytes=${start ?? archive.byteLength}-`);
    expect([await versionOf(server.root), await readdir(folder)]).toEqual(["2.0.77", ["2.0.60"]]);
  });

  it("[SWITCH-4] a switch that was interrupted is taken back by the next command", async () => {
    await using server = await started(["add", "lib"]);
    await server.run(["game", "update", "--experimental", "--stage"]);
    const moves = [
      { from: "bin", to: ".roboport/game/2.0.60/bin" },
      { from: "data", to: ".roboport/game/2.0.60/data" },
    ];
    await mkdir(join(server.root, ".roboport/game/2.0.60"));
    await rename(join(server.root, "data"), join(server.root, ".roboport/game/2.0.60/data"));
    const record = formatSealed({ format: 1, change: { moves, coming: ".roboport/game/2.1.12", generation: 99 } });
    await writeFile(join(server.root, ".roboport/game/switch.json"), record);
    const { checks } = await runJson(server, "doctor");
    expect(checks).toContainEqual(expect.objectContaining({ name: "journal", status: "warning" }));
    const { exitCode, stderr } = await server.run(["list"]);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("Took back the change of the game")]);
    expect(await versionOf(server.root)).toBe("2.0.60");
  });

  it.skipIf(process.platform !== "linux")("[GAMEDIR-2] leaves a game alone that runs", async () => {
    await using server = await started();
    const lock = join(server.root, ".lock");
    const holder = spawn("sh", ["-c", "exec flock --no-fork \"$0\" sh -c 'echo held; exec cat'", lock]);
    try {
      await once(holder.stdout, "data");
      expect(await runJson(server, "game", "update")).toMatchObject({ exitCode: 6, error: { code: "SERVER_RUNNING" } });
      expect(await versionOf(server.root)).toBe("2.0.60");
    } finally {
      holder.stdin.end();
    }
  });

  it.each([
    ["install", "2.0.77", "--to", "2.1"],
    ["install", "--experimental"],
    ["update", "2.1"],
    ["remove"],
    ["remove", "2.0.1"],
  ])("[GAMEVER-2] game %s %s is refused", async (...argv) => {
    await using server = await started();
    const { exitCode, error } = await runJson(server, "game", ...argv);
    expect([exitCode, error.code]).toEqual(argv[1] === "2.0.1" ? [3, "NOT_INSTALLED"] : [2, "USAGE"]);
  });

  it("[GAMEDIR-1] updates no game where there is none", async () => {
    await using server = await started();
    await rm(join(server.root, "data"), { recursive: true });
    expect(await runJson(server, "game", "update")).toMatchObject({ exitCode: 2, error: { code: "NO_GAME_VERSION" } });
  });

  it("[GAMEDIR-1] leaves a game alone that lies elsewhere or is no folder of its own", async () => {
    await using server = await started();
    await rm(join(server.root, "bin"), { recursive: true });
    await mkdir(join(server.root, "../image/bin"), { recursive: true });
    await symlink("../image/bin", join(server.root, "bin"));
    expect(await runJson(server, "game", "update")).toMatchObject({ exitCode: 6, error: { code: "GAME_MANAGED" } });
    await rm(join(server.root, "data"), { recursive: true });
    await mkdir(join(server.root, "config"));
    const json = await readFile(join(server.root, "roboport.json"), "utf8");
    await writeFile(join(server.root, "roboport.json"), json.replace("{", '{ "factorio": "2.0.60",'));
    expect(await runJson(server, "game", "update")).toMatchObject({ exitCode: 6, error: { code: "GAME_MANAGED" } });
  });
});
