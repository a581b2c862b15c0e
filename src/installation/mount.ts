import { readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { unlessErrno } from "../store/file-system.ts";

/** A file system and where it is mounted. */
export interface Mount {
  readonly point: string;
  /** As the kernel calls it: `ext4`, `overlay`, `nfs4`. */
  readonly type: string;
}

const NOT_THERE = ["ENOENT", "ENOTDIR", "EACCES"];

/**
 * Read /proc/self/mountinfo, the latest mount of a point last.
 *
 * @see proc_pid_mountinfo(5)
 */
export function parseMountInfo(text: string): readonly Mount[] {
  const line = /^\S+ \S+ \S+ \S+ (\S+) \S+ .*?- (\S+) /gm;
  return [...text.matchAll(line)].map(([, point = "", type = ""]) => ({ point: unescapePoint(point), type }));
}

function unescapePoint(point: string): string {
  return point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The mount that a path lies in: the deepest one, and of several on one point the last. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const holding = mounts.filter(({ point }) => point === "/" || path === point || path.startsWith(`${point}/`));
  return holding.reduce<Mount | undefined>(
    (deepest, each) => (deepest && deepest.point.length > each.point.length ? deepest : each),
    undefined,
  );
}

/** The file system of a path; undefined where the system does not tell. */
export async function findMount(path: string): Promise<Mount | undefined> {
  if (process.platform !== "linux") return undefined;
  const text = await unlessErrno(NOT_THERE, readFile("/proc/self/mountinfo", "utf8"));
  const real = await unlessErrno(NOT_THERE, realpath(path));
  return text === undefined || real === undefined ? undefined : mountOf(real, parseMountInfo(text));
}

/** Whether two names that differ by case alone are one there; undefined where the name has no letter. */
export async function findCaseFolding(folder: string): Promise<boolean | undefined> {
  const name = basename(folder);
  const swapped = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
  if (swapped === name) return undefined;
  const [here, other] = await Promise.all(
    [folder, join(dirname(folder), swapped)].map((path) => unlessErrno(NOT_THERE, stat(path, { bigint: true }))),
  );
  if (!here) return undefined;
  return other !== undefined && other.dev === here.dev && other.ino === here.ino;
}

/** True inside a container, as the usual engines mark theirs. */
export async function isContainer(systemRoot = "/"): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const marks = [".dockerenv", "run/.containerenv"].map((name) => join(systemRoot, name));
  const found = await Promise.all(marks.map((path) => unlessErrno(NOT_THERE, stat(path))));
  return found.some((status) => status !== undefined);
}
