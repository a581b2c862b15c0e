import { readFile, realpath, stat } from "node:fs/promises";
import { unlessErrno } from "../store/file-system.ts";
import { findOpenFiles } from "./process-table.ts";

/** One lock that a process holds, as a line of /proc/locks shows it. */
export interface HeldLock {
  /** -1 for a lock that belongs to an open file rather than a process. */
  readonly pid: number;
  /** `major:minor` of the device, in hexadecimal. */
  readonly device: string;
  /** Inode, in decimal. */
  readonly inode: string;
}

/**
 * Read /proc/locks; lines with `->` only wait for a lock.
 *
 * @see proc_locks(5)
 */
export function parseProcLocks(text: string): readonly HeldLock[] {
  const line = /^\d+: (?!->)\S+ +\S+ +\S+ +(-?\d+) ([0-9a-f]+:[0-9a-f]+):(\d+) /gm;
  return [...text.matchAll(line)].map(([, pid, device = "", inode = ""]) => ({ pid: Number(pid), device, inode }));
}

/**
 * Who holds a lock on this file, whatever kind of lock: `process 4711`, or `a process` where the kernel does not tell.
 *
 * @returns undefined when nobody does, or there is no such file.
 * @see rules RUN-1 and RUN-2
 */
export async function findLockHolder(path: string): Promise<string | undefined> {
  const hidden = ["ENOENT", "ENOTDIR", "EACCES"];
  const file = await unlessErrno(hidden, realpath(path));
  const status = file === undefined ? undefined : await unlessErrno(hidden, stat(file, { bigint: true }));
  if (file === undefined || !status) return undefined;
  const locks = parseProcLocks((await unlessErrno(hidden, readFile("/proc/locks", "utf8"))) ?? "");
  for (const { pid, device, inode } of locks) {
    if (inode !== String(status.ino)) continue;
    // Layered file systems show another device here than stat does.
    const isIt = device === deviceName(status.dev) || (await findOpenFiles(pid))?.includes(file);
    if (isIt) return pid > 0 ? `process ${pid}` : "a process";
  }
  return undefined;
}

/** A device number as the kernel prints it. */
export function deviceName(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xfff00n);
  return [major, minor].map((each) => each.toString(16).padStart(2, "0")).join(":");
}
