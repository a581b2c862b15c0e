import { lstat, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { MOD_SETTINGS_FILE } from "../installation/settings-file.ts";
import { LOCKFILE_FILE, type Lockfile } from "../plan/lockfile.ts";
import { MANIFEST_FILE } from "../plan/manifest.ts";
import { ANY, formatStamp, type Look, lookOf, STAMP_FILE } from "../plan/stamp.ts";
import { writeAtomic } from "../store/atomic-file.ts";
import { unlessErrno } from "../store/file-system.ts";
import { findManifest, readText } from "./files.ts";
import type { Session } from "./session.ts";

/**
 * Record how everything looks now that it is as the lockfile says, so that the next `install` need not look closer.
 *
 * @see rules STAMP-1 and STAMP-2
 */
export async function writeStamp(session: Session, lockfile: Lockfile): Promise<void> {
  const { root, modsDir, dataDir } = await session.installation();
  if ((await session.game()).isChosen) return;
  const isFree = (await findManifest(root))?.manifest.settings === undefined;
  const looks = async (folder: string, names: readonly string[]): Promise<Record<string, Look>> => {
    const entries = names.map(async (name): Promise<[string, Look]> => {
      // The game writes it whenever it likes, which gives `install` something to do only where settings are declared.
      if (name === MOD_SETTINGS_FILE && isFree) return [name, ANY];
      return [name, lookOf(await unlessErrno(["ENOENT"], lstat(join(folder, name))))];
    });
    return Object.fromEntries(await Promise.all(entries));
  };
  const game = dataDir === undefined ? [] : [relative(root, join(dataDir, "base", "info.json"))];
  const text = formatStamp({
    modsDir: relative(root, modsDir),
    files: await looks(root, [MANIFEST_FILE, LOCKFILE_FILE, ...game]),
    mods: await looks(modsDir, (await unlessErrno(["ENOENT"], readdir(modsDir))) ?? []),
    summary: { mods: lockfile.mods.length, factorio: lockfile.factorio.text },
  });
  const path = join(root, STAMP_FILE);
  if ((await readText(path)) !== text) await writeAtomic(path, text, { owner: session.owner, durable: false });
}
