import { formatModList, type ModList } from "../game/mod-list.ts";
import { settled } from "./alone.ts";
import { getLockfile } from "./files.ts";
import { readFolderSet } from "./save-set.ts";
import type { Session } from "./session.ts";

/** A mod-list.json for another server, or for players. */
export interface ModListExport {
  readonly list: ModList;
  /** The same as the game writes it. */
  readonly text: string;
}

/**
 * The mods that are on, and the built-ins with their switches, as a mod-list.json.
 *
 * @param isPinned to name the version of each mod
 * @throws {RoboportError} as looking at the mods folder does.
 * @see rule EXPORT-1
 */
export async function exportModList(session: Session, isPinned: boolean): Promise<ModListExport> {
  const { mods, disabled } = await readFolderSet(session);
  const shipped = new Set((await session.game()).builtIns.map(({ name }) => name));
  const on = mods.map(({ name, version }) => ({
    name,
    enabled: true,
    ...(isPinned && !shipped.has(name) && { version: version.text }),
  }));
  const off = disabled.filter(({ name }) => shipped.has(name)).map(({ name }) => ({ name, enabled: false }));
  const list = { mods: [...on, ...off] };
  return { list, text: formatModList(list, shipped) };
}

/** Where a release can be had, and how to know it. */
export interface ReleaseUrl {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  /** Without credentials; undefined for a zip that no portal is known to have. */
  readonly url: string | undefined;
  readonly sha1: string | undefined;
  readonly sha256: string | undefined;
  /** Bytes. */
  readonly size: number | undefined;
}

/**
 * Where each mod of roboport.lock that is on can be had.
 *
 * @throws {RoboportError} `NO_INSTALLATION`, `NOT_INSTALLED`, `LOCKFILE_SHAPE`
 * @see rule EXPORT-2
 */
export async function exportUrls(session: Session): Promise<readonly ReleaseUrl[]> {
  const { root } = await settled(session);
  const { mods } = await getLockfile(root);
  return mods
    .filter(({ enabled }) => enabled)
    .map(({ name, version, file, portal, downloadUrl, sha1, sha256, size }) => ({
      name,
      version: version.text,
      file,
      url: portal === undefined || downloadUrl === undefined ? undefined : new URL(downloadUrl, portal).href,
      sha1,
      sha256,
      size,
    }));
}
