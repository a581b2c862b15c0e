import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type FileSystem, unlessErrno } from "./file-system.ts";
import { currentProcess, isRunning, type ProcessIdentity } from "./process-identity.ts";

/**
 * A fresh path for bytes that nobody has proved yet. Its name says which process is at work on it, so that another one
 * can tell a file in use from one that a killed process left.
 */
export function quarantinePath(folder: string): string {
  const { boot, space, pid, started, host } = nameableProcess();
  const name = [boot, space, pid, started, host, randomBytes(6).toString("hex")].join("~");
  return join(folder, name);
}

/**
 * Remove what killed processes left in the quarantine folder.
 *
 * @param onlyProven false removes also what nobody here can tell to be in use
 * @returns how many files went
 * @see rule BLOB-7
 */
export async function sweepQuarantine(fs: FileSystem, folder: string, onlyProven = true): Promise<number> {
  const names = (await unlessErrno(["ENOENT"], fs.readdir(folder))) ?? [];
  const self = nameableProcess();
  let removed = 0;
  for (const name of names) {
    const running = isRunning(ownerOf(name), self);
    if (running === true || (running === undefined && onlyProven)) continue;
    await unlessErrno(["ENOENT"], fs.unlink(join(folder, name)));
    removed++;
  }
  return removed;
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
