import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../store/blob-store.ts";
import { withLock } from "./lock.ts";
import { stateFolder } from "./state-folder.ts";
import { applySteps, needsRecovery, recover, type Step } from "./transaction.ts";

let root: string;
let modsDir: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "roboport-apply-"));
  modsDir = join(root, "mods");
  mkdirSync(modsDir);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const storeHere = () => openStore({ dir: join(root, "cache") });

async function apply(steps: readonly Step[]) {
  const at = "2026-01-01T00:00:00Z";
  return withLock(stateFolder(root), { at }, (lock) => applySteps(steps, { root, modsDir, store: storeHere(), lock }));
}

/** @returns the SHA-256 of the blob */
async function store(content: string): Promise<string> {
  writeFileSync(join(root, "put"), content);
  const { sha256 } = await storeHere().adopt(join(root, "put"));
  rmSync(join(root, "put"));
  return sha256;
}

describe("on a real disk", () => {
  it.skipIf(process.platform === "win32")("[TXN-9] touches no link, pipe or folder in a file's place", async () => {
    const sha256 = await store("new");
    const makers: readonly ((path: string) => void)[] = [
      (path) => symlinkSync("elsewhere", path),
      (path) => execFileSync("mkfifo", [path]),
      (path) => mkdirSync(path),
    ];
    for (const [index, make] of makers.entries()) {
      const file = `odd${index}_1.0.0.zip`;
      make(join(modsDir, file));
      const before = lstatSync(join(modsDir, file));
      const steps: readonly Step[] = [
        { do: "place", file, sha256 },
        { do: "remove", file },
        { do: "write", path: join(modsDir, file), content: "text" },
      ];
      for (const step of steps) {
        const others: Step = { do: "write", path: join(root, "roboport.lock"), content: "lock" };
        await expect(apply([others, step])).rejects.toMatchObject({ code: "APPLY_FAILED", data: { undone: true } });
        expect(lstatSync(join(modsDir, file)).ino).toBe(before.ino);
        expect(existsSync(join(root, "roboport.lock"))).toBe(false);
      }
    }
  });

  it("[TXN-10] keeps the mode of a file it writes again", async () => {
    writeFileSync(join(modsDir, "mod-list.json"), "old");
    chmodSync(join(modsDir, "mod-list.json"), 0o640);
    await apply([{ do: "write", path: join(modsDir, "mod-list.json"), content: "new" }]);
    expect(statSync(join(modsDir, "mod-list.json")).mode & 0o777).toBe(0o640);
  });

  it.skipIf(process.geteuid?.() !== 0)("[TXN-10] gives new files to the owner of their folder", async () => {
    chownSync(modsDir, 845, 846);
    writeFileSync(join(root, "roboport.lock"), "old");
    chownSync(join(root, "roboport.lock"), 900, 901);
    await apply([
      { do: "place", file: "new_1.0.0.zip", sha256: await store("new") },
      { do: "write", path: join(root, "roboport.lock"), content: "new" },
      { do: "write", path: join(root, "roboport.json"), content: "new" },
    ]);
    const owner = (path: string) => [statSync(join(root, path)).uid, statSync(join(root, path)).gid];
    expect([owner("mods/new_1.0.0.zip"), owner("roboport.lock"), owner("roboport.json")]).toEqual([
      [845, 846],
      [900, 901],
      [0, 0],
    ]);
  });
});

const KILLS = 60;

describe("kill -9", () => {
  it(`[TXN-3] leaves the old or the new set, ${KILLS} times at random instants`, { timeout: 120_000 }, async () => {
    const script = await buildSwitcher();
    const hashes = {
      a: await store("a".repeat(50_000)),
      b: await store("b".repeat(50_000)),
      both: await store("both".repeat(50_000)),
    };
    const random = seeded(20261122);
    const outcomes = new Set<string>();
    for (let round = 0; round < KILLS; round++) {
      const child = spawn(process.execPath, [script, root, JSON.stringify(hashes)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      await new Promise((resolve) => setTimeout(resolve, random() % 60));
      child.kill("SIGKILL");
      await once(child, "exit");
      outcomes.add((await recover({ root, modsDir, store: storeHere() })).outcome);
      expect(await needsRecovery({ root, modsDir }), `round ${round}`).toBe(false);
      requireLegal(hashes);
    }
    expect(outcomes.size).toBeGreaterThan(1);
  });
});

/** The lockfile names the set that is there, and every zip holds its bytes. */
function requireLegal(hashes: Readonly<Record<string, string>>): void {
  const file = join(root, "roboport.lock");
  const set = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  const zips = readdirSync(modsDir).sort();
  expect(zips).toEqual(set === undefined ? [] : [`${set}.zip`, "both.zip"]);
  const digest = (zip: string) =>
    createHash("sha256")
      .update(readFileSync(join(modsDir, zip)))
      .digest("hex");
  expect(zips.map(digest)).toEqual(zips.map((zip) => hashes[zip.replace(".zip", "")]));
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 1;
    return state;
  };
}

async function buildSwitcher(): Promise<string> {
  const outfile = join(root, "switch.mjs");
  const stdin = { contents: SWITCHER, resolveDir: import.meta.dirname, loader: "ts" } as const;
  await build({ stdin, bundle: true, platform: "node", format: "esm", outfile, logLevel: "error" });
  return outfile;
}

/** Switches between two sets as fast as it can, saying so once it has begun. */
const SWITCHER = `
import { join } from "node:path";
import { openStore } from "../store/blob-store.ts";
import { withLock } from "./lock.ts";
import { stateFolder } from "./state-folder.ts";
import { applySteps, recover } from "./transaction.ts";
const [root = "", hashes = "{}"] = process.argv.slice(2);
const sha256 = JSON.parse(hashes);
const modsDir = join(root, "mods");
const store = openStore({ dir: join(root, "cache") });
process.stdout.write("begun");
for (let turn = 0; ; turn++) {
  const [here, there] = turn % 2 === 0 ? ["a", "b"] : ["b", "a"];
  await withLock(stateFolder(root), { at: "2026-01-01T00:00:00Z" }, async (lock) => {
    await recover({ root, modsDir, store });
    await applySteps(
      [
        { do: "place", file: here + ".zip", sha256: sha256[here] },
        { do: "place", file: "both.zip", sha256: sha256.both },
        { do: "remove", file: there + ".zip", sha256: sha256[there] },
        { do: "write", path: join(root, "roboport.lock"), content: here },
      ],
      { root, modsDir, store, lock },
    );
  });
}
`;
