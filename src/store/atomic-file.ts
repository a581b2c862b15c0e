import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { diskError } from "./disk-error.ts";
import {
  CREATE_NEW,
  closing,
  type FileSystem,
  nodeFileSystem,
  type OpenFile,
  removeLeftover,
  syncFolder,
  writeAll,
} from "./file-system.ts";
import { findOwner, type OwnerPolicy } from "./ownership.ts";

export interface NewFileOptions {
  readonly fs?: FileSystem | undefined;
  /** Overrides whom a file made by root belongs to; by default, whom its folder belongs to. */
  readonly owner?: OwnerPolicy | undefined;
  /** Permission bits, less the umask; 0o644 by default. */
  readonly mode?: number | undefined;
}

export interface AtomicOptions extends NewFileOptions {
  /** False for what may be lost in a power cut, because a damaged one is recognised and made again. */
  readonly durable?: boolean | undefined;
}

/**
 * Replace a file by these bytes: whoever reads it sees the old ones or the new ones, also after a crash or power cut.
 *
 * @throws {RoboportError} `DISK_FULL`, `PERMISSION` or `DISK_ERROR`; the old file is untouched then and nothing is left.
 * @see reference/reliability.md §0, findings 1 and 2, rules DISK-1 and DISK-2
 */
export async function writeAtomic(
  path: string,
  bytes: string | Uint8Array,
  options: AtomicOptions = {},
): Promise<void> {
  const { fs = nodeFileSystem, durable = true } = options;
  const folder = dirname(path);
  const draft = join(folder, `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await createFile(draft, options, async (file) => {
      await writeWhole(file, bytes);
      if (durable) await file.sync();
    });
    await fs.rename(draft, path);
    if (durable) await syncFolder(fs, folder);
  } catch (error) {
    await removeLeftover(fs, draft);
    throw await diskError(error, { message: `Cannot write ${path}`, folder, fs });
  }
}

/**
 * Make a file that is not there yet, fill it, and give it to whom it belongs. What is left of a failure is removed.
 *
 * @throws Node's error of the call that failed, or whatever `fill` throws.
 */
export async function createFile<T>(
  path: string,
  options: NewFileOptions,
  fill: (file: OpenFile) => Promise<T>,
): Promise<T> {
  const { fs = nodeFileSystem, owner, mode = 0o644 } = options;
  const newOwner = await findOwner(fs, dirname(path), owner);
  return await fillFile(await fs.open(path, CREATE_NEW, mode), { fs, path }, async (file) => {
    if (newOwner) await file.chown(newOwner.uid, newOwner.gid);
    return fill(file);
  });
}

/**
 * Fill an open file and close it. What is left of a failure is removed.
 *
 * @throws Node's error of the call that failed, or whatever `fill` throws.
 */
export async function fillFile<T>(
  file: OpenFile,
  { fs, path }: { readonly fs: FileSystem; readonly path: string },
  fill: (file: OpenFile) => Promise<T>,
): Promise<T> {
  try {
    return await closing(file, fill);
  } catch (error) {
    await removeLeftover(fs, path);
    throw error;
  }
}

/** Write all of it and believe it only when the file has grown to that size. */
export async function writeWhole(file: OpenFile, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  await writeAll(file, bytes);
  await requireSize(file, bytes.byteLength);
}

/** @throws an error with code `EIO` when the file has any other size. */
export async function requireSize(file: OpenFile, size: number): Promise<void> {
  const actual = (await file.stat()).size;
  if (actual === size) return;
  throw Object.assign(new Error(`EIO: wrote ${size} bytes and find ${actual}`), { code: "EIO", errno: -5 });
}
