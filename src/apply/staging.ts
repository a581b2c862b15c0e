import { basename, dirname, isAbsolute, relative, resolve } from "node:path";
import pLimit from "p-limit";
import { createFile, writeWhole } from "../store/atomic-file.ts";
import type { Store } from "../store/blob-store.ts";
import { copyOpenFile } from "../store/digest.ts";
import { closing, errnoOf, type FileSystem, SYNC_PLAIN, syncFolder } from "../store/file-system.ts";
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
type Change = StagedChange | undefined;

interface StagedChange extends Pick<JournalStep, "before"> {
  /** Lays the new file ready, and tells whether it is on the disk already; none for a file that goes. */
  readonly lay?: () => Promise<boolean>;
}

/** Files that are laid ready at the same time: the system works on four anyway. */
const LAYS = 4;
const LAID_TOGETHER = 16;

/**
 * Lay ready everything a change needs, and a copy of everything it takes away. The set itself stays as it is.
 *
 * @returns the steps that have something to do
 * @see rules TXN-1 and TXN-2
 */
export async function stageSteps(steps: readonly Step[], staging: Staging): Promise<readonly JournalStep[]> {
  const staged: Laying[] = [];
  for (const step of steps) {
    const place = placeOf(step, staging);
    const paths = stepPaths(place, { ...staging, index: staged.length });
    const change = await stageStep(step, paths, staging);
    if (change) staged.push({ place, paths, change });
  }
  await staging.store.settle();
  const laid = await layReady(staged, staging);
  const folders = new Set(staged.flatMap(({ paths }) => [paths.stage, dirname(paths.stage)]));
  for (const folder of folders) await syncFolder(staging.fs, folder);
  return laid;
}

/** A step that has something to do. */
interface Laying {
  readonly place: Pick<JournalStep, "base" | "path">;
  readonly paths: StepPaths;
  readonly change: StagedChange;
}

/**
 * Lay new files ready, and bring them and what they replace to the disk: while one group is written there, the next one is
 * copied. To wait for the disk after every file would hold up the making of all the others.
 */
async function layReady(staged: readonly Laying[], { fs }: Staging): Promise<readonly JournalStep[]> {
  const [copying, writing] = [pLimit(LAYS), pLimit(LAYS)];
  const layings = staged.map(({ change }) => copying(async () => change.lay?.() ?? true));
  const ready = await Promise.allSettled(
    staged.map(async (each, at) => {
      const first = at - (at % LAID_TOGETHER);
      await Promise.allSettled(layings.slice(first, first + LAID_TOGETHER));
      const isOnDisk = (await layings[at]) ?? false;
      return writing(() => bringToDisk(each, { fs, isOnDisk }));
    }),
  );
  const failed = ready.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
  return ready.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

interface Laid {
  readonly fs: FileSystem;
  /** True when the new file is; what it replaces may not be. */
  readonly isOnDisk: boolean;
}

async function bringToDisk({ place, paths, change }: Laying, { fs, isOnDisk }: Laid): Promise<JournalStep> {
  const { before, lay } = change;
  if (!lay) return { ...place, before };
  for (const path of [...(isOnDisk ? [] : [paths.incoming]), ...(before ? [paths.outgoing] : [])]) {
    await closing(await fs.open(path, SYNC_PLAIN), (file) => file.sync());
  }
  return { ...place, before, after: await findStamp(fs, paths.incoming) };
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
  const owner = await ownerOf(paths.target, staging);
  return { before, lay: () => store.place(step.sha256, paths.incoming, { owner }) };
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
  return {
    before,
    lay: async () => {
      await createFile(paths.incoming, options, (file) => writeWhole(file, content));
      return false;
    },
  };
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
