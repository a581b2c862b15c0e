import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isRoboportError } from "../errors.ts";
import { LOCKFILE_FILE, parseLockfile } from "../plan/lockfile.ts";
import { findRootFolder } from "./root-folder.ts";

/** Names in the lockfile that governs `cwd`, for completion: none where there is no readable one. */
export async function findInstalledMods(cwd: string): Promise<readonly string[]> {
  const root = findRootFolder({ cwd });
  if (root === undefined) return [];
  try {
    return parseLockfile(await readFile(join(root, LOCKFILE_FILE), "utf8")).mods.map(({ name }) => name);
  } catch (error) {
    if (
      isRoboportError(error, "LOCKFILE_SHAPE") ||
      (error instanceof Error && "code" in error && error.code === "ENOENT")
    ) {
      return [];
    }
    throw error;
  }
}
