import { lstat } from "node:fs/promises";
import { basename, join } from "node:path";
import { RoboportError } from "../errors.ts";
import { findChangelogFaults } from "../game/changelog-check.ts";
import { checkInfoJson, type Remark } from "../game/info-json-check.ts";
import { modFileName } from "../game/mod-name.ts";
import { nodeFileSystem, unlessErrno } from "../store/file-system.ts";
import { packModFolder, type PackedFolder } from "../store/mod-folder-pack.ts";
import { checkModZip } from "../store/mod-zip.ts";
import { readModZipPages } from "../store/mod-zip-pages.ts";
import { findBytes } from "../store/plain-file.ts";

/** A release, ready to be sent. */
export interface ModPackage {
  readonly name: string;
  readonly version: string;
  /** `{name}_{version}.zip`. */
  readonly fileName: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly remarks: readonly Remark[];
  /** Undefined for a zip that was there. */
  readonly packed: Pick<PackedFolder, "files" | "excluded"> | undefined;
}

/** Width and height of the picture the game and the portal show, in pixels. */
const THUMBNAIL = 144;
const PNG = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/**
 * Make a release of a mod's folder, or take a zip as it is, and look at it as the portal will.
 *
 * @param path absolute
 * @param exclude patterns as in .gitignore
 * @throws {RoboportError} `ZIP_INVALID`, `INFO_JSON_SHAPE`, `DISK_ERROR`, `PERMISSION`, `USAGE` when there is nothing.
 * @see rules PACK-1 to PACK-5
 */
export async function packageMod(path: string, exclude: readonly string[]): Promise<ModPackage> {
  const status = await unlessErrno(["ENOENT", "ENOTDIR"], lstat(path));
  if (!status) throw nothingThere(path);
  const packed = status.isDirectory() ? await packFolder(path, exclude) : undefined;
  const bytes = packed?.bytes ?? Uint8Array.from((await findBytes(nodeFileSystem, path)) ?? []);
  const pages = readModZipPages(bytes);
  const { name, version, remarks } = requireInfo(path, pages.info);
  checkModZip(bytes, { name, version });
  const fileName = modFileName(name, version);
  return {
    name,
    version,
    fileName,
    bytes,
    packed: packed && { files: packed.files, excluded: packed.excluded },
    remarks: [
      ...remarks,
      ...(packed || basename(path) === fileName
        ? []
        : [remark(fileName, "warning", `The zip should be called ${fileName}`)]),
      ...checkChangelog(pages.changelog),
      ...checkThumbnail(pages.thumbnail),
    ],
  };
}

async function packFolder(folder: string, exclude: readonly string[]): Promise<PackedFolder> {
  const text = await findBytes(nodeFileSystem, join(folder, "info.json"));
  const { name, version } = requireInfo(folder, text?.toString("utf8"));
  return packModFolder(folder, { root: `${name}_${version}`, exclude });
}

interface Identity {
  readonly name: string;
  readonly version: string;
  readonly remarks: readonly Remark[];
}

/** @throws {RoboportError} `INFO_JSON_SHAPE` */
function requireInfo(path: string, text: string | undefined): Identity {
  const { info, remarks } = checkInfoJson(text ?? "");
  if (info) return { name: info.name, version: info.version.text, remarks };
  const why = text === undefined ? "it has no info.json" : (remarks[0]?.text ?? "its info.json cannot be read");
  throw new RoboportError("INFO_JSON_SHAPE", `Cannot make a release of ${path}: ${why}`, {
    hint: "Name the mod's folder or its zip, with an info.json that has a name and a version.",
    data: { path, remarks },
  });
}

/** A changelog with a fault loads, but the game shows none. */
function checkChangelog(text: string | undefined): readonly Remark[] {
  const faults = text === undefined ? [] : findChangelogFaults(text);
  return faults.map(({ line, text: what }) => ({ file: "changelog.txt", line, severity: "warning", text: what }));
}

function checkThumbnail(bytes: Buffer | undefined): readonly Remark[] {
  if (!bytes)
    return [remark("thumbnail.png", "warning", `There is none; it is shown with ${THUMBNAIL} × ${THUMBNAIL} pixels`)];
  if (bytes.length < 24 || !bytes.subarray(0, 8).equals(PNG)) return [remark("thumbnail.png", "error", "It is no PNG")];
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (width === THUMBNAIL && height === THUMBNAIL) return [];
  return [
    remark("thumbnail.png", "warning", `It has ${width} × ${height} pixels in place of ${THUMBNAIL} × ${THUMBNAIL}`),
  ];
}

function remark(file: string, severity: Remark["severity"], text: string): Remark {
  return { file, line: undefined, severity, text };
}

function nothingThere(path: string): RoboportError {
  return new RoboportError("USAGE", `There is nothing at ${path}`, {
    hint: "Name the mod's folder or its zip.",
    data: { path },
  });
}
