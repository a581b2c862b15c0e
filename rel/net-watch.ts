import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { unlessErrno } from "../src/store/file-system.ts";
import { sha256 } from "./sha256.ts";

export interface Watch {
  /** @throws when a zip was seen that holds no release's bytes */
  stop(): Promise<void>;
}

const EVERY_MS = 20;

/** Look into a mods folder again and again: every zip in it has to be whole, at every moment. */
export function watchZips(modsDir: string, digests: ReadonlySet<string>): Watch {
  const wrong = new Set<string>();
  let isOver = false;
  const look = async () => {
    for (; !isOver; await pause(EVERY_MS)) {
      for (const name of await readdir(modsDir)) {
        const digest = name.endsWith(".zip") ? await findDigest(join(modsDir, name)) : undefined;
        if (digest !== undefined && !digests.has(digest)) wrong.add(name);
      }
    }
  };
  const looking = look();
  return {
    stop: async () => {
      isOver = true;
      await looking;
      if (wrong.size > 0) throw new Error(`seen in the mods folder, and not whole: ${[...wrong].join(", ")}`);
    },
  };
}

/** Undefined for what is gone by now. */
async function findDigest(path: string): Promise<string | undefined> {
  const bytes = await unlessErrno(["ENOENT"], readFile(path));
  return bytes && sha256(bytes);
}
