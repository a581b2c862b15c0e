import { basename, dirname, isAbsolute, relative, resolve } from "node:path";
import { createFile, writeWhole } from "../store/atomic-file.ts";
import type { Store } from "../store/blob-store.ts";
import { copyOpenFile } from "../store/digest.ts";
import { closing, errnoOf, type FileSystem, READ_PLAIN, syncFolder } from "../store/file-system.ts";
import { findOwner, makeFolder, type OwnerPolicy } from "../store/ownership.ts";
import { findBytes, openPlainFile } from "../store/plain-file.ts";
import type { JournalStep } from "./journal.ts";
import { type StepPaths, stepPaths } from "./stage.ts";
import { findStamp } from "./step-files.ts";
import type { Place, Remove, Step, Write } from "./transaction.ts";

export interface Staging {
  readonly root: string;
  readonly modsDir: string;
  /** True when the mods folder has its own stage. */
  readonly separate: boolean;
  readonly nonce: string;
  readonly store: Store;
  readonly fs: FileSystem;
  readonly owner?: OwnerPolicy | undefined;
  /** Told of a file that is not what it was known to be; its bytes are in the store. */
  keep(path: string, sha256: string): void;
}

/** What one step changes; nothing when all is as it should be. */
type Change = Pick<JournalStep, "before" | "after"> | undefined;

/** Files whose bytes are brought to the disk at the same time: the system works on four anyway. */
const SYNCS = 16;

/**
 * Lay ready everything a change needs, and a copy of everything it takes away. The set itself stays as it is.
 *
 * @returns the steps that have something to do
 * @see rules TXN-1 and TXN-2
 */
export async function stageSteps(steps: readonly Step[], staging: Staging): Promise<readonly JournalStep[]> {
  const staged: JournalStep[] = [];
  const files: string[] = [];
  const folders = new Set<string>();
  for (const step of steps) {
    const place = placeOf(step, staging);
    const paths = stepPaths(place, { ...staging, index: staged.length });
    const change = await stageStep(step, paths, staging);
    if (!change) continue;
    staged.push({ ...place, ...change });
    folders.add(paths.stage).add(dirname(paths.stage));
    if (change.after) files.push(paths.incoming, ...(change.before ? [paths.outgoing] : []));
  }
  await staging.store.settle();
  await syncFiles(staging.fs, files);
  for (const folder of folders) await syncFolder(staging.fs, folder);
  return staged;
}

/** Where a step's file lies. A name that leads out of its folder is a bug of the caller. */
function placeOf(step: Step, { root, modsDir }: Staging): Pick<JournalStep, "base" | "path"> {
  const path = resolve(modsDir, step.do === "write" ? step.path : step.file);
  if (dirname(path) === modsDir) return { base: "mods", path: basename(path) };
  const below = relative(root, path);
  if (step.do !== "write" || below.startsWith("..") || isAbsolute(below))
    throw new Error(`Not a file of ours: ${path}`);
  return { base: "root", path: below };
}

async function stageStep(step: Step, paths: StepPaths, staging: Staging): Promise<Change> {
  await makeFolder(staging.fs, paths.stage, staging.owner);
  switch (step.do) {
    case "place":
      return stagePlace(step, paths, staging);
    case "remove":
      return stageRemove(step, paths, staging);
    case "write":
      return stageWrite(step, paths, staging);
  }
}

async function stagePlace(step: Place, paths: StepPaths, staging: Staging): Promise<Change> {
  const { fs, store, keep } = staging;
  const before = await findStamp(fs, paths.target);
  if (before) {
    const held = await store.adopt(paths.target);
    if (held.sha256 === step.sha256) return undefined;
    if (held.sha256 !== step.replaces) keep(paths.target, held.sha256);
    await backUp(paths, staging);
  }
  await store.place(step.sha256, paths.incoming, { owner: await ownerOf(paths.target, staging) });
  return { before, after: await findStamp(fs, paths.incoming) };
}

async function stageRemove(step: Remove, paths: StepPaths, { fs, store, keep }: Staging): Promise<Change> {
  const before = await findStamp(fs, paths.target);
  if (!before) return undefined;
  const held = await store.adopt(paths.target);
  if (step.sha256 !== undefined && held.sha256 !== step.sha256) keep(paths.target, held.sha256);
  return { before };
}

async function stageWrite(step: Write, paths: StepPaths, staging: Staging): Promise<Change> {
  const { fs } = staging;
  const content = Buffer.from(step.content);
  const before = await findStamp(fs, paths.target);
  if (before && (await findBytes(fs, paths.target))?.equals(content)) return undefined;
  if (before) await backUp(paths, staging);
  else await makeFolder(fs, dirname(paths.target), staging.owner);
  const options = { fs, mode: await modeOf(fs, paths.target), owner: await ownerOf(paths.target, staging) };
  await createFile(paths.incoming, options, (file) => writeWhole(file, content));
  return { before, after: await findStamp(fs, paths.incoming) };
}

/** Whom the new file belongs to: as the one it replaces, else as its folder. */
async function ownerOf(target: string, { fs, owner }: Staging): Promise<OwnerPolicy> {
  const model = (await findStamp(fs, target)) ? target : dirname(target);
  const found = await findOwner(fs, model, owner);
  return { puid: found?.uid, pgid: found?.gid };
}

async function modeOf(fs: FileSystem, target: string): Promise<number | undefined> {
  return (await findStamp(fs, target)) ? (await fs.lstat(target)).mode & 0o777 : undefined;
}

/** Keep what is there, so that the change can be taken back: by a second name, or a copy where there are none. */
async function backUp({ target, outgoing }: StepPaths, { fs }: Staging): Promise<void> {
  try {
    await fs.link(target, outgoing);
  } catch (error) {
    if (!["EPERM", "EACCES", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(errnoOf(error) ?? "")) throw error;
    const options = { fs, mode: await modeOf(fs, target) };
    await closing(await openPlainFile(fs, target), (source) =>
      createFile(outgoing, options, (copy) => copyOpenFile(source, copy)),
    );
  }
}

/** Bring files to the disk: all of them are under way before the first is waited for. */
async function syncFiles(fs: FileSystem, paths: readonly string[]): Promise<void> {
  for (let at = 0; at < paths.length; at += SYNCS) {
    await Promise.all(
      paths.slice(at, at + SYNCS).map(async (path) => closing(await fs.open(path, READ_PLAIN), (file) => file.sync())),
    );
  }
}
