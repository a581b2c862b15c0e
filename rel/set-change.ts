import { dirname, join } from "node:path";
import { generationFile } from "../src/apply/generations.ts";
import type { Lock } from "../src/apply/lock.ts";
import { applySteps, needsRecovery, recover, type Step } from "../src/apply/transaction.ts";
import { createFile, writeWhole } from "../src/store/atomic-file.ts";
import { openStore } from "../src/store/blob-store.ts";
import { type FileSystem, unlessErrno } from "../src/store/file-system.ts";
import { type MemoryFileSystem, memoryFileSystem } from "../src/store/memory-file-system.ts";
import { makeFolder } from "../src/store/ownership.ts";
import { currentProcess } from "../src/store/process-identity.ts";
import { sha256 } from "./sha256.ts";

const root = "/factorio";
const modsDir = "/factorio/mods";
const cache = "/cache";

/** Everything in an installation's folder by its path below it; `mods/` is a folder. */
export type FileSet = Readonly<Record<string, string>>;

/** A change of a set, which keeps one zip, mends one, removes one and adds one. */
export const BEFORE: FileSet = {
  "mods/": "",
  "mods/kept_1.0.0.zip": "kept",
  "mods/mended_1.0.0.zip": "rotten",
  "mods/old_1.0.0.zip": "old",
  "mods/foreign_1.0.0.zip": "not ours",
  "mods/mod-list.json": "list before",
  "roboport.lock": "lock before",
};

export const AFTER: FileSet = {
  "mods/": "",
  "mods/kept_1.0.0.zip": "kept",
  "mods/mended_1.0.0.zip": "mended",
  "mods/new_2.0.0.zip": "new",
  "mods/foreign_1.0.0.zip": "not ours",
  "mods/mod-list.json": "list after",
  "roboport.lock": "lock after",
  "roboport.json": "manifest",
  ".roboport/generations/1.json": "generation",
};

const STEPS: readonly Step[] = [
  { do: "place", file: "kept_1.0.0.zip", sha256: sha256("kept") },
  { do: "place", file: "mended_1.0.0.zip", sha256: sha256("mended"), replaces: sha256("rotten") },
  { do: "place", file: "new_2.0.0.zip", sha256: sha256("new") },
  { do: "remove", file: "old_1.0.0.zip", sha256: sha256("old") },
  { do: "remove", file: "gone_1.0.0.zip" },
  { do: "write", path: join(modsDir, "mod-list.json"), content: "list after" },
  { do: "write", path: join(root, "roboport.json"), content: "manifest" },
  { do: "write", path: join(root, "roboport.lock"), content: "lock after" },
  { do: "write", path: generationFile(root, 1), content: "generation" },
];

/** The admin's next wish: back to how it was, in another generation. */
const STEPS_BACK: readonly Step[] = [
  { do: "place", file: "mended_1.0.0.zip", sha256: sha256("mended") },
  { do: "place", file: "old_1.0.0.zip", sha256: sha256("old") },
  { do: "remove", file: "new_2.0.0.zip", sha256: sha256("new") },
  { do: "write", path: join(modsDir, "mod-list.json"), content: "list before" },
  { do: "write", path: join(root, "roboport.lock"), content: "lock before" },
  { do: "write", path: generationFile(root, 2), content: "generation 2" },
];

export const AFTER_BACK: FileSet = {
  ...Object.fromEntries(Object.entries(AFTER).filter(([path]) => path !== "mods/new_2.0.0.zip")),
  "mods/old_1.0.0.zip": "old",
  "mods/mod-list.json": "list before",
  "roboport.lock": "lock before",
  ".roboport/generations/2.json": "generation 2",
};

const lock: Lock = {
  owner: { ...currentProcess(), since: "2026-01-01T00:00:00Z", nonce: "rel", answers: false },
  check: async () => {},
};

const options = (fs: FileSystem) => ({ root, modsDir, store: openStore({ dir: cache, fs }), fs });

/** A disk with the set before the change, and everything the change needs in the store. */
export async function laidOut(): Promise<MemoryFileSystem> {
  const disk = memoryFileSystem();
  for (const [path, content] of Object.entries(BEFORE)) await put(disk, join(root, path), content);
  const store = openStore({ dir: cache, fs: disk });
  for (const content of ["kept", "mended", "new"]) {
    await put(disk, "/put", content);
    await store.adopt("/put");
  }
  await disk.unlink("/put");
  return disk;
}

/** Write a file as anybody would; a path that ends in `/` is a folder. */
async function put(disk: FileSystem, path: string, content: string): Promise<void> {
  await makeFolder(disk, path.endsWith("/") ? path : dirname(path));
  if (path.endsWith("/")) return;
  await unlessErrno(["ENOENT"], disk.unlink(path));
  await createFile(path, { fs: disk }, (file) => writeWhole(file, content));
}

export async function changeSet(fs: FileSystem): Promise<void> {
  await applySteps(STEPS, { ...options(fs), lock });
}

/** The same with zips that were copied before, as while others are still on their way. */
export async function changeSetAhead(fs: FileSystem): Promise<void> {
  const { store, ...rest } = options(fs);
  const blobs = await Promise.all(["mended", "new"].map((content) => store.find(sha256(content))));
  await store.copyAhead(blobs.filter((blob) => blob !== undefined));
  await applySteps(STEPS, { ...rest, store, lock });
  await store.dropCopies();
}

export async function changeBack(fs: FileSystem): Promise<void> {
  await applySteps(STEPS_BACK, { ...options(fs), lock });
}

export async function recoverSet(fs: FileSystem): Promise<void> {
  await recover(options(fs));
}

/** True when a recovery has something to do. */
export function isLeft(fs: FileSystem): Promise<boolean> {
  return needsRecovery({ root, modsDir, fs });
}

/** What lies in the installation's folder, of our state only the files. */
function setOn(disk: MemoryFileSystem): FileSet {
  const all = Object.entries(disk.dump()).filter(([path]) => path.startsWith(`${root}/`));
  const shown = all.map(([path, text]) => [path.slice(root.length + 1), text] as const);
  return Object.fromEntries(shown.filter(([path]) => !["", ".roboport/", ".roboport/generations/"].includes(path)));
}

/** The bytes are in the store, whole. */
export function isKept(disk: MemoryFileSystem, content: string): boolean {
  const digest = sha256(content);
  return disk.dump()[`${cache}/blobs-v1/sha256/${digest.slice(0, 2)}/${digest.slice(2)}`] === content;
}

/** Which of the sets this is. */
export function requireOneOf(disk: MemoryFileSystem, legal: readonly FileSet[]): FileSet {
  const text = textOf(setOn(disk));
  const found = legal.find((set) => textOf(set) === text);
  if (found) return found;
  throw new Error(`No legal set: ${text}`);
}

function textOf(set: FileSet): string {
  return JSON.stringify(Object.entries(set).sort(([a], [b]) => (a < b ? -1 : 1)));
}
