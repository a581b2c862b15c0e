import { dirname } from "node:path";
import { RoboportError } from "../../errors.ts";
import { createFile } from "../../store/atomic-file.ts";
import { diskError } from "../../store/disk-error.ts";
import { errnoOf } from "../../store/file-system.ts";
import type { Database } from "./database.ts";
import { databaseError } from "./sqlite-error.ts";

/**
 * Write a whole copy of a database, which may be in use, into a file that is not there yet. Nothing is left of a failure.
 *
 * @throws {RoboportError} `USAGE` when the file is there, `PERMISSION`, `DISK_FULL` or `DISK_ERROR`
 * @see rule KEEP-3
 */
export async function backUpDatabase(db: Database, path: string): Promise<void> {
  const message = `Cannot back up to ${path}`;
  try {
    await createFile(path, {}, async (file) => {
      db.backup(path);
      await file.sync();
    });
  } catch (error) {
    if (errnoOf(error) === "EEXIST") {
      throw new RoboportError("USAGE", `${message}: it is there already`, {
        hint: "Name a file that is not there yet, with the date in its name for example.",
        cause: error,
      });
    }
    if (errnoOf(error) !== undefined) throw await diskError(error, { message, folder: dirname(path) });
    throw databaseError(error, message);
  }
}
