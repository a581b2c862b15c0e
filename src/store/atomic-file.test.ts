import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRoboportError } from "../errors.ts";
import { writeAtomic } from "./atomic-file.ts";
import { type Fault, faultFileSystem, Killed } from "./fault-file-system.ts";
import { type FileSystem, nodeFileSystem, syncFolder } from "./file-system.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "roboport-atomic-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const OLD = "the old text";
const NEW = "the new text, which is longer than the old one";

describe("writeAtomic", () => {
  it("[DISK-1] replaces a file and leaves nothing beside it", async () => {
    const path = join(dir, "mod-list.json");
    writeFileSync(path, OLD);
    await writeAtomic(path, NEW);
    expect(readFileSync(path, "utf8")).toBe(NEW);
    expect(readdirSync(dir)).toEqual(["mod-list.json"]);
    expect(statSync(path).mode & 0o777 & ~0o644).toBe(0);
  });

  const faults: readonly Fault[] = [
    "kill",
    "short",
    ...["ENOSPC", "EIO", "EACCES", "EROFS"].map((errno) => ({ errno })),
  ];
  it.each(faults)("[DISK-1] keeps the old or the new bytes when any operation meets %o", async (fault) => {
    const path = join(dir, "mod-list.json");
    for (let n = 1; ; n++) {
      writeFileSync(path, OLD);
      const fs = faultFileSystem(nodeFileSystem, n, fault);
      const failure = await writeAtomic(path, NEW, { fs }).catch((error: unknown) => error);
      const text = readFileSync(path, "utf8");
      expect([OLD, NEW]).toContain(text);
      if (failure === undefined) expect(text).toBe(NEW);
      else if (fault !== "kill") expect(isRoboportError(failure)).toBe(true);
      else expect(failure).toBeInstanceOf(Killed);
      if (fault !== "kill") expect(readdirSync(dir)).toEqual(["mod-list.json"]);
      for (const name of readdirSync(dir)) if (name !== "mod-list.json") rmSync(join(dir, name));
      if (!fs.hasFailed()) break;
    }
  });

  it("[DISK-2] brings bytes to the disk before the name, and the name before it returns", async () => {
    const calls: string[] = [];
    await writeAtomic(join(dir, "a"), NEW, { fs: tracing(calls) });
    expect(calls.filter((call) => ["write", "sync", "rename"].includes(call))).toEqual([
      "write",
      "sync",
      "rename",
      "sync",
    ]);
  });

  it("[DISK-2] notices a file that did not grow to the size written", async () => {
    const lying: FileSystem = {
      ...nodeFileSystem,
      open: async (...args) => {
        const file = await nodeFileSystem.open(...args);
        return { ...file, write: async (bytes) => bytes.byteLength };
      },
    };
    const failure = await writeAtomic(join(dir, "a"), NEW, { fs: lying }).catch((error: unknown) => error);
    expect(isRoboportError(failure, "DISK_ERROR")).toBe(true);
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe("syncFolder", () => {
  it.each(["EINVAL", "ENOTSUP"])("[DISK-3] takes %s for a file system that cannot", async (code) => {
    await syncFolder(failingSync(code), dir);
  });

  it("[DISK-3] believes no disk that answers EIO", async () => {
    await expect(syncFolder(failingSync("EIO"), dir)).rejects.toThrow("EIO");
  });
});

function tracing(calls: string[]): FileSystem {
  return {
    ...nodeFileSystem,
    rename: (from, to) => {
      calls.push("rename");
      return nodeFileSystem.rename(from, to);
    },
    open: async (...args) => {
      const file = await nodeFileSystem.open(...args);
      return {
        ...file,
        write: (bytes) => (calls.push("write"), file.write(bytes)),
        sync: () => (calls.push("sync"), file.sync()),
      };
    },
  };
}

function failingSync(code: string): FileSystem {
  return {
    ...nodeFileSystem,
    open: async (...args) => ({
      ...(await nodeFileSystem.open(...args)),
      sync: () => Promise.reject(Object.assign(new Error(code), { code, errno: -1 })),
    }),
  };
}
