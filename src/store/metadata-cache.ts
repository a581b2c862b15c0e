import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { isRoboportError } from "../errors.ts";
import { isJsonObject } from "../game/json-text.ts";
import type { CachedResponse, ResponseCache } from "../portal/response-cache.ts";
import { writeAtomic } from "./atomic-file.ts";
import { diskError } from "./disk-error.ts";
import { type FileSystem, nodeFileSystem, unlessErrno } from "./file-system.ts";
import { makeFolder, type OwnerPolicy } from "./ownership.ts";
import { findBytes } from "./plain-file.ts";
import { findSealed, formatSealed } from "./sealed-json.ts";

export interface MetadataCacheOptions {
  /** The store's; the cache has its own folder in it. */
  readonly dir: string;
  readonly fs?: FileSystem | undefined;
  readonly owner?: OwnerPolicy | undefined;
}

/**
 * Answers of portals in files, one each, named by the SHA-256 of their key. A damaged one counts as absent, and where
 * this user may not read or write them there are none: looking at a portal needs no right to write.
 *
 * @see rules META-1 to META-4
 */
export function openMetadataCache({ dir, fs = nodeFileSystem, owner }: MetadataCacheOptions): ResponseCache {
  const pathOf = (key: string) => {
    const name = createHash("sha256").update(key).digest("hex");
    return join(dir, "http-v1", name.slice(0, 2), name.slice(2));
  };
  return {
    get: async (key) => {
      const path = pathOf(key);
      try {
        return findEntry((await unlessErrno(["EACCES"], findBytes(fs, path)))?.toString("utf8"), key);
      } catch (error) {
        throw await diskError(error, { message: `Cannot read ${path}`, folder: dir, fs });
      }
    },
    put: async (key, entry) => {
      const path = pathOf(key);
      try {
        await makeFolder(fs, dirname(path), owner);
        await writeAtomic(path, formatSealed({ key, entry }), { fs, owner, durable: false });
      } catch (error) {
        if (!isRoboportError(error, "PERMISSION")) throw error;
      }
    },
  };
}

/** The seal has proved that we wrote it, so its shape is ours. */
function findEntry(text: string | undefined, key: string): CachedResponse | undefined {
  const sealed = text === undefined ? undefined : findSealed(text)?.value;
  return isJsonObject(sealed) && sealed["key"] === key ? (sealed["entry"] as CachedResponse) : undefined;
}
