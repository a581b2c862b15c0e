import { readdir, readFile, readlink } from "node:fs/promises";
import { unlessErrno } from "../store/file-system.ts";

/** A process may end, and another user's may not be looked at, while we look. */
const GONE_OR_HIDDEN = ["ENOENT", "ESRCH", "EACCES", "EPERM"];

/** A process of this machine as Linux shows it; what is hidden from us is undefined. */
export interface ProcessLook {
  /** The program file. */
  readonly exe: string | undefined;
  readonly argv: readonly string[];
}

/** Numbers of all processes that can be seen from here. */
export async function listProcesses(): Promise<readonly number[]> {
  return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Program and command line of a process; empty for one that has ended. */
export async function lookAtProcess(pid: number): Promise<ProcessLook> {
  const [exe, cmdline] = await Promise.all([
    unlessErrno(GONE_OR_HIDDEN, readlink(`/proc/${pid}/exe`)),
    unlessErrno(GONE_OR_HIDDEN, readFile(`/proc/${pid}/cmdline`, "utf8")),
  ]);
  return { exe: exe?.replace(/ \(deleted\)$/, ""), argv: (cmdline ?? "").split("\0").slice(0, -1) };
}

/** Paths of the files a process has open, undefined when we may not know. */
export async function findOpenFiles(pid: number): Promise<readonly string[] | undefined> {
  const names = await unlessErrno(GONE_OR_HIDDEN, readdir(`/proc/${pid}/fd`));
  if (!names) return undefined;
  const links = await Promise.all(
    names.map((name) => unlessErrno(GONE_OR_HIDDEN, readlink(`/proc/${pid}/fd/${name}`))),
  );
  return links.filter((link) => link !== undefined);
}
