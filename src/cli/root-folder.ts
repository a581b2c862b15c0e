import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export interface RootRequest {
  /** Absolute. */
  readonly cwd: string;
  readonly serverDir?: string | undefined;
  readonly modsDir?: string | undefined;
}

/**
 * The folder that holds roboport.json, without looking any closer: --server-dir, else the folder around --mods-dir,
 * else the nearest from here upwards.
 */
export function findRootFolder({ cwd, serverDir, modsDir }: RootRequest): string | undefined {
  if (serverDir !== undefined) return resolve(cwd, serverDir);
  if (modsDir !== undefined) return dirname(resolve(cwd, modsDir));
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "roboport.json"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
