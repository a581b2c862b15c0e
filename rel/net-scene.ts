import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeZip } from "../src/store/zip-write.ts";
import {
  type ChaosPortal,
  type MemoryWorld,
  memoryWorld,
  type Service,
  startChaosPortal,
} from "../src/testing/index.ts";
import { createTestServer, type Ran, type TestServer } from "../test/cli/harness.ts";

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

/** A server and a portal that goes wrong. */
export interface NetScene extends AsyncDisposable {
  readonly server: TestServer;
  readonly world: MemoryWorld;
  readonly portal: ChaosPortal;
  /** With the account that the portal wants. */
  run(argv: readonly string[], surroundings?: { env?: Record<string, string>; stdin?: string }): Promise<Ran>;
}

/** Every encoding spells this one differently. */
export const CANARY = 'Zeisig9/+="whistles"&4e1b';
export const ACCOUNT = { username: "alice", token: CANARY };
/** Large enough to break off at many places, small enough for a thousand cases. */
const FILLER = 64 * 1024;

/** @param seed of the faults */
export async function openNetScene(seed: number): Promise<NetScene> {
  const world = memoryWorld();
  for (const name of ["settled", "helper"]) addRelease(world, name, { version: "1.0.0", dependencies: ["base"] });
  addRelease(world, "wanted", { version: "1.0.0", dependencies: ["base", "helper"] });
  const portal = await startChaosPortal({ world, seed, requireLogin: ACCOUNT });
  const server = await createTestServer({ portal: portal.url });
  const account = { FACTORIO_USERNAME: ACCOUNT.username, FACTORIO_TOKEN: ACCOUNT.token };
  return {
    server,
    world,
    portal,
    run: (argv, { env, ...surroundings } = {}) => server.run(argv, { ...surroundings, env: { ...account, ...env } }),
    [Symbol.asyncDispose]: async () => {
      await portal.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

export const COMMANDS: Readonly<Record<string, NetCommand>> = {
  add: {
    argv: ["add", "wanted"],
    asks: ["list", "bookmarks", "download", "file"],
    brings: ["helper_1.0.0.zip", "wanted_1.0.0.zip"],
    prepare: (scene) => prepare(scene, ["add", "settled"]),
  },
  install: {
    argv: ["install"],
    asks: ["bookmarks", "download", "file"],
    brings: ["helper_1.0.0.zip", "settled_1.0.0.zip", "wanted_1.0.0.zip"],
    prepare: async (scene) => {
      await prepare(scene, ["add", "settled", "wanted"]);
      await forgetAll(scene.server);
      await rm(scene.server.modsDir, { recursive: true });
      await mkdir(scene.server.modsDir);
    },
  },
  update: {
    argv: ["update"],
    asks: ["list", "bookmarks", "download", "file"],
    brings: ["settled_1.1.0.zip"],
    prepare: async (scene) => {
      await prepare(scene, ["add", "settled"]);
      await forgetAll(scene.server);
      addRelease(scene.world, "settled", { version: "1.1.0", dependencies: ["base"] });
    },
  },
  info: question(["info", "wanted"], "full"),
  search: question(["search", "wanted"], "search"),
  whoami: question(["whoami"], "bookmarks"),
  login: { ...question(["login", ACCOUNT.username, "--token-stdin"], "bookmarks"), stdin: `${CANARY}\n` },
};

function question(argv: readonly string[], asked: Service): NetCommand {
  return { argv, asks: [asked], brings: [], prepare: (scene) => prepare(scene) };
}

async function prepare({ run }: NetScene, then?: readonly string[]): Promise<void> {
  for (const argv of then ? [["init"], then] : [["init"]]) {
    const { exitCode, stderr } = await run(argv);
    if (exitCode !== 0) throw new Error(`${argv.join(" ")} ended with ${exitCode}\n${stderr}`);
  }
}

/** A release with some bytes to send. */
export function addRelease(
  world: MemoryWorld,
  name: string,
  { version, dependencies }: { readonly version: string; readonly dependencies: readonly string[] },
): void {
  const info = { name, version, title: name, author: "nobody", factorio_version: "2.0", dependencies };
  const folder = `${name}_${version}`;
  const bytes = writeZip([
    { path: `${folder}/info.json`, bytes: Buffer.from(JSON.stringify(info)) },
    { path: `${folder}/filler`, bytes: Buffer.alloc(FILLER, name) },
  ]);
  world.mod(name).release(version, { bytes, dependencies });
}

/** Forget every download and every answer. */
export async function forgetAll({ env }: TestServer): Promise<void> {
  const cache = env["ROBOPORT_CACHE_DIR"] ?? "";
  for (const folder of await readdir(cache)) await rm(join(cache, folder), { recursive: true });
}

/** Put texts where the search for the canary finds them. */
export async function writeSeen({ root }: TestServer, texts: Readonly<Record<string, string>>): Promise<string> {
  const scratch = dirname(root);
  await mkdir(join(scratch, "seen"));
  for (const [name, text] of Object.entries(texts)) await writeFile(join(scratch, "seen", name), text);
  return scratch;
}
