import { join } from "node:path";
import { type FileSystem, unlessErrno } from "../store/file-system.ts";
import type { Journal, JournalStep } from "./journal.ts";
import { stateFolder } from "./state-folder.ts";

/** The stage of what lies on the file system of the installation's folder. */
export function rootStage(root: string): string {
  return join(stateFolder(root), "stage");
}

/** The stage of a mods folder that is a mount of its own; the game ignores the name. */
export function modsStage(modsDir: string): string {
  return join(modsDir, ".roboport-stage");
}

/** Where the files of one step lie. */
export interface StepPaths {
  readonly target: string;
  readonly stage: string;
  /** In the stage: what comes. */
  readonly incoming: string;
  /** In the stage: what was there. */
  readonly outgoing: string;
}

/** @param modsDir as a path, not as the journal names it */
export function stepPaths(
  step: Pick<JournalStep, "base" | "path">,
  where: { readonly root: string; readonly modsDir: string; readonly index: number } & Pick<
    Journal,
    "nonce" | "separate"
  >,
): StepPaths {
  const { root, modsDir, index, nonce, separate } = where;
  const stage = step.base === "mods" && separate ? modsStage(modsDir) : rootStage(root);
  return {
    target: join(step.base === "mods" ? modsDir : root, step.path),
    stage,
    incoming: join(stage, `${nonce}-${index}.new`),
    outgoing: join(stage, `${nonce}-${index}.old`),
  };
}

/** Remove a stage and all that lies in it. */
export async function clearStage(fs: FileSystem, stage: string): Promise<boolean> {
  const names = await unlessErrno(["ENOENT"], fs.readdir(stage));
  if (!names) return false;
  for (const name of names) await unlessErrno(["ENOENT"], fs.unlink(join(stage, name)));
  await unlessErrno(["ENOENT"], fs.rmdir(stage));
  return true;
}
