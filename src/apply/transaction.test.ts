import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import { openStore } from "../store/blob-store.ts";
import { type Fault, faultFileSystem, Killed } from "../store/fault-file-system.ts";
import { type FileSystem, nodeFileSystem } from "../store/file-system.ts";
import { currentProcess } from "../store/process-identity.ts";
import { generationFile } from "./generations.ts";
import type { Lock } from "./lock.ts";
import { modsStage } from "./stage.ts";
import { applySteps, needsRecovery, type Recovery, recover, type Step } from "./transaction.ts";

let root: string;
let modsDir: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "roboport-apply-"));
  modsDir = join(root, "mods");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const lock: Lock = {
  owner: { ...currentProcess(), since: "2026-01-01T00:00:00Z", nonce: "test", answers: false },
  check: async () => {},
};

function sha256(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A set of three zips, of which the change keeps one, replaces one, removes one, and adds one. */
const BEFORE: Readonly<Record<string, string>> = {
  "mods/kept_1.0.0.zip": "kept",
  "mods/mended_1.0.0.zip": "rotten",
  "mods/old_1.0.0.zip": "old",
  "mods/foreign_1.0.0.zip": "not ours",
  "mods/mod-list.json": "list before",
  "roboport.lock": "lock before",
};
const AFTER: Readonly<Record<string, string>> = {
  "mods/kept_1.0.0.zip": "kept",
  "mods/mended_1.0.0.zip": "mended",
  "mods/new_2.0.0.zip": "new",
  "mods/foreign_1.0.0.zip": "not ours",
  "mods/mod-list.json": "list after",
  "roboport.lock": "lock after",
  "roboport.json": "manifest",
  ".roboport/generations/1.json": "generation",
};

function steps(): readonly Step[] {
  return [
    { do: "place", file: "kept_1.0.0.zip", sha256: sha256("kept") },
    { do: "place", file: "mended_1.0.0.zip", sha256: sha256("mended"), replaces: sha256("rotten") },
    { do: "place", file: "new_2.0.0.zip", sha256: sha256("new") },
    { do: "remove", file: "old_1.0.0.zip", sha256: sha256("old") },
    { do: "remove", file: "gone_1.0.0.zip" },
    { do: "write", path: join(modsDir, "mod-list.json"), content: "list after" },
    { do: "write", path: join(root, "roboport.json"), content: "manifest" },
    { do: "write", path: join(root, "roboport.lock"), content: "lock after" },
    { do: "write", path: generationFile(root, 1), content: "generation" },
  ];
}

/** Nothing in these tests pulls the plug. */
const quick: FileSystem = {
  ...nodeFileSystem,
  open: async (...args) => ({ ...(await nodeFileSystem.open(...args)), sync: async () => {} }),
};

const storeAt = (fs: FileSystem) => openStore({ dir: join(root, "cache"), fs });

async function lay(files: Readonly<Record<string, string>>): Promise<void> {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(modsDir, { recursive: true });
  for (const [path, content] of Object.entries(files)) writeFileSync(join(root, path), content);
  for (const content of ["kept", "mended", "new"]) await put(content);
}

async function put(content: string): Promise<void> {
  writeFileSync(join(root, "put"), content);
  await storeAt(quick).adopt(join(root, "put"));
  rmSync(join(root, "put"));
}

/** Every file but the store's. */
function look(): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => !path.startsWith("cache"));
  const files = paths.filter((path) => lstatSync(join(root, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

/** True for the new set, false for the old one; anything else is a broken installation. */
function isNewSet(): boolean {
  const files = look();
  const isNew = files["roboport.lock"] === "lock after";
  expect(files).toEqual(isNew ? AFTER : BEFORE);
  expect(existsSync(join(root, ".roboport/stage"))).toBe(false);
  expect(existsSync(modsStage(modsDir))).toBe(false);
  return isNew;
}

const apply = (fs: FileSystem = quick, store = storeAt(fs)) => applySteps(steps(), { root, modsDir, store, lock, fs });
const mend = (fs: FileSystem = quick): Promise<Recovery> => recover({ root, modsDir, store: storeAt(fs), fs });

describe("applySteps", () => {
  it("[TXN-1] changes all files and leaves nothing else", async () => {
    await lay(BEFORE);
    expect(await apply()).toEqual({ kept: [] });
    expect(isNewSet()).toBe(true);
    expect(await needsRecovery({ root, modsDir })).toBe(false);
  });

  it("[TXN-1] changes nothing when all is as it should be", async () => {
    await lay(BEFORE);
    await apply();
    const stamps = () =>
      Object.keys(look()).map((path) => [path, statSync(join(root, path)).mtimeMs, statSync(join(root, path)).ino]);
    const before = stamps();
    await apply();
    expect(stamps()).toEqual(before);
  });

  it("[TXN-8] keeps what is removed or replaced in the store", async () => {
    await lay(BEFORE);
    await apply();
    for (const content of ["old", "rotten"]) expect(await storeAt(quick).find(sha256(content))).toBeDefined();
  });

  it("[TXN-9] reports files that are not what they were known to be, with their bytes in the store", async () => {
    await lay({ ...BEFORE, "mods/old_1.0.0.zip": "changed by hand", "mods/new_2.0.0.zip": "built by hand" });
    const { kept } = await apply();
    expect(kept).toEqual([
      { path: join(modsDir, "new_2.0.0.zip"), sha256: sha256("built by hand") },
      { path: join(modsDir, "old_1.0.0.zip"), sha256: sha256("changed by hand") },
    ]);
    for (const file of kept) expect(await storeAt(quick).find(file.sha256)).toBeDefined();
    expect(look()).toEqual(AFTER);
  });

  it("[TXN-9] also files that change while the change is under way", async () => {
    await lay(BEFORE);
    const meddling: FileSystem = {
      ...quick,
      rename: async (from, to) => {
        if (to.endsWith("journal.json")) writeFileSync(join(modsDir, "old_1.0.0.zip"), "changed meanwhile");
        await quick.rename(from, to);
      },
    };
    const { kept } = await apply(meddling);
    expect(kept).toEqual([{ path: join(modsDir, "old_1.0.0.zip"), sha256: sha256("changed meanwhile") }]);
    expect(await storeAt(quick).find(sha256("changed meanwhile"))).toBeDefined();
    expect(look()).toEqual(AFTER);
  });

  it.skipIf(process.platform === "win32")("[TXN-9] touches no link, pipe or folder in a zip's place", async () => {
    const makers: readonly ((path: string) => void)[] = [
      (path) => symlinkSync("foreign_1.0.0.zip", path),
      (path) => execFileSync("mkfifo", [path]),
      (path) => mkdirSync(path),
    ];
    for (const make of makers) {
      for (const name of ["old_1.0.0.zip", "new_2.0.0.zip", "mod-list.json"]) {
        await lay(BEFORE);
        rmSync(join(modsDir, name), { force: true });
        make(join(modsDir, name));
        const before = look();
        await expect(apply()).rejects.toMatchObject({ code: "APPLY_FAILED", data: { undone: true } });
        expect(look()).toEqual(before);
        expect(lstatSync(join(modsDir, name)).isFile()).toBe(false);
      }
    }
  });

  it("[TXN-2] changes nothing when a blob is damaged", async () => {
    await lay(BEFORE);
    const store = storeAt(quick);
    const blob = await store.find(sha256("new"));
    rmSync(blob?.path ?? "");
    await expect(apply(quick, store)).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    expect(isNewSet()).toBe(false);
  });

  it("[TXN-2] changes nothing when the lock was broken meanwhile", async () => {
    await lay(BEFORE);
    const broken: Lock = { ...lock, check: () => Promise.reject(new Error("broken")) };
    const options = { root, modsDir, store: storeAt(quick), lock: broken, fs: quick };
    await expect(applySteps(steps(), options)).rejects.toThrow("broken");
    expect(isNewSet()).toBe(false);
  });

  it("[TXN-1] writes no file outside the installation", async () => {
    await lay(BEFORE);
    const options = { root, modsDir, store: storeAt(quick), lock, fs: quick };
    for (const step of [
      { do: "remove", file: "../roboport.lock" },
      { do: "write", path: join(root, "../x"), content: "" },
    ] as const) {
      await expect(applySteps([step], options)).rejects.toThrow("Not a file of ours");
    }
    expect(isNewSet()).toBe(false);
  });

  it("[TXN-10] keeps the mode of a file it writes again", async () => {
    await lay(BEFORE);
    execFileSync("chmod", ["640", join(modsDir, "mod-list.json")]);
    await apply();
    expect(statSync(join(modsDir, "mod-list.json")).mode & 0o777).toBe(0o640);
  });

  it.skipIf(process.geteuid?.() !== 0)("[TXN-10] gives new files to the owner of their folder", async () => {
    await lay(BEFORE);
    execFileSync("chown", ["845:846", modsDir]);
    execFileSync("chown", ["900:901", join(root, "roboport.lock")]);
    await apply();
    const owner = (path: string) => [statSync(join(root, path)).uid, statSync(join(root, path)).gid];
    expect(owner("mods/new_2.0.0.zip")).toEqual([845, 846]);
    expect(owner("roboport.lock")).toEqual([900, 901]);
    expect(owner("roboport.json")).toEqual([0, 0]);
  });

  it("[TXN-7] has a stage in the mods folder when that is another mount", async () => {
    await lay(BEFORE);
    const stages = new Set<string>();
    const mounted: FileSystem = {
      ...quick,
      rename: async (from, to) => {
        const isIn = (path: string) => path.startsWith(`${modsDir}/`);
        if (isIn(from) !== isIn(to))
          throw Object.assign(new Error("EXDEV: other device"), { code: "EXDEV", errno: -18 });
        if (from.endsWith(".new")) stages.add(from.slice(root.length + 1, from.lastIndexOf("/")));
        await quick.rename(from, to);
      },
    };
    await apply(mounted);
    expect([...stages].sort()).toEqual([".roboport/stage", "mods/.roboport-stage"]);
    expect(isNewSet()).toBe(true);
  });
});

const FAULTS: readonly Fault[] = [
  "short",
  ...["ENOSPC", "EIO", "EACCES", "EROFS", "EMFILE"].map((errno) => ({ errno })),
];

describe("faults at every operation", () => {
  it.each(FAULTS)("[TXN-2] [TXN-5] leaves the old set when an operation meets %o", async (fault) => {
    for (let n = 1; ; n++) {
      await lay(BEFORE);
      const fs = faultFileSystem(quick, n, fault);
      const failure = await apply(fs).catch((error: unknown) => error);
      if (isRoboportError(failure)) {
        expect(["DISK_FULL", "PERMISSION", "APPLY_FAILED"], `operation ${n}`).toContain(failure.code);
        const undone = failure.data?.["undone"] !== false;
        await mend();
        expect([isNewSet(), undone], `operation ${n}`).not.toEqual([true, true]);
      } else {
        await mend();
        expect(isNewSet(), `operation ${n}`).toBe(true);
      }
      if (!fs.hasFailed()) break;
    }
  });

  it("[TXN-3] [TXN-4] recovers the old or the new set after a kill at any operation", async () => {
    const outcomes = new Set<string>();
    for (let n = 1; ; n++) {
      await lay(BEFORE);
      const fs = faultFileSystem(quick, n, "kill");
      const failure = await apply(fs).catch((error: unknown) => error);
      if (fs.hasFailed()) expect(failure).toBeInstanceOf(Killed);
      const isLeft = await needsRecovery({ root, modsDir });
      const { outcome } = await mend();
      expect(outcome !== "nothing", `operation ${n}`).toBe(isLeft);
      outcomes.add(`${outcome} ${isNewSet()}`);
      expect(await needsRecovery({ root, modsDir })).toBe(false);
      if (!fs.hasFailed()) break;
    }
    expect([...outcomes].sort()).toEqual([
      "finished true",
      "nothing false",
      "nothing true",
      "undone false",
      "undone true",
    ]);
  });

  it("[TXN-4] recovers also when the recovery is killed at any operation", async () => {
    for (const n of await killsThatSeal()) {
      for (let m = 1; ; m++) {
        await lay(BEFORE);
        await apply(faultFileSystem(quick, n, "kill")).catch(() => {});
        const fs = faultFileSystem(quick, m, "kill");
        await mend(fs).catch(() => {});
        await mend();
        expect(isNewSet(), `kills at ${n} and ${m}`).toBe(true);
        if (!fs.hasFailed()) break;
      }
    }
  });

  it("[TXN-5] takes a change back that cannot be finished, also when that is killed at any operation", async () => {
    const stuck = (base: FileSystem): FileSystem => ({
      ...base,
      rename: (from, to) =>
        to.endsWith("roboport.lock") && from.endsWith(".new")
          ? Promise.reject(Object.assign(new Error("EBUSY: busy"), { code: "EBUSY", errno: -16 }))
          : base.rename(from, to),
    });
    await lay(BEFORE);
    await expect(apply(stuck(quick))).rejects.toMatchObject({
      code: "APPLY_FAILED",
      data: { undone: true, errno: "EBUSY" },
    });
    expect(isNewSet()).toBe(false);
    for (let n = 1; ; n++) {
      await lay(BEFORE);
      const fs = faultFileSystem(quick, n, "kill");
      await apply(stuck(fs)).catch(() => {});
      await mend(stuck(quick)).catch((error: unknown) => expect(error).toMatchObject({ code: "APPLY_FAILED" }));
      expect(isNewSet(), `operation ${n}`).toBe(false);
      if (!fs.hasFailed()) break;
    }
  });

  /** Operations at which a kill leaves a sealed journal. */
  async function killsThatSeal(): Promise<readonly number[]> {
    const kills: number[] = [];
    for (let n = 1; ; n++) {
      await lay(BEFORE);
      const fs = faultFileSystem(quick, n, "kill");
      await apply(fs).catch(() => {});
      if (!fs.hasFailed()) return kills.filter((_, index) => index % 3 === 0);
      if (existsSync(join(root, ".roboport/journal.json"))) kills.push(n);
    }
  }
});

describe("recover", () => {
  async function interrupt(): Promise<void> {
    await lay(BEFORE);
    const dying: FileSystem = {
      ...quick,
      rename: (from, to) => (to.endsWith("roboport.json") ? Promise.reject(new Killed()) : quick.rename(from, to)),
    };
    await apply(dying).catch(() => {});
    expect(existsSync(join(root, ".roboport/journal.json"))).toBe(true);
  }

  it("[TXN-6] refuses a damaged journal and changes nothing", async () => {
    await interrupt();
    const path = join(root, ".roboport/journal.json");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace("old_1.0.0", "foreign_1.0.0"));
    const before = look();
    await expect(mend()).rejects.toMatchObject({ code: "STATE_SHAPE", data: { path } });
    expect(look()).toEqual(before);
  });

  it("[TXN-3] finishes in a folder that was moved meanwhile", async () => {
    await interrupt();
    const moved = `${root}-moved`;
    renameSync(root, moved);
    try {
      const store = openStore({ dir: join(moved, "cache"), fs: quick });
      const result = await recover({ root: moved, modsDir: join(moved, "mods"), store, fs: quick });
      expect(result.outcome).toBe("finished");
    } finally {
      renameSync(moved, root);
    }
    expect(isNewSet()).toBe(true);
  });

  it("[TXN-9] keeps what somebody put in a zip's place meanwhile", async () => {
    await lay(BEFORE);
    let isDead = false;
    const dying: FileSystem = {
      ...quick,
      rename: (from, to) => {
        isDead ||= from.endsWith(".new");
        return isDead ? Promise.reject(new Killed()) : quick.rename(from, to);
      },
    };
    await apply(dying).catch(() => {});
    for (const name of ["new_2.0.0.zip", "old_1.0.0.zip"]) writeFileSync(join(modsDir, name), `${name} by hand`);
    utimesSync(join(modsDir, "old_1.0.0.zip"), 1, 1);
    const { outcome, kept } = await mend();
    expect(outcome).toBe("finished");
    expect(kept.map((file) => file.sha256).sort()).toEqual(
      ["new_2.0.0.zip by hand", "old_1.0.0.zip by hand"].map(sha256).sort(),
    );
    expect(look()).toEqual(AFTER);
  });

  it("[TXN-3] does nothing where nothing was begun, not even a folder", async () => {
    await lay(BEFORE);
    expect(await needsRecovery({ root, modsDir })).toBe(false);
    expect(await mend()).toEqual({ outcome: "nothing", kept: [] });
    expect(existsSync(join(root, ".roboport"))).toBe(false);
  });
});

describe("kill -9", () => {
  const KILLS = 60;
  it(`[TXN-3] leaves the old or the new set ${KILLS} times at random instants`, { timeout: 120_000 }, async () => {
    const script = join(root, "switch.mjs");
    await build({
      stdin: { contents: SWITCH, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: script,
      logLevel: "error",
    });
    mkdirSync(modsDir);
    const store = storeAt(nodeFileSystem);
    for (const name of ["a", "b", "both"]) {
      writeFileSync(join(root, "put"), name.repeat(50_000));
      await store.adopt(join(root, "put"));
    }
    rmSync(join(root, "put"));
    const hashes = Object.fromEntries(["a", "b", "both"].map((name) => [name, sha256(name.repeat(50_000))]));
    let random = 20261122;
    const seen = new Set<string>();
    for (let round = 0; round < KILLS; round++) {
      const child = spawn(process.execPath, [script, root, JSON.stringify(hashes)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      random = (random * 1103515245 + 12345) % 2 ** 31;
      await new Promise((resolve) => setTimeout(resolve, random % 60));
      child.kill("SIGKILL");
      await once(child, "exit");
      const { outcome } = await recover({ root, modsDir, store });
      seen.add(outcome);
      expect(await needsRecovery({ root, modsDir })).toBe(false);
      const set = existsSync(join(root, "roboport.lock")) ? readFileSync(join(root, "roboport.lock"), "utf8") : "";
      const zips = readdirSync(modsDir).sort();
      const legal: Readonly<Record<string, readonly string[]>> = {
        "": [],
        a: ["a.zip", "both.zip"],
        b: ["b.zip", "both.zip"],
      };
      expect(zips, `round ${round}`).toEqual(legal[set]);
      for (const zip of zips) {
        expect(sha256(readFileSync(join(modsDir, zip), "utf8"))).toBe(hashes[zip.replace(".zip", "")]);
      }
    }
    expect(seen.size).toBeGreaterThan(1);
  });
});

/** Switches between two sets as fast as it can, saying so once it has begun. */
const SWITCH = `
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
