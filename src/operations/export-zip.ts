import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { RoboportError } from "../errors.ts";
import { findEffectiveMods } from "../game/effective-mods.ts";
import { findModListFile } from "../installation/mod-list-file.ts";
import { readModsFolder } from "../installation/mods-folder.ts";
import { findSettingsFile, MOD_SETTINGS_FILE } from "../installation/settings-file.ts";
import { createFile } from "../store/atomic-file.ts";
import { diskError } from "../store/disk-error.ts";
import { closing, nodeFileSystem, type OpenFile, removeLeftover, writeAll } from "../store/file-system.ts";
import { readModZip } from "../store/mod-zip.ts";
import { openPlainFile, readPieces } from "../store/plain-file.ts";
import { openZipDirectory, type ZipDirectory } from "../store/zip-write.ts";
import { settled } from "./alone.ts";
import { exportModList } from "./export.ts";
import type { Session } from "./session.ts";

/** What an exported zip holds. */
export interface ZipExport {
  /** File names. */
  readonly mods: readonly string[];
  /** Unpacked mods, which a zip of zips leaves out. */
  readonly leftOut: readonly string[];
}

/**
 * Write the mods that are on, their mod-list.json and mod-settings.dat into one zip, to be unpacked into the mods folder
 * of a player. It may be of any number of mods, and is read and written piece by piece.
 *
 * @param path absolute; a file that is there is replaced
 * @throws {RoboportError} `USAGE` for more than 4 GiB, `DISK_FULL`, `PERMISSION`, `DISK_ERROR`, and as looking does.
 * @see rule EXPORT-3
 */
export async function exportZip(session: Session, path: string): Promise<ZipExport> {
  const { modsDir, builtIns } = await settled(session);
  const { mods } = await readModsFolder(modsDir, { readZipInfo: (each) => readModZip(each).info });
  const { enabled } = findEffectiveMods(mods, await findModListFile(modsDir), builtIns ?? []);
  const zips = enabled.filter(({ form }) => form === "zip").map(({ file }) => file);
  const list = await exportModList(session, true);
  const settings = await findSettingsFile(modsDir);
  const texts = new Map<string, Uint8Array>([["mod-list.json", Buffer.from(list.text)]]);
  if (settings) texts.set(MOD_SETTINGS_FILE, settings.bytes);
  await replaceFile(path, async (target) => {
    const zip = openZipDirectory();
    for (const [name, bytes] of texts) await addBytes(target, zip, { name, bytes });
    for (const file of zips) await addFile(target, zip, { name: file, path: join(modsDir, file) });
    const end = zip.close();
    if (!end) throw tooLarge();
    await writeAll(target, end);
  });
  return { mods: zips, leftOut: enabled.filter(({ form }) => form === "folder").map(({ file }) => file) };
}

async function replaceFile(path: string, fill: (file: OpenFile) => Promise<void>): Promise<void> {
  const folder = dirname(path);
  const draft = join(folder, `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await createFile(draft, {}, async (file) => {
      await fill(file);
      await file.sync();
    });
    await nodeFileSystem.rename(draft, path);
  } catch (error) {
    await removeLeftover(nodeFileSystem, draft);
    throw await diskError(error, { message: `Cannot write ${path}`, folder });
  }
}

async function addBytes(
  target: OpenFile,
  zip: ZipDirectory,
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
): Promise<void> {
  const { byteLength: size } = bytes;
  await writeAll(target, zip.add({ path: name, crc: crc32(bytes), size, packedSize: size, isDeflated: false }));
  await writeAll(target, bytes);
}

/** Read twice: its checksum stands in front of it. */
async function addFile(
  target: OpenFile,
  zip: ZipDirectory,
  { name, path }: { readonly name: string; readonly path: string },
): Promise<void> {
  const file = await openPlainFile(nodeFileSystem, path);
  await closing(file, async () => {
    let [crc, size] = [0, 0];
    await readPieces(file, (piece) => {
      crc = crc32(piece, crc);
      size += piece.byteLength;
    });
    await writeAll(target, zip.add({ path: name, crc, size, packedSize: size, isDeflated: false }));
    await readPieces(file, (piece) => writeAll(target, piece));
  });
}

function tooLarge(): RoboportError {
  return new RoboportError("USAGE", "Cannot export more than 4 GiB of mods as one zip", {
    hint: 'Give players what "roboport export mod-list --pinned" prints instead; their game downloads the mods.',
  });
}
