import { lstatSync } from "node:fs";
import { join } from "node:path";
import { modsStage } from "../apply/stage.ts";
import { stateFolder } from "../apply/state-folder.ts";
import { findEffectiveMods } from "../game/effective-mods.ts";
import type { Version } from "../game/version.ts";
import { findInstallation, type InstallationSearch } from "../installation/find-installation.ts";
import { findModListFile } from "../installation/mod-list-file.ts";
import { readModsFolder } from "../installation/mods-folder.ts";
import { LOCKFILE_FILE } from "../plan/lockfile.ts";
import { readModZip } from "../store/mod-zip.ts";
import { chooseGame } from "./choose-game.ts";
import { getManifest } from "./files.ts";
import { describeListing, type Listing } from "./listing.ts";

/** Which installation, and for which game. */
export interface UntouchedSearch extends InstallationSearch {
  readonly factorio?: Version | undefined;
}

/**
 * What `listMods` says of an installation that Roboport has never changed: every mod in it is the admin's own, so that
 * nothing of ours has to be looked at.
 *
 * @returns undefined where there is a lockfile, or anything that a change leaves behind.
 * @throws {RoboportError} `NO_INSTALLATION`, `MANIFEST_SHAPE`, `MOD_LIST_SHAPE`, `NO_GAME_VERSION`, `PERMISSION`, `DISK_ERROR`
 */
export async function findUntouchedListing(search: UntouchedSearch): Promise<Listing | undefined> {
  const installation = await findInstallation(search);
  const { root, modsDir } = installation;
  const traces = [stateFolder(root), modsStage(modsDir), join(root, LOCKFILE_FILE)];
  if (traces.some((path) => lstatSync(path, { throwIfNoEntry: false }))) return undefined;
  const { manifest } = await getManifest(root);
  const game = chooseGame({ asked: search.factorio, installation, manifest });
  const { mods, foreign } = await readModsFolder(modsDir, { readZipInfo: (path) => readModZip(path).info });
  const effective = findEffectiveMods(mods, await findModListFile(modsDir), game.builtIns);
  return describeListing({ manifest, lockfile: undefined, mods, foreign, effective, game });
}
