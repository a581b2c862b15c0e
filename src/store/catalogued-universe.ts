import { type BigIntStats, statSync } from "node:fs";
import { isRoboportError } from "../errors.ts";
import type { UniverseFile } from "../resolve/universe-file.ts";
import { type Catalogue, openCatalogue } from "./catalogue.ts";
import { cataloguePath, sourceOf } from "./catalogue-format.ts";
import { CatalogueDamage } from "./catalogue-mods.ts";

/** Bytes below which parsing a universe file costs less than keeping a catalogue of it. */
const SMALL = 256 * 1024;

export interface UniversePlace {
  /** Absolute path of a universe file, plain or gzipped. */
  readonly path: string;
  /** The store's; catalogues have their own folder in it. */
  readonly cacheDir: string;
}

/**
 * Use a universe file. A large one is parsed only the first time: from then on its catalogue gives the mods that `use`
 * looks at, until the file changes.
 *
 * @param use a pure function; it runs again when the catalogue turns out to be damaged
 * @throws {RoboportError} `UNIVERSE_SHAPE`
 * @see rules CAT-1 to CAT-7
 */
export async function useUniverseFile<T>(
  { path, cacheDir }: UniversePlace,
  use: (file: UniverseFile) => T,
): Promise<T> {
  const status = findStatus(path);
  const kept = status && status.size >= SMALL ? cataloguePath(cacheDir, path) : undefined;
  const catalogue = status && kept !== undefined ? openCatalogue(kept, sourceOf(status)) : undefined;
  const used = catalogue && useCatalogue(catalogue, use);
  if (used) return used.result;
  const { readUniverseFile } = await import("./catalogue-source.ts");
  const { file, source } = await readUniverseFile(path);
  if (kept !== undefined && source !== undefined) await keepCatalogue(kept, file, source);
  return use(file);
}

/** Undefined where looking fails: reading will fail too, and say why. */
function findStatus(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

/** Where the code to tell the codes apart is not worth loading. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

/** @returns undefined when the catalogue cannot be read to the end */
function useCatalogue<T>(catalogue: Catalogue, use: (file: UniverseFile) => T): { readonly result: T } | undefined {
  try {
    return { result: use(catalogue.file) };
  } catch (error) {
    if (error instanceof CatalogueDamage || isSystemError(error)) return undefined;
    throw error;
  } finally {
    catalogue.close();
  }
}

/** A catalogue is only there to save time: where the cache folder cannot be written, the next run takes as long. */
async function keepCatalogue(path: string, file: UniverseFile, source: string): Promise<void> {
  const { writeCatalogue } = await import("./catalogue-build.ts");
  try {
    await writeCatalogue(path, file, source);
  } catch (error) {
    if (!isRoboportError(error)) throw error;
  }
}
