import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import { createFile, writeWhole } from "../store/atomic-file.ts";
import { openStore } from "../store/blob-store.ts";
import { crashFileSystem } from "../store/crash-file-system.ts";
import { type Fault, faultFileSystem, Killed } from "../store/fault-file-system.ts";
import { type FileSystem, unlessErrno } from "../store/file-system.ts";
import { type MemoryFileSystem, memoryFileSystem } from "../store/memory-file-system.ts";
import { makeFolder } from "../store/ownership.ts";
import { currentProcess } from "../store/process-identity.ts";
import { generationFile } from "./generations.ts";
import type { Lock } from "./lock.ts";
import { applySteps, needsRecovery, type Recovery, recover, type Step } from "./transaction.ts";

const root = "/factorio";
const modsDir = "/factorio/mods";
const cache = "/cache";

const lock: Lock = {
  owner: { ...currentProcess(), since: "2026-01-01T00:00:00Z", nonce: "test", answers: false },
  check: async () => {},
};

function sha256(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A set of which the change keeps one zip, replaces one, removes one, and adds one. */
const BEFORE: Readonly<Record<string, string>> = {
  "mods/": "",
  "mods/kept_1.0.0.zip": "kept",
  "mods/mended_1.0.0.zip": "rotten",
  "mods/old_1.0.0.zip": "old",
  "mods/foreign_1.0.0.zip": "not ours",
  "mods/mod-list.json": "list before",
  "roboport.lock": "lock before",
};
const AFTER: Readonly<Record<string, string>> = {
  "mods/": "",
  "mods/kept_1.0.0.zip": "kept",
  "mods/mended_1.0.0.zip": "mended",
  "mods/new_2.0.0.zip": "new",
  "mods/foreign_1.0.0.zip": "not ours",
  "mods/mod-list.json": "list after",
  "roboport.lock": "lock after",
  "roboport.json": "manifest",
  ".roboport/generations/1.json": "generation",
};
const STEPS: readonly Step[] = [
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

let disk: MemoryFileSystem;
beforeEach(() => lay());

async function lay(files: Readonly<Record<string, string>> = BEFORE): Promise<void> {
  disk = memoryFileSystem();
  for (const [path, content] of Object.entries(files)) await put(join(root, path), content);
  for (const content of ["kept", "mended", "new"]) {
    await put("/put", content);
    await openStore({ dir: cache, fs: disk }).adopt("/put");
  }
}

/** Write a file as anybody would; a path that ends in `/` is a folder. */
async function put(path: string, content: string): Promise<void> {
  await makeFolder(disk, path.endsWith("/") ? path : dirname(path));
  if (path.endsWith("/")) return;
  await unlessErrno(["ENOENT"], disk.unlink(path));
  await createFile(path, { fs: disk }, (file) => writeWhole(file, content));
}

/** What lies in the installation's folder, of our state only the files. */
function look(): Record<string, string> {
  const all = Object.entries(disk.dump()).filter(([path]) => path.startsWith(`${root}/`));
  const shown = all.map(([path, text]) => [path.slice(root.length + 1), text] as const);
  return Object.fromEntries(shown.filter(([path]) => !["", ".roboport/", ".roboport/generations/"].includes(path)));
}

/** True for the new set, false for the old one; anything else, leftovers too, is a broken installation. */
function isNewSet(): boolean {
  const files = look();
  const isNew = files["roboport.lock"] === "lock after";
  expect(files).toEqual(isNew ? AFTER : BEFORE);
  return isNew;
}

const options = (fs: FileSystem) => ({ root, modsDir, store: openStore({ dir: cache, fs }), fs });
const apply = (fs: FileSystem = disk) => applySteps(STEPS, { ...options(fs), lock });
const mend = (fs: FileSystem = disk): Promise<Recovery> => recover(options(fs));
const isKept = async (content: string) => (await options(disk).store.find(sha256(content))) !== undefined;
const isLeft = () => needsRecovery({ root, modsDir, fs: disk });
const failing = (code: string) => Object.assign(new Error(`${code}: injected`), { code, errno: -1 });

describe("applySteps", () => {
  it("[TXN-1] changes all files and leaves nothing else", async () => {
    expect(await apply()).toEqual({ kept: [] });
    expect(isNewSet()).toBe(true);
    expect(await isLeft()).toBe(false);
  });

  it("[TXN-1] changes nothing when all is as it should be", async () => {
    await apply();
    const inodes = () => Promise.all(Object.keys(AFTER).map(async (path) => (await disk.stat(join(root, path))).ino));
    const before = await inodes();
    await apply();
    expect(await inodes()).toEqual(before);
  });

  it("[TXN-1] writes no file outside the installation", async () => {
    const steps: readonly Step[] = [
      { do: "remove", file: "../roboport.lock" },
      { do: "write", path: "/elsewhere", content: "" },
    ];
    for (const step of steps) {
      await expect(applySteps([step], { ...options(disk), lock })).rejects.toThrow("Not a file of ours");
    }
    expect(isNewSet()).toBe(false);
  });

  it("[TXN-2] changes nothing when a blob is missing", async () => {
    await disk.unlink((await options(disk).store.find(sha256("new")))?.path ?? "");
    await expect(apply()).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    expect(isNewSet()).toBe(false);
  });

  it("[TXN-2] changes nothing when the lock was broken meanwhile", async () => {
    const broken: Lock = { ...lock, check: () => Promise.reject(new Error("broken")) };
    await expect(applySteps(STEPS, { ...options(disk), lock: broken })).rejects.toThrow("broken");
    expect(isNewSet()).toBe(false);
  });

  it("[TXN-7] has a stage in the mods folder when that is another mount", async () => {
    const stages = new Set<string>();
    const mounted: FileSystem = {
      ...disk,
      rename: async (from, to) => {
        const isInMods = (path: string) => path.startsWith(`${modsDir}/`);
        if (isInMods(from) !== isInMods(to)) throw failing("EXDEV");
        if (from.endsWith(".new")) stages.add(dirname(from));
        await disk.rename(from, to);
      },
    };
    await apply(mounted);
    expect([...stages].sort()).toEqual([`${root}/.roboport/stage`, `${modsDir}/.roboport-stage`]);
    expect(isNewSet()).toBe(true);
  });

  it("[TXN-8] keeps what is removed or replaced in the store", async () => {
    await apply();
    expect([await isKept("old"), await isKept("rotten")]).toEqual([true, true]);
  });

  it("[TXN-9] reports files that are not what they were known to be, with their bytes in the store", async () => {
    await lay({ ...BEFORE, "mods/old_1.0.0.zip": "changed by hand", "mods/new_2.0.0.zip": "built by hand" });
    const { kept } = await apply();
    expect(kept).toEqual([
      { path: join(modsDir, "new_2.0.0.zip"), sha256: sha256("built by hand") },
      { path: join(modsDir, "old_1.0.0.zip"), sha256: sha256("changed by hand") },
    ]);
    expect([await isKept("changed by hand"), await isKept("built by hand")]).toEqual([true, true]);
    expect(isNewSet()).toBe(true);
  });

  it("[TXN-9] also files that change while the change is under way", async () => {
    const meddling: FileSystem = {
      ...disk,
      rename: async (from, to) => {
        if (to.endsWith("journal.json")) await put(join(modsDir, "old_1.0.0.zip"), "changed meanwhile");
        await disk.rename(from, to);
      },
    };
    const { kept } = await apply(meddling);
    expect(kept).toEqual([{ path: join(modsDir, "old_1.0.0.zip"), sha256: sha256("changed meanwhile") }]);
    expect(await isKept("changed meanwhile")).toBe(true);
    expect(isNewSet()).toBe(true);
  });
});

const FAULTS: readonly Fault[] = ["short", ...["ENOSPC", "EIO", "EACCES"].map((errno) => ({ errno }))];

describe("faults at every operation", () => {
  it.each(FAULTS)("[TXN-2] [TXN-5] leaves the old set when an operation meets %o", async (fault) => {
    for (let n = 1; ; n++) {
      await lay();
      const fs = faultFileSystem(disk, n, fault);
      const failure = await apply(fs).catch((error: unknown) => error);
      const isTaken = isRoboportError(failure) && failure.data?.["undone"] !== false;
      if (isRoboportError(failure)) expect(["DISK_FULL", "PERMISSION", "APPLY_FAILED"]).toContain(failure.code);
      await mend();
      const isNew = isNewSet();
      if (isTaken) expect(isNew, `operation ${n}`).toBe(false);
      if (!isRoboportError(failure)) expect(isNew, `operation ${n}`).toBe(true);
      if (!fs.hasFailed()) break;
    }
  });

  it("[TXN-3] [TXN-4] recovers the old or the new set after a kill at any operation", async () => {
    const outcomes = new Set<string>();
    for (let n = 1; ; n++) {
      await lay();
      const fs = faultFileSystem(disk, n, "kill");
      const failure = await apply(fs).catch((error: unknown) => error);
      if (fs.hasFailed()) expect(failure).toBeInstanceOf(Killed);
      const wasLeft = await isLeft();
      const { outcome } = await mend();
      outcomes.add(`${outcome}: ${isNewSet() ? "new" : "old"}`);
      expect([wasLeft, await isLeft()], `operation ${n}`).toEqual([outcome !== "nothing", false]);
      if (!fs.hasFailed()) break;
    }
    expect([...outcomes].sort()).toEqual([
      "finished: new",
      "nothing: new",
      "nothing: old",
      "tidied: new",
      "tidied: old",
    ]);
  });

  it("[TXN-4] recovers also when the recovery is killed at any operation", async () => {
    for (let n = 1; ; n += 7) {
      await lay();
      const first = faultFileSystem(disk, n, "kill");
      await apply(first).catch(() => {});
      if (!first.hasFailed()) break;
      for (let m = 1; ; m++) {
        await lay();
        await apply(faultFileSystem(disk, n, "kill")).catch(() => {});
        const second = faultFileSystem(disk, m, "kill");
        await mend(second).catch(() => {});
        await mend();
        isNewSet();
        if (!second.hasFailed()) break;
      }
    }
  });

  it("[TXN-5] takes a change back that cannot be finished, also when that is killed at any operation", async () => {
    const stuck = (base: FileSystem): FileSystem => ({
      ...base,
      rename: (from, to) =>
        from.endsWith(".new") && to.endsWith("roboport.lock")
          ? Promise.reject(failing("EBUSY"))
          : base.rename(from, to),
    });
    const taken = { code: "APPLY_FAILED", data: { undone: true, errno: "EBUSY" } };
    await expect(apply(stuck(disk))).rejects.toMatchObject(taken);
    expect(isNewSet()).toBe(false);
    for (let n = 1; ; n++) {
      await lay();
      const fs = faultFileSystem(disk, n, "kill");
      await apply(stuck(fs)).catch(() => {});
      await mend(stuck(disk)).catch((error: unknown) => expect(error).toMatchObject(taken));
      expect(isNewSet(), `operation ${n}`).toBe(false);
      if (!fs.hasFailed()) break;
    }
  });
});

describe("a seal that fails", () => {
  /** The journal gets its name; synchronising its folder does not work from then on. */
  function unsyncedSeal(base: FileSystem, { lasting }: { readonly lasting: boolean }): FileSystem {
    let failures = 0;
    let isSealed = false;
    return {
      ...base,
      rename: async (from, to) => {
        await base.rename(from, to);
        isSealed ||= to.endsWith("journal.json");
      },
      open: async (path, flags, mode) => {
        const file = await base.open(path, flags, mode);
        const isFaulty = () => isSealed && path.endsWith(".roboport") && (lasting || failures++ === 0);
        return { ...file, sync: () => (isFaulty() ? Promise.reject(failing("EIO")) : file.sync()) };
      },
    };
  }

  it("[TXN-11] is gone for good before what it would need goes", async () => {
    const crashing = crashFileSystem(disk.image());
    disk = crashing;
    const refused = { code: "APPLY_FAILED", data: { undone: true } };
    await expect(apply(unsyncedSeal(crashing, { lasting: false }))).rejects.toMatchObject(refused);
    for (let at = 0; at <= crashing.events.length; at++) {
      for (const image of crashing.crashes(at)) {
        disk = memoryFileSystem({ image });
        await mend();
        isNewSet();
      }
    }
  });

  it("[TXN-11] is left to the next recovery where that cannot be had", async () => {
    const open = { code: "APPLY_FAILED", data: { undone: false } };
    await expect(apply(unsyncedSeal(disk, { lasting: true }))).rejects.toMatchObject(open);
    expect(await isLeft()).toBe(true);
    expect((await mend()).outcome).toBe("tidied");
    expect(isNewSet()).toBe(false);
  });
});

describe("recover", () => {
  const JOURNAL = `${root}/.roboport/journal.json`;

  /** Die after the seal, before the first rename. */
  async function interrupt(): Promise<void> {
    let isDead = false;
    const dying: FileSystem = {
      ...disk,
      rename: (from, to) => {
        isDead ||= from.endsWith(".new");
        return isDead ? Promise.reject(new Killed()) : disk.rename(from, to);
      },
    };
    const deadly: FileSystem = {
      ...dying,
      unlink: (path) => (isDead ? Promise.reject(new Killed()) : disk.unlink(path)),
    };
    await expect(apply(deadly)).rejects.toBeInstanceOf(Killed);
    expect(disk.dump()).toHaveProperty([JOURNAL]);
  }

  it("[TXN-6] refuses a damaged journal and changes nothing", async () => {
    await interrupt();
    await put(JOURNAL, (disk.dump()[JOURNAL] ?? "").replace("old_1.0.0", "foreign_1.0.0"));
    const before = look();
    await expect(mend()).rejects.toMatchObject({ code: "STATE_SHAPE", data: { path: JOURNAL } });
    expect(look()).toEqual(before);
  });

  it("[TXN-3] finishes in a folder that was moved meanwhile", async () => {
    await interrupt();
    await disk.rename(root, "/moved");
    const moved = { ...options(disk), root: "/moved", modsDir: "/moved/mods" };
    expect((await recover(moved)).outcome).toBe("finished");
    await disk.rename("/moved", root);
    expect(isNewSet()).toBe(true);
  });

  it("[TXN-9] keeps what somebody put in a zip's place meanwhile", async () => {
    await interrupt();
    for (const name of ["new_2.0.0.zip", "old_1.0.0.zip"]) await put(join(modsDir, name), `${name} by hand`);
    const { outcome, kept } = await mend();
    expect([outcome, kept.map((file) => file.sha256)]).toEqual([
      "finished",
      ["new_2.0.0.zip by hand", "old_1.0.0.zip by hand"].map(sha256),
    ]);
    expect(isNewSet()).toBe(true);
  });

  it("[TXN-3] does nothing where nothing was begun, not even a folder", async () => {
    expect(await isLeft()).toBe(false);
    expect(await mend()).toEqual({ outcome: "nothing", kept: [] });
    expect(disk.dump()).not.toHaveProperty([`${root}/.roboport/`]);
  });
});
