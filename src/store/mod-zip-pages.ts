import { withZipBytes, type ZipSource } from "./zip-bytes.ts";
import { type EntryReading, readZipEntry } from "./zip-entry.ts";
import { rootOf } from "./zip-proof.ts";
import { readZip } from "./zip-read.ts";

/** What of a mod's zip its page shows; undefined where the zip has no such file. */
export interface ModZipPages {
  readonly info: string | undefined;
  readonly changelog: string | undefined;
  readonly thumbnail: Buffer | undefined;
}

const LIMIT = 8 * 1024 * 1024;
const READING: EntryReading = { limit: LIMIT, tooLarge: "info-too-large", damaged: "info-damaged" };

/**
 * Read the files of a mod's zip that a portal shows; the zip is not proved.
 *
 * @throws {RoboportError} `ZIP_INVALID` with `data.reason`, `DISK_ERROR` or `PERMISSION` when it cannot be read.
 * @see reference/reliability.md §2 Z3, rule PACK-4
 */
export function readModZipPages(source: ZipSource): ModZipPages {
  return withZipBytes(source, (bytes) => {
    const zip = readZip(bytes);
    const root = rootOf(zip.entries);
    const find = (name: string) => {
      const entry = zip.entries.find((each) => each.name === `${root}/${name}`);
      return entry && readZipEntry(zip, entry, READING);
    };
    return {
      info: find("info.json")?.toString("utf8"),
      changelog: find("changelog.txt")?.toString("utf8"),
      thumbnail: find("thumbnail.png"),
    };
  });
}
