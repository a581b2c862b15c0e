import { readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestServer } from "../test/cli/harness.ts";
import type { Scenario } from "./lab.ts";

const INIT = ["init"];
const ADD_SETTLED = ["add", "settled@1.0.0"];
const ADD_ALL = ["add", "wanted", "other"];

/** Every command that changes an installation or the store, in the order of the overview. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "init",
    before: [INIT, ADD_ALL],
    arrange: ({ root }) =>
      Promise.all(["roboport.json", "roboport.lock", ".roboport"].map((name) => remove(root, name))),
    argv: ["init"],
  },
  {
    name: "install",
    before: [INIT, ADD_SETTLED, ADD_ALL],
    arrange: async (server) => {
      await remove(server.root, "mods/wanted_1.0.0.zip");
      await remove(server.root, "mods/helper_1.0.0.zip");
      await forgetDownloads(server);
    },
    argv: ["install"],
  },
  { name: "add", before: [INIT, ADD_SETTLED], argv: ADD_ALL },
  { name: "remove", before: [INIT, ADD_SETTLED, ADD_ALL], argv: ["remove", "wanted", "settled"] },
  {
    name: "update",
    before: [INIT, ADD_SETTLED],
    arrange: ({ root }) => writeFile(join(root, "roboport.json"), '{"mods": {"settled": "*"}}\n'),
    argv: ["update"],
  },
  { name: "disable", before: [INIT, ADD_ALL], argv: ["disable", "other"] },
  { name: "enable", before: [INIT, ADD_ALL, ["disable", "other"]], argv: ["enable", "other"] },
  { name: "rollback", before: [INIT, ADD_SETTLED, ADD_ALL], argv: ["rollback"] },
  {
    name: "apply",
    before: [INIT, ADD_SETTLED, ["add", "wanted", "--no-apply"]],
    refresh: async (server) => {
      const { stdout } = await server.run(["plan", "--json"]);
      await writeFile(planFile(server), stdout);
    },
    argv: ["apply", "../plan.json"],
  },
  {
    name: "verify --repair",
    before: [INIT, ADD_SETTLED, ADD_ALL],
    arrange: async (server) => {
      await remove(server.root, "mods/wanted_1.0.0.zip");
      await spoil(join(server.root, "mods/settled_1.0.0.zip"));
      await forgetDownloads(server);
    },
    argv: ["verify", "--repair"],
  },
  {
    name: "cache prune",
    before: [INIT, ADD_SETTLED, ADD_ALL],
    arrange: ageBlobs,
    argv: ["cache", "prune", "--forget", "."],
  },
];

function planFile({ root }: TestServer): string {
  return join(dirname(root), "plan.json");
}

function remove(root: string, path: string): Promise<void> {
  return rm(join(root, path), { recursive: true });
}

/** The store is empty: what is wanted comes over the wire again. */
async function forgetDownloads({ env }: TestServer): Promise<void> {
  await rm(env["ROBOPORT_CACHE_DIR"] ?? "", { recursive: true, force: true });
}

/** What came lately is never pruned. */
async function ageBlobs({ env }: TestServer): Promise<void> {
  const blobs = join(env["ROBOPORT_CACHE_DIR"] ?? "", "blobs-v1");
  for (const path of await readdir(blobs, { recursive: true })) await utimes(join(blobs, path), 0, 0);
}

async function spoil(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes.fill(0, Math.floor(bytes.byteLength / 2));
  await writeFile(path, bytes);
}
