import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { constants } from "node:fs";
import { type FileSystem, type OpenFile, unlessErrno } from "./file-system.ts";
import { currentProcess, isRunning, type ProcessIdentity } from "./process-identity.ts";

/**
 * A fresh path for bytes that nobody has proved yet. Its name says which process is at work on it, so that another one
 * can tell a file in use from one that a killed process left.
 *
 * @param label what the bytes are to be, in hex digits, for whoever could go on with them
 */
export function quarantinePath(folder: string, label = ""): string {
  const { boot, space, pid, started, host } = nameableProcess();
  const name = [boot, space, pid, started, host, randomBytes(6).toString("hex"), label].join("~");
  return join(folder, name);
}

/** A file that a killed process left, opened to be written on; this process's own now. */
export interface Leftover {
  readonly path: string;
  readonly file: OpenFile;
}

/** Names of files that killed processes left, by what they were to be. */
export type Leftovers = ReadonlyMap<string, string[]>;

/** All that killed processes left in the quarantine folder. */
export async function findLeftovers(fs: FileSystem, folder: string): Promise<Leftovers> {
  const found = new Map<string, string[]>();
  for (const name of await abandonedNames(fs, folder)) {
    const names = found.get(labelOf(name));
    if (names) names.push(name);
    else found.set(labelOf(name), [name]);
  }
  return found;
}

export interface Claim {
  readonly folder: string;
  readonly label: string;
  /** What is claimed is taken out. */
  readonly leftovers: Leftovers;
}

/**
 * Take over what a killed process had received of these bytes.
 *
 * @see rule FETCH-14
 */
export async function claimLeftover(
  fs: FileSystem,
  { folder, label, leftovers }: Claim,
): Promise<Leftover | undefined> {
  const { O_WRONLY, O_APPEND, O_NOFOLLOW } = constants;
  for (let name = leftovers.get(label)?.pop(); name !== undefined; name = leftovers.get(label)?.pop()) {
    const path = quarantinePath(folder, label);
    // Two processes may want the same one: the first rename wins.
    const claim = fs.rename(join(folder, name), path).then(() => true);
    if (!(await unlessErrno(["ENOENT"], claim))) continue;
    const file = await unlessErrno(["EACCES", "EPERM"], fs.open(path, O_WRONLY | O_APPEND | (O_NOFOLLOW ?? 0)));
    if (file) return { path, file };
  }
  return undefined;
}

/** Labels that are among some. */
export type Labels = Pick<ReadonlySet<string>, "has">;

/**
 * Remove what killed processes left in the quarantine folder.
 *
 * @param wanted labels of those that somebody may go on with
 * @see rule BLOB-7
 */
export async function sweepQuarantine(fs: FileSystem, folder: string, wanted: Labels): Promise<void> {
  for (const name of await abandonedNames(fs, folder)) {
    if (!wanted.has(labelOf(name))) await unlessErrno(["ENOENT"], fs.unlink(join(folder, name)));
  }
}

/** Names of files whose process is certain to be gone. */
async function abandonedNames(fs: FileSystem, folder: string): Promise<readonly string[]> {
  const names = (await unlessErrno(["ENOENT"], fs.readdir(folder))) ?? [];
  const self = nameableProcess();
  return names.filter((name) => isRunning(ownerOf(name), self) === false);
}

/** Host names may hold anything. */
function nameableProcess(): ProcessIdentity {
  const self = currentProcess();
  return { ...self, host: encodeURIComponent(self.host).replaceAll("~", "%7E") };
}

function ownerOf(name: string): ProcessIdentity {
  const [boot = "", space = "", pid = "", started = "", host = ""] = name.split("~");
  return { boot, space, pid: Number(pid), started, host };
}

function labelOf(name: string): string {
  return name.split("~")[6] ?? "";
}
