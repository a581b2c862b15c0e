import { join } from "node:path";
import { RoboportError } from "../errors.ts";
import { isJsonObject } from "../game/json-text.ts";
import { diskError } from "../store/disk-error.ts";
import { type FileSystem, nodeFileSystem, unlessErrno } from "../store/file-system.ts";
import { findBytes } from "../store/plain-file.ts";
import { findSealed, formatSealed } from "../store/sealed-json.ts";
import { stateFolder } from "./state-folder.ts";

/** One zip of an applied set. */
export interface GenerationMod {
  /** File name in the mods folder. */
  readonly file: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** One applied state, whole enough to come back to. */
export interface Generation {
  /** From 1, in the order of time. */
  readonly number: number;
  /** ISO 8601 instant at which it was applied. */
  readonly at: string;
  /** The command that made it. */
  readonly reason: string;
  /** Texts of the files as they were then; undefined for one that was not there. */
  readonly manifest?: string | undefined;
  readonly lockfile?: string | undefined;
  readonly modList?: string | undefined;
  readonly mods: readonly GenerationMod[];
  /** Names of mods in the folder that were the admin's own. */
  readonly byHand?: readonly string[] | undefined;
}

const FORMAT = 1;
const FILE = /^([1-9]\d{0,8})\.json$/;

/** Where a generation is kept. */
export function generationFile(root: string, number: number): string {
  return join(generationsFolder(root), `${number}.json`);
}

function generationsFolder(root: string): string {
  return join(stateFolder(root), "generations");
}

/** The content of its file, to be written by the transaction that makes it true. */
export function formatGeneration(generation: Generation): string {
  return formatSealed({ format: FORMAT, generation });
}

/**
 * Numbers of the generations that are kept, oldest first.
 *
 * @throws {RoboportError} `PERMISSION` or `DISK_ERROR`.
 */
export async function listGenerationNumbers(root: string, fs: FileSystem = nodeFileSystem): Promise<readonly number[]> {
  const folder = generationsFolder(root);
  try {
    const names = (await unlessErrno(["ENOENT"], fs.readdir(folder))) ?? [];
    const numbers = names.map((name) => Number(FILE.exec(name)?.[1] ?? 0)).filter((number) => number > 0);
    return numbers.sort((a, b) => a - b);
  } catch (error) {
    throw await diskError(error, { message: `Cannot list ${folder}`, folder, fs });
  }
}

/** The number the next generation gets. */
export async function nextGenerationNumber(root: string, fs?: FileSystem): Promise<number> {
  return ((await listGenerationNumbers(root, fs)).at(-1) ?? 0) + 1;
}

/**
 * Read one generation.
 *
 * @throws {RoboportError} `NO_SUCH_GENERATION`, or `STATE_SHAPE` when its file is damaged or of a newer format.
 * @see rules GEN-1 and GEN-2
 */
export async function getGeneration(
  root: string,
  number: number,
  fs: FileSystem = nodeFileSystem,
): Promise<Generation> {
  const path = generationFile(root, number);
  const bytes = await findBytes(fs, path).catch(async (error: unknown) => {
    throw await diskError(error, { message: `Cannot read ${path}`, folder: stateFolder(root), fs });
  });
  if (!bytes) {
    throw new RoboportError("NO_SUCH_GENERATION", `Cannot find generation ${number}`, {
      hint: 'Choose one that "roboport history" lists.',
      data: { number },
    });
  }
  const value = findSealed(bytes.toString("utf8"))?.value;
  // The seal has proved that we wrote it, so its shape is ours.
  if (isJsonObject(value) && value["format"] === FORMAT) return value["generation"] as Generation;
  throw new RoboportError("STATE_SHAPE", `Cannot read ${path}: it is damaged or of a newer format`, {
    hint: `Delete ${path}, or use the version of Roboport that wrote it.`,
    data: { path },
  });
}

/**
 * Every generation that is kept, oldest first.
 *
 * @throws {RoboportError} `STATE_SHAPE` for a damaged one.
 */
export async function listGenerations(root: string, fs?: FileSystem): Promise<readonly Generation[]> {
  const numbers = await listGenerationNumbers(root, fs);
  return Promise.all(numbers.map((number) => getGeneration(root, number, fs)));
}

/**
 * Forget all but the newest generations.
 *
 * @returns the numbers that went
 * @see rule GEN-3
 */
export async function pruneGenerations(
  root: string,
  keep: number,
  fs: FileSystem = nodeFileSystem,
): Promise<readonly number[]> {
  const numbers = await listGenerationNumbers(root, fs);
  const old = numbers.slice(0, Math.max(0, numbers.length - Math.max(1, keep)));
  for (const number of old) {
    const path = generationFile(root, number);
    await unlessErrno(["ENOENT"], fs.unlink(path)).catch(async (error: unknown) => {
      throw await diskError(error, { message: `Cannot remove ${path}`, folder: generationsFolder(root), fs });
    });
  }
  return old;
}

/** SHA-256 of every zip that some generation needs: what pruning the store has to leave. */
export function blobsOf(generations: readonly Generation[]): ReadonlySet<string> {
  return new Set(generations.flatMap((generation) => generation.mods.map((mod) => mod.sha256)));
}
