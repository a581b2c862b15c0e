import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
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
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import { openStore, type Store } from "./blob-store.ts";
import type { Digests } from "./digest.ts";
import { type Fault, faultFileSystem, Killed } from "./fault-file-system.ts";
import { type FileSystem, nodeFileSystem } from "./file-system.ts";
import { blobPath, quarantineFolder, setAsideFolder } from "./store-layout.ts";
import { pruneStore, readStoreInfo, verifyStore } from "./store-upkeep.ts";

let scratch: string;
let dir: string;
let file: string;
let store: Store;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "roboport-store-"));
  dir = join(scratch, "store");
  file = join(scratch, "some.zip");
  writeFileSync(file, "some bytes");
  store = openStore({ dir });
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

function digestsOf(bytes: string): Digests {
  const hash = (name: string) => createHash(name).update(bytes).digest("hex");
  return { sha1: hash("sha1"), sha256: hash("sha256"), size: Buffer.byteLength(bytes) };
}

const SOME = digestsOf("some bytes");

/** As a disk that rots, or a careless person, would. */
function damage(sha256: string): void {
  const path = blobPath(dir, sha256);
  chmodSync(path, 0o644);
  writeFileSync(path, "Some bytes");
}

describe("taking in", () => {
  it("[BLOB-1] makes nothing before it is used", async () => {
    expect(await store.find(SOME.sha256)).toBeUndefined();
    expect(await store.findBySha1(SOME.sha1)).toBeUndefined();
    expect(existsSync(dir)).toBe(false);
  });

  it("[BLOB-2] keeps a copy under its SHA-256, read-only, and leaves the file as it is", async () => {
    expect(await store.adopt(file)).toEqual(SOME);
    expect(readFileSync(blobPath(dir, SOME.sha256), "utf8")).toBe("some bytes");
    expect(statSync(blobPath(dir, SOME.sha256)).mode & 0o777).toBe(0o444);
    expect(readFileSync(file, "utf8")).toBe("some bytes");
    expect(readdirSync(quarantineFolder(dir))).toEqual([]);
  });

  it("[BLOB-2] copies nothing that is there already, and mends what is damaged", async () => {
    await store.adopt(file);
    const { ino } = statSync(blobPath(dir, SOME.sha256));
    await store.adopt(file);
    expect(statSync(blobPath(dir, SOME.sha256)).ino).toBe(ino);
    damage(SOME.sha256);
    await store.adopt(file);
    expect(readFileSync(blobPath(dir, SOME.sha256), "utf8")).toBe("some bytes");
  });

  it("[BLOB-3] keeps nothing of bytes that are refused", async () => {
    const refused = store.draft(async (open) => {
      await open.write(Buffer.from("half"));
      throw new Error("refused");
    });
    await expect(refused).rejects.toThrow("refused");
    expect(readdirSync(quarantineFolder(dir))).toEqual([]);
    expect((await readStoreInfo(store)).blobs).toBe(0);
  });

  it.skipIf(process.platform === "win32")("[DISK-6] refuses links and pipes without waiting for them", async () => {
    symlinkSync(file, join(scratch, "link.zip"));
    execFileSync("mkfifo", [join(scratch, "pipe.zip")]);
    mkdirSync(join(scratch, "folder.zip"));
    for (const name of ["link.zip", "pipe.zip", "folder.zip"]) {
      await expect(store.adopt(join(scratch, name)), name).rejects.toThrow(/is not a plain file/);
    }
  });

  it("[BLOB-4] finds by the portal's SHA-1 what it saw, also in another process", async () => {
    await store.adopt(file);
    expect((await openStore({ dir }).findBySha1(SOME.sha1))?.sha256).toBe(SOME.sha256);
  });

  it("[BLOB-4] skips torn and forged lines of the index and reads the others", async () => {
    const index = join(dir, "seen-v1/sha1-sha256.txt");
    mkdirSync(join(dir, "seen-v1"), { recursive: true });
    const forged = `${SOME.sha1} ${"0".repeat(64)} ${"0".repeat(16)}`;
    writeFileSync(index, `${forged}\n\n${SOME.sha1} ${SOME.sha256.slice(0, 20)}`);
    await store.adopt(file);
    appendFileSync(index, "\n0123");
    const other = openStore({ dir });
    expect((await other.findBySha1(SOME.sha1))?.sha256).toBe(SOME.sha256);
  });
});

describe("placing", () => {
  const placed = () => join(scratch, "placed.zip");

  it("[BLOB-5] copies the bytes and never shares the file", async () => {
    await store.adopt(file);
    await store.place(SOME.sha256, placed());
    expect(readFileSync(placed(), "utf8")).toBe("some bytes");
    expect(statSync(placed()).nlink).toBe(1);
    expect(statSync(placed()).mode & 0o200).toBe(0o200);
    writeFileSync(placed(), "changed in place");
    expect(readFileSync(blobPath(dir, SOME.sha256), "utf8")).toBe("some bytes");
  });

  it("[BLOB-5] shares blocks where the disk can, and proves them all the same", async () => {
    const cloning: FileSystem = {
      ...nodeFileSystem,
      clone: async (from, to) => writeFileSync(to, readFileSync(from), { mode: 0o444 }),
    };
    const reflinking = openStore({ dir, fs: cloning });
    await reflinking.adopt(file);
    await reflinking.place(SOME.sha256, placed());
    expect(statSync(placed()).mode & 0o777).toBe(0o644);
    rmSync(placed());
    damage(SOME.sha256);
    await expect(reflinking.place(SOME.sha256, placed())).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    expect(existsSync(placed())).toBe(false);
  });

  it("[BLOB-6] never places damaged bytes, sets them aside, and takes them anew", async () => {
    await store.adopt(file);
    damage(SOME.sha256);
    const failure = store.place(SOME.sha256, placed());
    await expect(failure).rejects.toMatchObject({ code: "STORE_DAMAGED", data: { state: "changed" } });
    expect(existsSync(placed())).toBe(false);
    expect(readdirSync(setAsideFolder(dir))).toHaveLength(1);
    expect(await store.find(SOME.sha256)).toBeUndefined();
    await store.adopt(file);
    await store.place(SOME.sha256, placed());
  });

  it("[BLOB-6] [DISK-2] places nothing when the disk took less than it said", async () => {
    await store.adopt(file);
    const noClone = {
      clone: () => Promise.reject(Object.assign(new Error("ENOTSUP"), { code: "ENOTSUP", errno: -95 })),
    };
    for (let n = 1; ; n++) {
      const fs = faultFileSystem({ ...nodeFileSystem, ...noClone }, n, "lie");
      const target = join(scratch, `placed-${n}`);
      const failure = await openStore({ dir, fs })
        .place(SOME.sha256, target)
        .then(() => undefined)
        .catch((error: unknown) => error);
      if (failure === undefined) expect(readFileSync(target, "utf8")).toBe("some bytes");
      else expect([isRoboportError(failure, "DISK_ERROR"), existsSync(target)]).toEqual([true, false]);
      if (!fs.hasFailed()) break;
    }
  });

  it("[BLOB-6] says that a blob is missing", async () => {
    const failure = store.place(SOME.sha256, placed());
    await expect(failure).rejects.toMatchObject({ code: "STORE_DAMAGED", data: { state: "missing" } });
  });

  it("[BLOB-5] replaces no file", async () => {
    await store.adopt(file);
    writeFileSync(placed(), "in the way");
    await expect(store.place(SOME.sha256, placed())).rejects.toMatchObject({ code: "DISK_ERROR" });
    expect(readFileSync(placed(), "utf8")).toBe("in the way");
  });
});

describe("copies made ahead", () => {
  const placed = () => join(scratch, "placed.zip");
  const quarantine = () => readdirSync(quarantineFolder(dir));
  const copyAhead = async (from: Store) => {
    await from.adopt(file);
    const blob = await from.find(SOME.sha256);
    if (blob) await from.copyAhead([blob]);
  };

  it("[BLOB-10] are what is placed, as files of their own", async () => {
    await copyAhead(store);
    const [name = ""] = quarantine();
    const { ino } = statSync(join(quarantineFolder(dir), name));
    await store.place(SOME.sha256, placed());
    expect([statSync(placed()).ino, statSync(placed()).nlink, quarantine()]).toEqual([ino, 1, []]);
    expect(readFileSync(placed(), "utf8")).toBe("some bytes");
    writeFileSync(placed(), "changed in place");
    expect(readFileSync(blobPath(dir, SOME.sha256), "utf8")).toBe("some bytes");
  });

  it("[BLOB-10] are given away once, and what nobody took is removed", async () => {
    await copyAhead(store);
    await store.place(SOME.sha256, placed());
    await store.place(SOME.sha256, join(scratch, "again.zip"));
    expect(readFileSync(join(scratch, "again.zip"), "utf8")).toBe("some bytes");
    await copyAhead(store);
    expect(quarantine()).toHaveLength(1);
    await store.dropCopies();
    expect(quarantine()).toEqual([]);
  });

  it.each([
    ["changed", (path: string) => writeFileSync(path, "Some bytes")],
    ["removed", (path: string) => rmSync(path)],
  ])("[BLOB-10] are not used when somebody has %s them", async (_, meddle) => {
    await copyAhead(store);
    for (const name of quarantine()) meddle(join(quarantineFolder(dir), name));
    await store.place(SOME.sha256, placed());
    expect([readFileSync(placed(), "utf8"), quarantine()]).toEqual(["some bytes", []]);
  });

  it("[BLOB-5] [BLOB-10] replace no file", async () => {
    await copyAhead(store);
    writeFileSync(placed(), "in the way");
    await expect(store.place(SOME.sha256, placed())).rejects.toMatchObject({ code: "DISK_ERROR" });
    expect([readFileSync(placed(), "utf8"), quarantine()]).toEqual(["in the way", []]);
  });

  it("[BLOB-10] are never made of a damaged blob", async () => {
    await store.adopt(file);
    damage(SOME.sha256);
    const blob = await store.find(SOME.sha256);
    if (blob) await store.copyAhead([blob]);
    expect(quarantine()).toEqual([]);
    await expect(store.place(SOME.sha256, placed())).rejects.toMatchObject({ code: "STORE_DAMAGED" });
  });

  it("[BLOB-10] that cannot be made or moved are made when they are placed", async () => {
    await store.adopt(file);
    const blob = await store.find(SOME.sha256);
    for (let n = 1; ; n++) {
      const fs = faultFileSystem(nodeFileSystem, n, { errno: "EIO" });
      const failing = openStore({ dir, fs });
      if (blob) await failing.copyAhead([blob]);
      const isMade = quarantine().length;
      const target = join(scratch, `placed-${n}`);
      const failure = await failing
        .place(SOME.sha256, target)
        .then(() => undefined)
        .catch((error: unknown) => error);
      if (fs.hasFailed() && isMade === 0) expect(failure).toBeUndefined();
      if (failure === undefined) expect(readFileSync(target, "utf8")).toBe("some bytes");
      else expect([isRoboportError(failure, "DISK_ERROR"), existsSync(target)]).toEqual([true, false]);
      expect(quarantine()).toEqual([]);
      if (!fs.hasFailed()) break;
    }
  });
});

describe("faults", () => {
  const faults: readonly Fault[] = ["kill", "short", { errno: "ENOSPC" }, { errno: "EIO" }, { errno: "EACCES" }];
  it.each(faults)("[BLOB-3] takes in all or nothing when any operation meets %o", async (fault) => {
    for (let n = 1; ; n++) {
      rmSync(dir, { recursive: true, force: true });
      const fs = faultFileSystem(nodeFileSystem, n, fault);
      const faulty = openStore({ dir, fs });
      const take = async () => {
        await faulty.adopt(file);
        await faulty.settle();
      };
      const failure = await take().catch((error: unknown) => error);
      if (fault !== "kill" && failure !== undefined) expect(isRoboportError(failure)).toBe(true);
      if (fault === "kill" && failure !== undefined) expect(failure).toBeInstanceOf(Killed);
      const after = openStore({ dir });
      const found = await after.find(SOME.sha256);
      if (found) expect(readFileSync(found.path, "utf8")).toBe("some bytes");
      if (failure === undefined) expect(found).toBeDefined();
      if (fault !== "kill" && existsSync(quarantineFolder(dir))) expect(readdirSync(quarantineFolder(dir))).toEqual([]);
      expect((await verifyStore(after)).damaged).toEqual([]);
      if (!fs.hasFailed()) break;
    }
  });
});

describe("upkeep", () => {
  it("[BLOB-7] sweeps what a killed process left, and leaves what one that lives is writing", async () => {
    let during: readonly string[] = [];
    const draft = await store.draft(async (open) => {
      writeFileSync(join(quarantineFolder(dir), "left~1~999999~5~other~00"), "half");
      const [own = ""] = readdirSync(quarantineFolder(dir)).filter((name) => !name.startsWith("left"));
      const dead = own.split("~").map((part, index) => (index === 2 ? "999999999" : part));
      writeFileSync(join(quarantineFolder(dir), dead.join("~")), "half");
      await store.sweep();
      during = readdirSync(quarantineFolder(dir));
      await open.write(Buffer.from("some bytes"));
      return SOME;
    });
    await store.keep([draft]);
    expect(during).toHaveLength(2);
    expect(readdirSync(quarantineFolder(dir))).toEqual(["left~1~999999~5~other~00"]);
  });

  it("[BLOB-8] verifies every blob and sets damaged ones aside", async () => {
    await store.adopt(file);
    writeFileSync(file, "other bytes");
    const other = await store.adopt(file);
    damage(SOME.sha256);
    expect(await verifyStore(store)).toEqual({ good: 1, damaged: [SOME.sha256] });
    expect(await readStoreInfo(store)).toEqual({ dir, blobs: 1, bytes: other.size, damaged: 1 });
  });

  it("[BLOB-9] prunes all but what is to be kept, and everything that is no blob", async () => {
    await store.adopt(file);
    writeFileSync(file, "other bytes");
    const other = await store.adopt(file);
    writeFileSync(join(quarantineFolder(dir), "left~1~999999~5~other~00"), "half");
    expect(await pruneStore(store, new Set([other.sha256]))).toEqual({ blobs: 1, bytes: SOME.size });
    const after = openStore({ dir });
    expect(await after.findBySha1(SOME.sha1)).toBeUndefined();
    expect((await after.findBySha1(other.sha1))?.sha256).toBe(other.sha256);
    expect(readFileSync(join(dir, "seen-v1/sha1-sha256.txt"), "utf8")).not.toContain(SOME.sha1);
    expect(readdirSync(quarantineFolder(dir))).toEqual([]);
  });
});
