import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { RoboportError } from "../errors.ts";
import { createFile } from "./atomic-file.ts";
import { copyOpenFile, sha256OfOpenFile } from "./digest.ts";
import { diskError } from "./disk-error.ts";
import { closing, type FileSystem, type OpenFile, READ_PLAIN, removeLeftover, unlessErrno } from "./file-system.ts";
import { findOwner, makeFolder, type OwnerPolicy } from "./ownership.ts";
import { openPlainFile } from "./plain-file.ts";
import { blobPath, setAsideFolder } from "./store-layout.ts";

interface Placement {
  readonly fs: FileSystem;
  /** The store's. */
  readonly dir: string;
  readonly sha256: string;
  readonly target: string;
  readonly owner?: OwnerPolicy | undefined;
}

/** What cloning says where it cannot be done. */
const NO_CLONE = ["ENOTSUP", "EOPNOTSUPP", "ENOSYS", "ENOTTY", "EXDEV", "EINVAL", "EPERM"];

/**
 * Copy a blob out of the store and prove the copy's bytes, not the blob's: nothing can change in between.
 *
 * @throws {RoboportError} `STORE_DAMAGED`, `DISK_FULL`, `PERMISSION` or `DISK_ERROR`.
 * @see rules BLOB-5 and BLOB-6
 */
export async function placeBlob(placement: Placement): Promise<void> {
  const { fs, dir, sha256, target } = placement;
  try {
    const source = await unlessErrno(["ENOENT", "ENOTDIR"], openPlainFile(fs, blobPath(dir, sha256)));
    if (!source) throw damaged(sha256, "missing");
    const placed = await closing(source, (open) => copyBlob(placement, open));
    if (placed === sha256) return;
    await removeLeftover(fs, target);
    await setAside(placement);
    throw damaged(sha256, "changed");
  } catch (error) {
    throw await diskError(error, { message: `Cannot place ${target}`, folder: dirname(target), fs });
  }
}

/** @returns the SHA-256 of what the target holds now */
async function copyBlob(placement: Placement, source: OpenFile): Promise<string> {
  const cloned = await cloneBlob(placement);
  if (cloned !== undefined) return cloned;
  const { fs, owner, target } = placement;
  return createFile(target, { fs, owner }, (file) => copyOpenFile(source, file));
}

/** @returns undefined where blocks cannot be shared */
async function cloneBlob({ fs, dir, sha256, target, owner }: Placement): Promise<string | undefined> {
  const attempt = fs.clone(blobPath(dir, sha256), target).then(() => true);
  if (!(await unlessErrno(NO_CLONE, attempt))) return undefined;
  try {
    const newOwner = await findOwner(fs, dirname(target), owner);
    return await closing(await fs.open(target, READ_PLAIN), async (file) => {
      await file.chmod(0o644);
      if (newOwner) await file.chown(newOwner.uid, newOwner.gid);
      return sha256OfOpenFile(file);
    });
  } catch (error) {
    await removeLeftover(fs, target);
    throw error;
  }
}

/** Move a damaged blob out of the way; its bytes may still be wanted by somebody. */
export async function setAside({ fs, dir, sha256, owner }: Omit<Placement, "target">): Promise<void> {
  await makeFolder(fs, setAsideFolder(dir), owner);
  const name = `${sha256}.${randomBytes(4).toString("hex")}`;
  await unlessErrno(["ENOENT"], fs.rename(blobPath(dir, sha256), join(setAsideFolder(dir), name)));
}

function damaged(sha256: string, state: "missing" | "changed"): RoboportError {
  const what = state === "missing" ? "is missing" : "does not hold the bytes its name says";
  return new RoboportError("STORE_DAMAGED", `Cannot place blob ${sha256}: it ${what}`, {
    hint: "Run the command again: the release is fetched anew.",
    data: { sha256, state },
  });
}
