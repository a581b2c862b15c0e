import { chmodSync, mkdtempSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeAtomic } from "./atomic-file.ts";
import { openStore } from "./blob-store.ts";
import { diskError, quoteForShell } from "./disk-error.ts";
import { type FileSystem, nodeFileSystem } from "./file-system.ts";
import { findOwner, makeFolder, requireWritable } from "./ownership.ts";
import { currentProcess, isRunning } from "./process-identity.ts";

const isRoot = process.geteuid?.() === 0;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "roboport owner-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe.skipIf(!isRoot)("files made by root", () => {
  const give = (uid: number, gid: number) => nodeFileSystem.chown(dir, uid, gid);
  const ownerOf = (path: string) => [statSync(path).uid, statSync(path).gid];

  it("[OWN-1] belong to the owner and group of their folder", async () => {
    await give(845, 846);
    await writeAtomic(join(dir, "a"), "text");
    expect(ownerOf(join(dir, "a"))).toEqual([845, 846]);
  });

  it("[OWN-1] belong to PUID and PGID when they are given", async () => {
    await give(845, 846);
    await writeAtomic(join(dir, "a"), "text", { owner: { puid: 1000, pgid: 1001 } });
    await writeAtomic(join(dir, "b"), "text", { owner: { pgid: 1001 } });
    expect([ownerOf(join(dir, "a")), ownerOf(join(dir, "b"))]).toEqual([
      [1000, 1001],
      [845, 1001],
    ]);
  });

  it("[OWN-2] and folders likewise, with all that is made on the way", async () => {
    await give(845, 846);
    await makeFolder(nodeFileSystem, join(dir, "a/b/c"));
    expect([ownerOf(join(dir, "a")), ownerOf(join(dir, "a/b/c"))]).toEqual([
      [845, 846],
      [845, 846],
    ]);
  });

  it("[OWN-1] so do zips that are placed, whoever owns the store", async () => {
    writeFileSync(join(dir, "x.zip"), "bytes");
    const store = openStore({ dir: join(dir, "store") });
    const { sha256 } = await store.adopt(join(dir, "x.zip"));
    mkdirSync(join(dir, "mods"));
    await nodeFileSystem.chown(join(dir, "mods"), 845, 846);
    await store.place(sha256, join(dir, "mods/y.zip"));
    expect(ownerOf(join(dir, "mods/y.zip"))).toEqual([845, 846]);
  });
});

describe("permission", () => {
  it.skipIf(isRoot)("[OWN-1] gives nothing away unless it is root", async () => {
    expect(await findOwner(nodeFileSystem, dir)).toBeUndefined();
  });

  it.skipIf(isRoot)("[OWN-3] asks before anything is begun", async () => {
    chmodSync(dir, 0o500);
    await expect(requireWritable(nodeFileSystem, dir)).rejects.toMatchObject({ code: "PERMISSION" });
    chmodSync(dir, 0o700);
  });

  it("[OWN-3] accepts a folder that can be written, and refuses one that is not there", async () => {
    await requireWritable(nodeFileSystem, dir);
    await expect(requireWritable(nodeFileSystem, join(dir, "none"))).rejects.toMatchObject({ code: "DISK_ERROR" });
  });

  const failing = (errno: string) =>
    Object.assign(new Error(`${errno}: said the system, open 'x'`), { code: errno, errno: -1 });
  const as = (uid: number): FileSystem => ({
    ...nodeFileSystem,
    stat: async (path) => Object.assign(await nodeFileSystem.stat(path), { uid }),
  });
  const hintFor = async (errno: string, fs: FileSystem) => {
    const error = await diskError(failing(errno), { message: "Cannot write it", folder: dir, fs });
    return error instanceof Error && "hint" in error ? error.hint : undefined;
  };

  it("[DISK-5] names the command that mends it", async () => {
    const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
    const quoted = `'${dir}'`;
    expect(await hintFor("EPERM", as(uid ?? 0))).toBe(`Run: sudo chattr -R -i ${quoted}`);
    expect(await hintFor("EACCES", as(uid ?? 0))).toBe(`Run: chmod -R u+rwX ${quoted}`);
    expect(await hintFor("EROFS", nodeFileSystem)).toMatch(/^Run: sudo mount -o remount,rw \//);
    if (!isRoot) expect(await hintFor("EACCES", as(4711))).toBe(`Run: sudo chown -R ${uid}:${gid} ${quoted}`);
  });

  it("[DISK-4] maps what the system says to space, permission and the rest, and leaves other errors alone", async () => {
    const codes = ["ENOSPC", "EDQUOT", "EFBIG", "EACCES", "EPERM", "EROFS", "EIO", "EMFILE", "ENOTDIR"];
    const errors = await Promise.all(
      codes.map((errno) => diskError(failing(errno), { message: "Cannot write it", folder: dir })),
    );
    expect(errors.map((error) => error instanceof Error && "code" in error && error.code)).toEqual([
      ...Array(3).fill("DISK_FULL"),
      ...Array(3).fill("PERMISSION"),
      ...Array(3).fill("DISK_ERROR"),
    ]);
    const bug = new TypeError("a bug");
    expect(await diskError(bug, { message: "Cannot write it", folder: dir })).toBe(bug);
  });

  it("[DISK-5] says of a file that is a mount point what to mount instead", async () => {
    const mounted = "/srv/roboport.lock";
    const busy = Object.assign(failing("EBUSY"), { syscall: "rename", path: "/srv/new", dest: mounted });
    const other = Object.assign(failing("EXDEV"), { syscall: "link", path: mounted, dest: "/srv/old" });
    for (const each of [busy, other]) {
      const error = await diskError(each, { message: "Cannot write it", folder: dir });
      expect(error).toMatchObject({ hint: "Mount the folder that /srv/roboport.lock lies in, not the file alone." });
    }
  });

  it("[DISK-5] quotes paths for the shell", () => {
    expect([quoteForShell("/srv/mods"), quoteForShell("/it's/here too")]).toEqual([
      "/srv/mods",
      "'/it'\\''s/here too'",
    ]);
  });
});

describe("processes", () => {
  it("[OWN-4] knows itself, and a number that another process has now", () => {
    const self = currentProcess();
    expect(isRunning(self)).toBe(true);
    if (self.started !== "") expect(isRunning({ ...self, started: "1" })).toBe(false);
    expect(isRunning({ ...self, pid: 999_999_999 })).toBe(false);
  });

  it("[OWN-4] knows that a reboot ends all, and that it cannot see into other machines and containers", () => {
    const self = currentProcess();
    expect(isRunning({ ...self, boot: "another" })).toBe(false);
    expect(isRunning({ ...self, host: "another", boot: "another" })).toBeUndefined();
    expect(isRunning({ ...self, space: "another" })).toBeUndefined();
  });
});
