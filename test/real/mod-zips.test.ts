import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFolderWorld, type WorldProblem } from "../../src/registry/index.ts";
import { memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { createTestServer, type TestServer } from "../cli/harness.ts";
import { checkModsFolder, type Game } from "./checker.ts";
import { isPossible, type Offer } from "./no-checker.ts";
import { gameForLine } from "./pack-game.ts";
import { lineOf } from "./game-rules.ts";
import { failureOf } from "./pack-server.ts";
import { MOD_ZIPS } from "./real-data.ts";
import { findUntruths } from "./refusal.ts";
import { readZipInfos, type ZipInfo } from "./zip-infos.ts";

const PAGE = "<!doctype html><title>Log in</title>";
/** Of the wrong name, and without an info.json. */
const BAD = ["badname.zip", "invalid_mod.zip"];
const GOOD = "even-distribution_0.2.10.zip";

const bytesOf = (file: string) => Uint8Array.from(readFileSync(join(MOD_ZIPS, file)));

function serverFor(game: Game, portal: string, mods: Readonly<Record<string, string | Uint8Array>> = {}) {
  return createTestServer({ game: game.version, builtIns: [...game.builtIns.keys()], portal, mods });
}

/** SHA-1 of every file below a server's folder, by path. */
async function fingerprint({ root }: TestServer): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const digests = paths.map(async (path) => {
    const digest = createHash("sha1").update(await readFile(path));
    return [path.slice(root.length + 1), digest.digest("hex")] as const;
  });
  return new Map((await Promise.all(digests)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

describe.skipIf(!existsSync(MOD_ZIPS))("the real zips of ROBOPORT_DATA", async () => {
  const { infos } = existsSync(MOD_ZIPS) ? await readZipInfos(MOD_ZIPS) : { infos: new Map<string, ZipInfo>() };
  const good = [...infos].filter(([file]) => !BAD.includes(file)).map(([file, info]) => ({ file, ...factsOf(info) }));
  const releasesOf = (mod: string) => good.filter(({ name }) => name === mod);
  const offer: Offer = Object.fromEntries(good.map(({ name }) => [name, { releases: releasesOf(name) }]));
  const reported: WorldProblem[] = [];
  let portal: TestPortal;
  beforeAll(async () => {
    const report = (problem: WorldProblem) => void reported.push(problem);
    portal = await startTestPortal(await openFolderWorld(MOD_ZIPS, { report, now: () => performance.now() }));
  });
  afterAll(() => portal.close());

  it("are all served but the two bad ones, which are named with the reason", async () => {
    expect(good).toHaveLength(25);
    expect(reported).toMatchObject([
      { file: "badname.zip", reason: expect.stringContaining("name") },
      { file: "invalid_mod.zip", reason: expect.stringContaining("name") },
    ]);
    await using server = await serverFor(gameForLine("2.0"), portal.url);
    await server.run(["init"]);
    const before = await fingerprint(server);
    expect((await server.run(["add", "badname"])).exitCode).toBe(3);
    expect((await server.run(["add", "invalid_mod"])).exitCode).toBe(3);
    expect(await fingerprint(server)).toEqual(before);
  });

  it.each(good)(
    "$file: installed as it is, or refused for a true reason",
    async ({ file, name, version, factorio_version }) => {
      const game = gameForLine(lineOf(factorio_version));
      await using server = await serverFor(game, portal.url);
      await server.run(["init"]);
      const ran = await server.run(["add", "--json", `${name}@${version}`]);
      expect(ran.exitCode === 0).toBe(isPossible([name], offer, game));
      if (ran.exitCode !== 0) {
        expect(ran.exitCode).toBe(3);
        expect(findUntruths(JSON.parse(ran.stdout), { roots: [name], offer, game })).toEqual([]);
        expect(await readdir(server.modsDir)).toEqual([]);
        return;
      }
      expect((await checkModsFolder(server.modsDir, { game, wanted: [name] })).violations).toEqual([]);
      expect((await readFile(join(server.modsDir, file))).equals(bytesOf(file))).toBe(true);
      expect(failureOf(await server.run(["verify"]), "verify")).toEqual([]);
      expect(await server.run(["install"])).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^Up to date: /),
      });
    },
  );

  it.each([
    ["a zip of another mod", () => bytesOf("badname.zip"), "ZIP_INVALID"],
    ["a zip without info.json", () => bytesOf("invalid_mod.zip"), "ZIP_INVALID"],
    ["a zip that was cut off", () => bytesOf(GOOD).slice(0, -100), "ZIP_INVALID"],
    ["half a zip", () => bytesOf(GOOD).slice(0, 10_000), "ZIP_INVALID"],
    ["a web page", () => new TextEncoder().encode(PAGE), "DOWNLOAD_NOT_ZIP"],
    ["nothing", () => new Uint8Array(), "DOWNLOAD_NOT_ZIP"],
  ])("%s in place of a release changes nothing", async (_what, bytes, code) => {
    const world = memoryWorld()
      .mod("fine")
      .release("1.0.0", { dependencies: ["bad"] });
    const release = { bytes: bytes(), factorioVersion: "2.0" };
    await using other = await startedPortal(world.mod("bad").release("1.0.0", release));
    await using server = await serverFor(gameForLine("2.0"), other.url);
    await server.run(["init"]);
    const before = await fingerprint(server);
    const ran = await server.run(["add", "--json", "fine"]);
    const { error } = JSON.parse(ran.stdout);
    expect(error).toMatchObject({ code, hint: expect.any(String) });
    expect(ran.exitCode).toBe(code === "ZIP_INVALID" ? 3 : 5);
    expect(await fingerprint(server)).toEqual(before);
    expect(error.message).toMatch(/bad[ _]1\.0\.0/);
  });

  it("bad ones in a mods folder are named by init and stay as they are", async () => {
    const bad = {
      "badname.zip": bytesOf("badname.zip"),
      "cut_0.2.10.zip": bytesOf(GOOD).slice(0, 10_000),
      "invalid_mod_1.0.0.zip": bytesOf("invalid_mod.zip"),
      "other_1.0.0.zip": bytesOf("badname.zip"),
      "page_1.0.0.zip": PAGE,
    };
    await using server = await serverFor(gameForLine("0.16"), portal.url, { ...bad, [GOOD]: bytesOf(GOOD) });
    const before = await fingerprint(server);
    const { adopted, foreign } = JSON.parse((await server.run(["init", "--json"])).stdout);
    expect(adopted.map(({ file }: { file: string }) => file)).toEqual([GOOD]);
    expect(foreign.map(({ file }: { file: string }) => file)).toEqual(Object.keys(bad));
    expect(failureOf(await server.run(["add", "fast-filter-fill"]), "add")).toEqual([]);
    expect(failureOf(await server.run(["verify"]), "verify")).toEqual([]);
    const after = await fingerprint(server);
    expect([...before].filter(([path, digest]) => after.get(path) !== digest)).toEqual([]);
  });
});

/** What a good zip says, with what it does not say as the game takes it. */
function factsOf(info: ZipInfo | undefined) {
  const { name, version, factorio_version = "0.12", dependencies = ["base"] } = info ?? {};
  return {
    name: String(name),
    version: String(version),
    factorio_version: String(factorio_version),
    dependencies: (dependencies as readonly unknown[]).map(String),
  };
}

async function startedPortal(world: Parameters<typeof startTestPortal>[0]): Promise<TestPortal & AsyncDisposable> {
  const portal = await startTestPortal(world);
  return { ...portal, [Symbol.asyncDispose]: () => portal.close() };
}
