import type { Stats } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { RoboportError } from "../../errors.ts";
import type { InfoJson } from "../../game/info-json.ts";
import { findModFileName, modFileName } from "../../game/mod-name.ts";
import { digestFile } from "../../store/digest.ts";
import { READ_PLAIN } from "../../store/file-system.ts";
import { checkModZip } from "../../store/mod-zip.ts";
import { instantOf } from "./instant.ts";
import type { ByteRange, ModDetails, WorldRelease } from "../world.ts";

/** What a zip in a folder is, as its info.json says. */
export interface FolderZip {
  readonly name: string;
  readonly details: ModDetails;
  readonly release: WorldRelease;
}

/** Licences of the game that an info.json can ask for with `{flag}_required`. */
const FEATURE_FLAGS = [
  "expansion",
  "expansion_shaders",
  "freezing",
  "quality",
  "rail_bridges",
  "segmented_units",
  "space_travel",
  "spoiling",
];

/** 64 KiB, Node's own size, halves the throughput. */
const PIECE = 512 * 1024;

/**
 * Read a zip that is to be served: its id is the beginning of its SHA-1, its date that of the file.
 *
 * @throws {RoboportError} `ZIP_INVALID` when the game would not load it under this name, `DISK_ERROR` or `PERMISSION`.
 */
export async function readFolderZip(path: string, stats: Stats): Promise<FolderZip> {
  const info = readInfo(path);
  const { sha1, size } = await digestFile(path);
  return {
    name: info.name,
    details: detailsOf(info),
    release: {
      version: info.version.text,
      factorioVersion: info.raw.factorio_version === undefined ? undefined : info.factorioVersion,
      dependencies: info.raw.dependencies === undefined ? undefined : info.dependencies,
      featureFlags: featureFlagsOf(info),
      releasedAt: instantOf(stats.mtimeMs),
      id: sha1.slice(0, 24),
      fileName: basename(path),
      sha1,
      size,
      open: (range) => openFile(path, stampOf(stats), range),
    },
  };
}

function readInfo(path: string): InfoJson {
  const fileName = basename(path);
  const named = findModFileName(fileName);
  if (!named) throw wrongName("its name is not that of a mod and a version", "Name it {name}_{version}.zip.");
  const { info } = checkModZip(path, named);
  const right = modFileName(info.name, info.version.text);
  if (right !== fileName) throw wrongName(`its info.json makes it ${right}`, `Name it ${right}.`);
  return info;
}

function wrongName(what: string, hint: string): RoboportError {
  return new RoboportError("ZIP_INVALID", `Cannot use this zip: ${what}`, { hint });
}

function detailsOf({ title, author, raw: { description, homepage } }: InfoJson): ModDetails {
  return {
    title,
    owner: author,
    ...(typeof description === "string" && { summary: description }),
    ...(typeof homepage === "string" && { homepage }),
  };
}

function featureFlagsOf(info: InfoJson): readonly string[] {
  const flags = FEATURE_FLAGS.filter((flag) => info.raw[`${flag}_required`] === true);
  return flags.map((flag) => flag.replaceAll("_", "-"));
}

/** Changes whenever a file gets other bytes, by whatever way. */
export function stampOf(stats: Stats): string {
  return `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`;
}

async function openFile(
  path: string,
  stamp: string,
  range: ByteRange | undefined,
): Promise<ReadableStream<Uint8Array>> {
  const file = await open(path, READ_PLAIN);
  if (stampOf(await file.stat()) !== stamp) {
    await file.close();
    throw new RoboportError("STATE_SHAPE", `Cannot serve ${basename(path)}: the file has just changed`, {
      hint: "Ask again; changes are seen within a second.",
    });
  }
  const stream = file.createReadStream({ ...range, highWaterMark: PIECE });
  return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
}
