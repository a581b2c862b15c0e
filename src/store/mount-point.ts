import { dirname } from "node:path";
import { errnoOf, type FileSystem } from "./file-system.ts";

/**
 * True when files cannot be renamed from the one folder into the other.
 *
 * Two mounts of one disk have the same device number, so the kernel is asked by a rename that can never succeed: it
 * looks at the mounts first.
 *
 * @see reference/reliability.md §2, F5, rule TXN-7
 */
export async function isOtherMount(fs: FileSystem, folder: string, other: string): Promise<boolean> {
  const [here, there] = [await fs.stat(folder), await fs.stat(other)];
  if (here.dev !== there.dev) return true;
  try {
    await fs.rename(`${folder}/none`, `${other}/.`);
    return false;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return errnoOf(error) === "EXDEV";
  }
}

/** The folder at which the file system of this one is mounted. */
export async function mountPointOf(fs: FileSystem, folder: string): Promise<string> {
  const parent = dirname(folder);
  return parent === folder || (await isOtherMount(fs, folder, parent)) ? folder : mountPointOf(fs, parent);
}
