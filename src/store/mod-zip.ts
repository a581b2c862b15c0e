import { isRoboportError } from "../errors.ts";
import { type InfoJson, parseInfoJson } from "../game/info-json.ts";
import { findVersion } from "../game/version.ts";
import { withZipBytes, type ZipSource } from "./zip-bytes.ts";
import { type EntryReading, readZipEntry } from "./zip-entry.ts";
import { zipInvalid } from "./zip-fault.ts";
import { findAmbiguousKey } from "./zip-info-keys.ts";
import { proveZip, rootOf } from "./zip-proof.ts";
import { readZip, type Zip } from "./zip-read.ts";

/** A mod in a zip. */
export interface ModZip {
  readonly info: InfoJson;
  /** Name of the one folder that everything lies in; free to choose. */
  readonly root: string;
}

/** Which release a zip has to be. */
export interface ExpectedMod {
  readonly name: string;
  readonly version: string;
}

const INFO_READING: EntryReading = { limit: 1024 * 1024, tooLarge: "info-too-large", damaged: "info-damaged" };

/**
 * Read what a mod zip says about itself, as the game does; the zip is not proved.
 *
 * @throws {RoboportError} `ZIP_INVALID` with `data.reason`, `DISK_ERROR` or `PERMISSION` when it cannot be read.
 * @see reference/formats.md §1, rules ZIP-1 and ZIP-7
 */
export function readModZip(source: ZipSource): ModZip {
  return withZipBytes(source, (bytes) => {
    const zip = readZip(bytes);
    const root = rootOf(zip.entries);
    return { root, info: parseInfo(readInfoText(zip, root)) };
  });
}

/**
 * Prove a mod zip: unambiguous, harmless, and the release that was asked for.
 *
 * @throws {RoboportError} `ZIP_INVALID` with `data.reason`, `DISK_ERROR` or `PERMISSION` when it cannot be read.
 * @see reference/reliability.md §2 Z, rules ZIP-1 to ZIP-8
 */
export function checkModZip(source: ZipSource, expected: ExpectedMod): ModZip {
  return withZipBytes(source, (bytes) => {
    const zip = readZip(bytes);
    const root = proveZip(zip);
    const text = readInfoText(zip, root);
    const key = findAmbiguousKey(text);
    if (key !== undefined) throw zipInvalid("info-ambiguous", `its info.json says ${JSON.stringify(key)} twice`);
    const info = parseInfo(text);
    requireMod(info, expected);
    return { root, info };
  });
}

function readInfoText(zip: Zip, root: string): string {
  const entry = zip.entries.find(({ name }) => name === `${root}/info.json`);
  if (!entry) throw zipInvalid("info-missing", `its folder ${JSON.stringify(root.slice(0, 120))} has no info.json`);
  return readZipEntry(zip, entry, INFO_READING).toString("utf8");
}

function parseInfo(text: string): InfoJson {
  try {
    return parseInfoJson(text);
  } catch (error) {
    if (isRoboportError(error, "INFO_JSON_SHAPE")) throw zipInvalid("info-unreadable", error.message, error);
    throw error;
  }
}

function requireMod(info: InfoJson, expected: ExpectedMod): void {
  if (info.name !== expected.name) {
    const name = JSON.stringify(info.name.slice(0, 120));
    throw zipInvalid("name-differs", `it is the mod ${name}, not ${JSON.stringify(expected.name)}`);
  }
  if (info.version.key !== findVersion(expected.version)?.key) {
    throw zipInvalid("version-differs", `it is version ${info.version.text}, not ${expected.version}`);
  }
}
