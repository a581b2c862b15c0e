import { join } from "node:path";
import { isRoboportError } from "../errors.ts";
import type { LocalMod } from "../game/effective-mods.ts";
import { type DefinedSettings, readDefinedSettings } from "../game/settings-definitions.ts";
import { withZipBytes } from "../store/zip-bytes.ts";
import { type EntryReading, readZipEntry } from "../store/zip-entry.ts";
import { readZip } from "../store/zip-read.ts";
import { findText } from "./text-file.ts";

/** Where the game looks for settings, in this order. */
const FILES = ["settings.lua", "settings-updates.lua", "settings-final-fixes.lua"] as const;
const SOURCE_READING: EntryReading = { limit: 1024 * 1024, tooLarge: "info-too-large", damaged: "info-damaged" };

/**
 * The settings that a mod defines, as far as its files spell them out. Nothing is run. What cannot be read defines none:
 * other commands say what is wrong with a mod.
 *
 * @see rule SET-9
 */
export async function readSettingDefinitions(modsDir: string, mod: LocalMod): Promise<DefinedSettings> {
  const path = join(modsDir, mod.file);
  return readDefinedSettings(mod.form === "zip" ? readZipSources(path) : await readFolderSources(path));
}

function readZipSources(path: string): readonly string[] {
  try {
    return withZipBytes(path, (bytes) => {
      const zip = readZip(bytes);
      const root = zip.entries[0]?.name.split("/")[0] ?? "";
      return FILES.flatMap((file) => {
        const entry = zip.entries.find(({ name }) => name === `${root}/${file}`);
        return entry ? [readZipEntry(zip, entry, SOURCE_READING).toString("utf8")] : [];
      });
    });
  } catch (error) {
    if (isRoboportError(error, "ZIP_INVALID")) return [];
    throw error;
  }
}

async function readFolderSources(path: string): Promise<readonly string[]> {
  const sources = await Promise.all(FILES.map((file) => findText(join(path, file))));
  return sources.filter((source) => source !== undefined);
}
