import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { blobPath } from "../src/store/store-layout.ts";
import { writeZip } from "../src/store/zip-write.ts";
import { type ChaosPortal, memoryWorld, type Service, startChaosPortal } from "../src/testing/index.ts";
import { createTestServer, type Ran, type TestServer } from "../test/cli/harness.ts";
import { sha256 } from "./sha256.ts";

/** A server and a portal that goes wrong. */
export interface NetScene extends AsyncDisposable {
  readonly server: TestServer;
  readonly portal: ChaosPortal;
  /** Digests of every zip that was ever published. */
  readonly digests: ReadonlySet<string>;
  /** Release a mod. */
  publish(name: string, version: string, dependencies: readonly string[]): void;
  /** Names of the mods whose newest zip the store has proved. */
  findProved(): readonly string[];
  /** Run a command with the account that the portal wants. */
  run(argv: readonly string[], surroundings?: { env?: Record<string, string>; stdin?: string }): Promise<Ran>;
}

/** A command that asks a portal, and what has to be there before. */
export interface NetCommand {
  readonly argv: readonly string[];
  readonly stdin?: string;
  /** Whom it asks. */
  readonly asks: readonly Service[];
  /** Names of the zips that it brings into the mods folder. */
  readonly brings: readonly string[];
  prepare(scene: NetScene): Promise<void>;
}

/** Every encoding spells this one differently. */
const CANARY = 'Zeisig9/+="whistles"&4e1b';
const ACCOUNT = { username: "alice", token: CANARY };
/** Long enough that a list of names can be sent slowly. */
const BOOKMARKED = "a-mod-that-nobody-wants-but-whose-name-fills-a-list-of-bookmarks";
/** Large enough to break off at many places, small enough for a thousand cases. */
const FILLER = 64 * 1024;

/** @param seed of the faults */
export async function openNetScene(seed: number): Promise<NetScene> {
  const world = memoryWorld();
  const newest = new Map<string, string>();
  const digests = new Set<string>();
  const publish: NetScene["publish"] = (name, version, dependencies) => {
    const bytes = modZip(name, version, dependencies);
    world.mod(name).release(version, { bytes, dependencies });
    newest.set(name, sha256(bytes));
    digests.add(sha256(bytes));
  };
  publish("settled", "1.0.0", ["base"]);
  publish("helper", "1.0.0", ["base"]);
  publish("wanted", "1.0.0", ["base", "helper"]);
  publish(BOOKMARKED, "1.0.0", ["base"]);
  const portal = await startChaosPortal({ world, seed, requireLogin: ACCOUNT });
  for (const mod of newest.keys()) {
    const bookmark = new URLSearchParams({ ...ACCOUNT, mod, state: "on" });
    await fetch(`${portal.url}/api/bookmarks/toggle?${bookmark}`, { method: "POST" });
  }
  const server = await createTestServer({ portal: portal.url });
  await mkdir(cacheOf(server), { recursive: true });
  const account = { FACTORIO_USERNAME: ACCOUNT.username, FACTORIO_TOKEN: ACCOUNT.token };
  return {
    server,
    portal,
    digests,
    publish,
    findProved: () =>
      [...newest.keys()].filter((name) => existsSync(blobPath(cacheOf(server), newest.get(name) ?? ""))),
    run: (argv, { env, ...surroundings } = {}) => server.run(argv, { ...surroundings, env: { ...account, ...env } }),
    [Symbol.asyncDispose]: async () => {
      await portal.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

export function cacheOf({ env }: TestServer): string {
  return env["ROBOPORT_CACHE_DIR"] ?? "";
}

function modZip(name: string, version: string, dependencies: readonly string[]) {
  const info = { name, version, title: name, author: "nobody", factorio_version: "2.0", dependencies };
  return writeZip([
    { path: `${name}_${version}/info.json`, bytes: Buffer.from(JSON.stringify(info)) },
    { path: `${name}_${version}/filler`, bytes: Buffer.alloc(FILLER, name) },
  ]);
}

export const COMMANDS: readonly NetCommand[] = [
  {
    argv: ["add", "wanted"],
    asks: ["list", "bookmarks", "download", "file"],
    brings: ["helper_1.0.0.zip", "wanted_1.0.0.zip"],
    prepare: (scene) => prepare(scene, ["init"], ["add", "settled"]),
  },
  {
    argv: ["install"],
    asks: ["bookmarks", "download", "file"],
    brings: ["helper_1.0.0.zip", "settled_1.0.0.zip", "wanted_1.0.0.zip"],
    prepare: async (scene) => {
      await prepare(scene, ["init"], ["add", "settled", "wanted"]);
      await forgetAll(scene.server);
      await rm(scene.server.modsDir, { recursive: true });
      await mkdir(scene.server.modsDir);
    },
  },
  {
    argv: ["update"],
    asks: ["list", "bookmarks", "download", "file"],
    brings: ["settled_1.1.0.zip"],
    prepare: async (scene) => {
      await prepare(scene, ["init"], ["add", "settled"]);
      await forgetAll(scene.server);
      scene.publish("settled", "1.1.0", ["base"]);
    },
  },
  question(["info", "wanted"], "full"),
  question(["search", "wanted"], "search"),
  question(["whoami"], "bookmarks"),
  { ...question(["login", ACCOUNT.username, "--token-stdin"], "bookmarks"), stdin: `${CANARY}\n` },
];

function question(argv: readonly string[], asked: Service): NetCommand {
  return { argv, asks: [asked], brings: [], prepare: (scene) => prepare(scene, ["init"]) };
}

async function prepare({ run }: NetScene, ...commands: readonly (readonly string[])[]): Promise<void> {
  for (const argv of commands) {
    const { exitCode, stderr } = await run(argv);
    if (exitCode !== 0) throw new Error(`${argv.join(" ")} ended with ${exitCode}\n${stderr}`);
  }
}

/** Forget every download and every answer. */
async function forgetAll(server: TestServer): Promise<void> {
  for (const folder of await readdir(cacheOf(server))) await rm(join(cacheOf(server), folder), { recursive: true });
}

/** Where the token stands in everything a server has around it, but for what `login` keeps, and in these texts. */
export async function findCanary({ server, run }: NetScene, texts: readonly string[]): Promise<string> {
  await run(["logout"]);
  const scratch = dirname(server.root);
  await mkdir(join(scratch, "seen"));
  await writeFile(join(scratch, "seen", "texts"), texts.join("\n"));
  const env = { ROBOPORT_CANARY: CANARY };
  return spawnSync(process.execPath, ["scripts/canary.mjs", scratch], { env, encoding: "utf8" }).stderr;
}
