import { type EffectiveMods, findEffectiveMods } from "../game/effective-mods.ts";
import type { ModListEntry } from "../game/mod-list.ts";
import { findModListFile } from "../installation/mod-list-file.ts";
import { readModsFolder } from "../installation/mods-folder.ts";
import type { Actual, ActualTexts, PresentMod } from "../plan/actual.ts";
import type { Lockfile } from "../plan/lockfile.ts";
import { withEntries } from "../plan/mod-list-after.ts";
import type { FixedMod } from "../resolve/request.ts";
import { readModZip } from "../store/mod-zip.ts";
import { settled } from "./alone.ts";
import { findLockfile, findLockfileText, findManifestText } from "./files.ts";
import { damagedMods, digestOf, knownMods, presentMod, readRecords } from "./present-mods.ts";
import type { Session } from "./session.ts";

/** What is there, seen with the eyes of planner and solver. */
export interface Looked {
  readonly actual: Actual;
  /** What a game would load of it. */
  readonly effective: EffectiveMods<PresentMod>;
  /** Loaded mods that are not ours to move: facts the solver works around. */
  readonly fixed: ReadonlyMap<string, FixedMod>;
  /** roboport.json and roboport.lock as they are on disk. */
  readonly texts: ActualTexts;
}

export interface LookOptions {
  /** False to read every zip of ours again, whatever its times say. */
  readonly trustStamps?: boolean;
  /** Files that are ours from now on (`init`). */
  readonly adopt?: ReadonlySet<string>;
  /** Entries of mod-list.json that are about to change: what a game would load is judged by them. */
  readonly entries?: readonly ModListEntry[] | undefined;
  /** Files that are the admin's again (`rollback`). */
  readonly handBack?: ReadonlySet<string>;
  /** The lockfile that tells whose a zip is; by default the one on disk. */
  readonly lockfile?: Lockfile | undefined;
}

/**
 * Look at the installation, after finishing what a killed process began.
 *
 * A zip is ours when the last generation recorded it, or when it holds the very bytes the lockfile names.
 *
 * @throws {RoboportError} `MOD_LIST_SHAPE`, `LOCKFILE_SHAPE`, `PERMISSION`, `DISK_ERROR`, `NO_GAME_VERSION`
 * @see rules OPS-2 and OPS-3
 */
export async function look(session: Session, options: LookOptions = {}): Promise<Looked> {
  const { root, modsDir } = await settled(session);
  const lockfile = options.lockfile ?? (await findLockfile(root));
  const records = await readRecords(session, { lockfile, ...options });
  const folder = await readModsFolder(modsDir, {
    readZipInfo: (path) => readModZip(path).info,
    known: knownMods(records),
  });
  const mods: PresentMod[] = [];
  for (const found of folder.mods) mods.push(await presentMod(session, found, records));
  const damaged = await damagedMods(session, folder.foreign, records);
  const foreign = folder.foreign.filter(({ file }) => !damaged.some((mod) => mod.file === file));
  const modList = await findModListFile(modsDir);
  const { builtIns } = await session.game();
  const effective = findEffectiveMods(mods, withEntries(modList, options.entries ?? []), builtIns);
  const byHand = effective.enabled.filter((mod) => !mod.owned);
  return {
    actual: { mods: [...mods, ...damaged], foreign, modList },
    effective,
    fixed: new Map(
      byHand.map(({ name, version, dependencies, factorioVersion }) => [
        name,
        { version, dependencies, factorioVersion },
      ]),
    ),
    texts: { manifest: await findManifestText(root), lockfile: await findLockfileText(root) },
  };
}

/**
 * The same state with digests for zips that are not ours but stand where a locked one is to go.
 *
 * @throws {RoboportError} `PERMISSION`, `DISK_ERROR`
 */
export async function hashForComparison(session: Session, actual: Actual, lockfile: Lockfile): Promise<Actual> {
  const wanted = new Set(lockfile.mods.map((mod) => mod.file));
  const mods: PresentMod[] = [];
  for (const mod of actual.mods) {
    const isUnknown = mod.form === "zip" && mod.sha256 === undefined && wanted.has(mod.file);
    const digests = isUnknown ? await digestOf(session, mod) : undefined;
    mods.push(digests ? { ...mod, sha1: digests.sha1, sha256: digests.sha256 } : mod);
  }
  return { ...actual, mods };
}
