import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isRoboportError } from "../errors.ts";
import { LOCKFILE_FILE, parseLockfile } from "../plan/lockfile.ts";
import { findRootFolder, type RootRequest } from "./root-folder.ts";

/** Names in the lockfile of an installation, for completion: none where there is no readable one. */
export async function findInstalledMods(request: RootRequest): Promise<readonly string[]> {
  const root = findRootFolder(request);
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
