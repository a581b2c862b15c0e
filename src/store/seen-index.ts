import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { dirname, join } from "node:path";
import { closing, type FileSystem, writeAll } from "./file-system.ts";
import { makeFolder, type OwnerPolicy } from "./ownership.ts";
import { findBytes } from "./plain-file.ts";

/** A pair of digests that were seen on the same bytes. */
export interface Seen {
  readonly sha1: string;
  readonly sha256: string;
}

/** What portals call a release by (SHA-1), and what we do (SHA-256). */
export interface SeenIndex {
  /** Our digest of the bytes that were seen with this SHA-1. */
  find(sha1: string): Promise<string | undefined>;
  add(seen: readonly Seen[]): Promise<void>;
}

const LINE = /^([0-9a-f]{40}) ([0-9a-f]{64}) ([0-9a-f]{16})$/;

/**
 * The index in a file to which lines are only ever appended: each carries its own check and begins on a new line, so
 * a torn one is skipped and spoils no other.
 *
 * @see reference/reliability.md §1 (cacache), rule BLOB-4
 */
export function openSeenIndex(file: string, fs: FileSystem, owner?: OwnerPolicy): SeenIndex {
  let loaded: Promise<Map<string, string>> | undefined;
  const load = () => {
    loaded ??= findSeen(file, fs).then((pairs) => new Map(pairs.map(({ sha1, sha256 }) => [sha1, sha256])));
    return loaded;
  };
  return {
    find: async (sha1) => (await load()).get(sha1),
    add: async (seen) => {
      const known = await load();
      const fresh = seen.filter(({ sha1, sha256 }) => known.get(sha1) !== sha256);
      if (fresh.length === 0) return;
      await makeFolder(fs, dirname(file), owner);
      const appended = await fs.open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o644);
      const lines = fresh.map((each) => `\n${formatSeen(each)}\n`).join("");
      await closing(appended, () => writeAll(appended, Buffer.from(lines)));
      for (const { sha1, sha256 } of fresh) known.set(sha1, sha256);
    },
  };
}

/** Where a store keeps it. */
export function seenIndexFile(storeDir: string): string {
  return join(storeDir, "seen-v1", "sha1-sha256.txt");
}

export function formatSeen({ sha1, sha256 }: Seen): string {
  return `${sha1} ${sha256} ${check(sha1, sha256)}`;
}

function check(sha1: string, sha256: string): string {
  return createHash("sha256").update(`${sha1} ${sha256}`).digest("hex").slice(0, 16);
}

/** Every pair that stands in the file, the latest of each SHA-1; none when there is no file. */
export async function findSeen(path: string, fs: FileSystem): Promise<readonly Seen[]> {
  const bytes = await findBytes(fs, path);
  const pairs = new Map<string, Seen>();
  for (const line of bytes?.toString("latin1").split("\n") ?? []) {
    const [, sha1 = "", sha256 = "", sum] = LINE.exec(line) ?? [];
    if (sum !== undefined && sum === check(sha1, sha256)) pairs.set(sha1, { sha1, sha256 });
  }
  return [...pairs.values()];
}
