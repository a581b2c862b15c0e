import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import pLimit from "p-limit";
import { RoboportError } from "../errors.ts";
import { createFile, requireSize } from "../store/atomic-file.ts";
import { diskError } from "../store/disk-error.ts";
import { closing, errnoOf, type FileSystem, SYNC_PLAIN, syncFolder, writeAll } from "../store/file-system.ts";
import { makeFolder, type OwnerPolicy } from "../store/ownership.ts";
import { readTar, type TarEntry } from "./game-tar.ts";

/** What every xz begins with. */
export const XZ_MAGIC = Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00);

/** Files that are brought to the disk at the same time. */
const SYNCS = 16;
/** More than twenty times what a game takes. */
const LIMITS = { bytes: 16 * 1024 ** 3, entries: 200_000 } as const;

export interface UnpackOptions {
  readonly fs: FileSystem;
  readonly owner?: OwnerPolicy | undefined;
  readonly signal: AbortSignal;
  readonly limits?: { readonly bytes: number; readonly entries: number };
}

/**
 * Unpack a `factorio-headless_linux_….tar.xz` into a folder, without its outermost folder. What it holds is on the disk
 * afterwards, whatever happens to the power.
 *
 * @throws {RoboportError} `GAME_ARCHIVE` for one that is damaged or unsafe, `DISK_FULL`, `PERMISSION`, `DISK_ERROR`; the
 *   folder may be left half filled.
 * @see reference/formats.md §16, rules GAMEFILE-2 to GAMEFILE-5
 */
export async function unpackGame(archive: string, folder: string, options: UnpackOptions): Promise<void> {
  const { fs, limits = LIMITS, signal } = options;
  const unpacking = { ...options, root: folder, folders: new Set([folder]), files: [] };
  let [bytes, entries] = [0, 0];
  try {
    await makeFolder(fs, folder, options.owner);
    for await (const entry of readTar(readXz(archive))) {
      signal.throwIfAborted();
      bytes += entry.size;
      if (++entries > limits.entries || bytes > limits.bytes) throw unusable(archive, "it holds more than any game");
      await unpackEntry(entry, unpacking);
    }
    await syncAll(unpacking);
  } catch (error) {
    throw await diskError(error, { message: `Cannot unpack into ${folder}`, folder, fs });
  }
}

interface Unpacking extends UnpackOptions {
  readonly root: string;
  /** Those that are there already. */
  readonly folders: Set<string>;
  readonly files: string[];
}

async function unpackEntry({ path, kind, body, isExecutable, size }: TarEntry, unpacking: Unpacking): Promise<void> {
  const target = join(unpacking.root, ...path.slice(1));
  if (kind === "folder") return await makeFolders(target, unpacking);
  if (path.length === 1) return;
  const { fs, owner, files } = unpacking;
  await makeFolders(dirname(target), unpacking);
  await createFile(target, { fs, owner, mode: isExecutable ? 0o755 : 0o644 }, async (file) => {
    for await (const piece of body) await writeAll(file, piece);
    await requireSize(file, size);
  });
  files.push(target);
}

async function makeFolders(folder: string, unpacking: Unpacking): Promise<void> {
  const { fs, owner, folders } = unpacking;
  if (folders.has(folder)) return;
  await makeFolders(dirname(folder), unpacking);
  await makeFolder(fs, folder, owner);
  folders.add(folder);
}

async function syncAll({ fs, files, folders }: Unpacking): Promise<void> {
  const limit = pLimit(SYNCS);
  const sync = async (path: string) => closing(await fs.open(path, SYNC_PLAIN), (file) => file.sync());
  await Promise.all(files.map((path) => limit(() => sync(path))));
  for (const folder of folders) await syncFolder(fs, folder);
}

/** What an xz holds, decompressed as it is read. */
async function* readXz(archive: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(archive);
  const packed = Readable.toWeb(file.createReadStream({ highWaterMark: 256 * 1024 }));
  const { default: xz } = await import("xz-decompress");
  const stream = new xz.XzReadableStream(packed);
  try {
    yield* stream;
  } catch (error) {
    if (errnoOf(error) !== undefined) throw error;
    throw unusable(archive, "it is damaged", error);
  }
}

function unusable(archive: string, why: string, cause?: unknown): RoboportError {
  return new RoboportError("GAME_ARCHIVE", `Cannot unpack ${archive}: ${why}`, {
    hint: "Run the command again; if it stays so, the website serves something else than the game.",
    data: { archive },
    cause,
  });
}
