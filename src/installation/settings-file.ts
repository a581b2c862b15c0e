import { join } from "node:path";
import { type ModSettings, parseModSettings } from "../game/mod-settings.ts";
import { diskError } from "../store/disk-error.ts";
import { nodeFileSystem } from "../store/file-system.ts";
import { findBytes } from "../store/plain-file.ts";
import { parseAt } from "./text-file.ts";

/** Name of the file in the mods folder in which the game keeps what players chose for their mods. */
export const MOD_SETTINGS_FILE = "mod-settings.dat";

/** A mod-settings.dat as it is on disk. */
export interface SettingsFile {
  readonly bytes: Uint8Array;
  readonly settings: ModSettings;
}

/**
 * Read the mod-settings.dat of a mods folder, undefined when there is none: every setting has its default then.
 *
 * @throws {RoboportError} `SETTINGS_SHAPE` with the path, `PERMISSION`, `DISK_ERROR`
 * @see rule SET-8
 */
export async function findSettingsFile(modsDir: string): Promise<SettingsFile | undefined> {
  const path = join(modsDir, MOD_SETTINGS_FILE);
  try {
    const bytes = await findBytes(nodeFileSystem, path);
    return bytes && { bytes, settings: parseAt(path, bytes, parseModSettings) };
  } catch (error) {
    throw await diskError(error, { message: `Cannot read ${path}`, folder: modsDir });
  }
}
