import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeAtomic } from "../../store/atomic-file.ts";
import { makeFolder } from "../../store/ownership.ts";
import { nodeFileSystem, removeLeftover, unlessErrno } from "../../store/file-system.ts";
import { findBytes } from "../../store/plain-file.ts";

/** Pictures by the SHA-1 of their bytes. */
export interface Assets {
  /** @returns 40 hex digits; lasting when it returns */
  put(bytes: Uint8Array): Promise<string>;
  find(id: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Remove what killed processes left half written before this moment, in milliseconds since 1970. */
  sweep(before: number): Promise<void>;
}

/** The pictures in a folder, which need not exist. */
export function openAssets(folder: string): Assets {
  const pathOf = (id: string) => join(folder, id.slice(0, 2), id.slice(2));
  return {
    put: async (bytes) => {
      const id = createHash("sha1").update(bytes).digest("hex");
      await makeFolder(nodeFileSystem, join(folder, id.slice(0, 2)), undefined);
      await writeAtomic(pathOf(id), bytes);
      return id;
    },
    find: async (id) => {
      if (!/^[0-9a-f]{40}$/.test(id)) return undefined;
      const bytes = await findBytes(nodeFileSystem, pathOf(id));
      return bytes && Uint8Array.from(bytes);
    },
    sweep: async (before) => {
      for (const part of await namesIn(folder)) {
        const drafts = (await namesIn(join(folder, part))).filter((name) => name.endsWith(".tmp"));
        for (const draft of drafts) await removeOld(join(folder, part, draft), before);
      }
    },
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await unlessErrno(["ENOENT", "ENOTDIR"], nodeFileSystem.readdir(folder))) ?? [];
}

async function removeOld(path: string, before: number): Promise<void> {
  const status = await unlessErrno(["ENOENT"], nodeFileSystem.lstat(path));
  if (status && status.mtimeMs < before) await removeLeftover(nodeFileSystem, path);
}
