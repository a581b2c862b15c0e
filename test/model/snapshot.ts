import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { sha256Of } from "./random-world.ts";

/** One file as it is. */
export interface Seen {
  /** SHA-256 of its bytes; what it is for anything that is no file. */
  readonly content: string;
  /** Changes when it is written to or replaced, also by the same bytes. */
  readonly look: string;
}

/** Everything below a folder by its path. */
export type Snapshot = Readonly<Record<string, Seen>>;

export async function takeSnapshot(folder: string, { reads = true } = {}): Promise<Snapshot> {
  const paths = await readdir(folder, { recursive: true }).catch(() => []);
  const entries = await Promise.all(
    paths.sort().map(async (path) => [path, await see(join(folder, path), reads)] as const),
  );
  return Object.fromEntries(entries);
}

async function see(path: string, reads: boolean): Promise<Seen> {
  const status = await lstat(path);
  if (status.isDirectory()) return { content: "folder", look: "folder" };
  if (status.isSymbolicLink()) return { content: `link to ${await readlink(path)}`, look: `${status.ino}` };
  const look = `${status.ino}:${status.size}:${status.mtimeMs}`;
  return { content: reads ? sha256Of(await readFile(path)) : look, look };
}

/** Paths that are in one only, or not the same. */
export function differences(before: Snapshot, after: Snapshot, aspect: keyof Seen = "look"): readonly string[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths].filter((path) => before[path]?.[aspect] !== after[path]?.[aspect]).sort();
}
