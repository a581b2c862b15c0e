import { realpath } from "node:fs/promises";
import { basename, sep } from "node:path";
import { unlessErrno } from "../store/file-system.ts";
import type { Installation } from "./installation.ts";
import { findOpenFiles, listProcesses, lookAtProcess, type ProcessLook } from "./process-table.ts";

/** A process of the game that has files of this installation open; undefined for none. */
export async function findGameProcess(at: Pick<Installation, "modsDir" | "writeDir">): Promise<number | undefined> {
  const folders = await Promise.all([at.writeDir, at.modsDir].map(realPath));
  for (const pid of await listProcesses()) {
    const look = await lookAtProcess(pid);
    if (isGame(look) && (await usesAny(folders, pid, look))) return pid;
  }
  return undefined;
}

/** By the name of its program, also when an emulator or a loader runs it. */
function isGame({ exe, argv: [command, operand] }: ProcessLook): boolean {
  const isNamed = [exe, command].some((path) => path !== undefined && basename(path) === "factorio");
  return isNamed || (operand?.endsWith("/bin/x64/factorio") ?? false);
}

/** Where its files are hidden from us, its command line has to do. */
async function usesAny(folders: readonly string[], pid: number, { argv }: ProcessLook): Promise<boolean> {
  const paths = (await findOpenFiles(pid)) ?? argv;
  return paths.some((path) => folders.some((folder) => path === folder || path.startsWith(folder + sep)));
}

async function realPath(path: string): Promise<string> {
  return (await unlessErrno(["ENOENT", "ENOTDIR", "EACCES"], realpath(path))) ?? path;
}
