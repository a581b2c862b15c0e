import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { RoboportError } from "../errors.ts";
import { createFile, requireSize } from "./atomic-file.ts";
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
  /** True when the blob is the very file that this process proved and nobody has touched since. */
  readonly isUntouched: () => Promise<boolean>;
}

/** What the system says where it cannot copy by itself. */
const NO_CLONE = ["ENOTSUP", "EOPNOTSUPP", "ENOSYS", "ENOTTY", "EXDEV", "EINVAL", "EPERM"];

/**
 * Copy a blob out of the store and prove the copy's bytes, not the blob's: nothing can change in between. Only a blob that
 * is untouched before and after needs no proof.
 *
 * @throws {RoboportError} `STORE_DAMAGED`, `DISK_FULL`, `PERMISSION` or `DISK_ERROR`.
 * @see rules BLOB-5 and BLOB-6
 */
export async function placeBlob(placement: Placement): Promise<void> {
  const { fs, dir, sha256, target } = placement;
  const source = await inStore(placement, unlessErrno(["ENOENT", "ENOTDIR"], openPlainFile(fs, blobPath(dir, sha256))));
  if (!source) throw damaged(sha256, "missing");
  try {
    if (await closing(source, (open) => copyBlob(placement, open))) return;
    await removeLeftover(fs, target);
  } catch (error) {
    throw await diskError(error, { message: `Cannot place ${target}`, folder: dirname(target), fs });
  }
  await inStore(placement, setAside(placement));
  throw damaged(sha256, "changed");
}

async function inStore<T>({ fs, dir }: Placement, attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    throw await diskError(error, { message: `Cannot use the store ${dir}`, folder: dir, fs });
  }
}

/** @returns true when the target holds what it has to */
async function copyBlob(placement: Placement, source: OpenFile): Promise<boolean> {
  const { fs, owner, target, sha256 } = placement;
  const cloned = await cloneBlob(placement, (await source.stat()).size);
  if (cloned !== undefined) return cloned;
  const copied = await createFile(target, { fs, owner }, (file) => copyOpenFile(source, file));
  return copied === sha256;
}

/** @returns undefined where the system cannot copy by itself */
async function cloneBlob(placement: Placement, size: number): Promise<boolean | undefined> {
  const { fs, dir, sha256, target, owner, isUntouched } = placement;
  const wasUntouched = await isUntouched();
  const attempt = fs.clone(blobPath(dir, sha256), target).then(() => true);
  if (!(await unlessErrno(NO_CLONE, attempt))) return undefined;
  try {
    const newOwner = await findOwner(fs, dirname(target), owner);
    return await closing(await fs.open(target, READ_PLAIN), async (file) => {
      await file.chmod(0o644);
      if (newOwner) await file.chown(newOwner.uid, newOwner.gid);
      if (!wasUntouched || !(await isUntouched())) return (await sha256OfOpenFile(file)) === sha256;
      await requireSize(file, size);
      return true;
    });
  } catch (error) {
    await removeLeftover(fs, target);
    throw error;
  }
}

/** Move a damaged blob out of the way; its bytes may still be wanted by somebody. */
export async function setAside({
  fs,
  dir,
  sha256,
  owner,
}: Pick<Placement, "fs" | "dir" | "sha256" | "owner">): Promise<void> {
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
