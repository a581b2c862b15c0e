import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { getGeneration, listGenerationNumbers } from "../apply/generations.ts";
import { type EffectiveMods, findEffectiveMods } from "../game/effective-mods.ts";
import { DEFAULT_FACTORIO_VERSION } from "../game/game-version.ts";
import { findModFileName } from "../game/mod-name.ts";
import { parseVersion } from "../game/version.ts";
import type { Installation } from "../installation/installation.ts";
import { findModListFile } from "../installation/mod-list-file.ts";
import { type FileIdentity, type FoundMod, readModsFolder } from "../installation/mods-folder.ts";
import type { Actual, PresentMod } from "../plan/actual.ts";
import type { LockedMod, Lockfile } from "../plan/lockfile.ts";
import { parseManifest } from "../plan/manifest.ts";
import { findStamp, lookOf, STAMP_FILE } from "../plan/stamp.ts";
import type { FixedMod } from "../resolve/request.ts";
import { type Digests, digestFile } from "../store/digest.ts";
import { readModZip } from "../store/mod-zip.ts";
import { recoverIfNeeded } from "./alone.ts";
import { readText } from "./files.ts";
import type { Session } from "./session.ts";

/** What is there, seen with the eyes of planner and solver. */
export interface Looked {
  readonly actual: Actual;
  /** What a game would load of it. */
  readonly effective: EffectiveMods<PresentMod>;
  /** Loaded mods that are not ours to move: facts the solver works around. */
  readonly fixed: ReadonlyMap<string, FixedMod>;
}

export interface LookRequest {
  readonly manifestText: string;
  readonly lockfile: Lockfile | undefined;
  /** False to read every zip of ours again, whatever its times say. */
  readonly trustStamps?: boolean;
}

/**
 * Look at the mods folder, after finishing what a killed process began.
 *
 * A zip is ours when the last generation recorded it, or when roboport.json names its mod.
 *
 * @throws {RoboportError} `MOD_LIST_SHAPE`, `PERMISSION`, `DISK_ERROR`, `NO_GAME_VERSION`
 * @see rules OPS-2 and OPS-3
 */
export async function look(session: Session, request: LookRequest): Promise<Looked> {
  await recoverIfNeeded(session);
  const installation = await session.installation();
  const { modsDir } = installation;
  const records = await readRecords(installation);
  const stamps = request.trustStamps === false ? NO_STAMPS : records.stamps;
  const folder = await readModsFolder(modsDir, {
    readZipInfo: async (path) => readModZip(path).info,
    known: knownMods(stamps, request.lockfile?.mods ?? []),
  });
  const named = new Set(parseManifest(request.manifestText).mods.map((mod) => mod.name));
  const mods: PresentMod[] = [];
  for (const found of folder.mods) mods.push(await presentMod(session, found, { ...records, stamps, named }));
  const damaged = await damagedMods(session, folder.foreign, records);
  const foreign = folder.foreign.filter(({ file }) => !damaged.some((mod) => mod.file === file));
  const modList = await findModListFile(modsDir);
  const { builtIns } = await session.game();
  const effective = findEffectiveMods(mods, modList, builtIns);
  const actual = { mods: [...mods, ...damaged], foreign, modList };
  return { actual, effective, fixed: fixedMods(effective, named) };
}

async function presentMod(
  session: Session,
  { identity, ...found }: FoundMod,
  { sha256, stamps, named }: Records & { readonly named: ReadonlySet<string> },
): Promise<PresentMod> {
  const recorded = sha256.get(found.file);
  const owned = found.form === "zip" && (recorded !== undefined || named.has(found.name));
  const stamp = lookOf(identity);
  const untouched = recorded !== undefined && stamps.get(found.file) === stamp;
  const digests = owned && !untouched ? await digest(session, { file: found.file, stamp }) : undefined;
  return {
    ...found,
    size: identity.size,
    stamp,
    owned,
    ...(recorded !== undefined && { recorded, sha256: recorded }),
    ...(digests && { sha1: digests.sha1, sha256: digests.sha256 }),
  };
}

/** Files that we put there and that are no mods any more: ours to mend, which a file of another origin is not. */
async function damagedMods(
  session: Session,
  foreign: Actual["foreign"],
  { sha256 }: Records,
): Promise<readonly PresentMod[]> {
  const damaged: PresentMod[] = [];
  for (const { file } of foreign) {
    const recorded = sha256.get(file);
    const named = findModFileName(file);
    if (recorded === undefined || !named) continue;
    const { modsDir } = await session.installation();
    const status = await lstat(join(modsDir, file));
    if (!status.isFile()) continue;
    const stamp = lookOf(status);
    const digests = await digest(session, { file, stamp });
    const about = { file, form: "zip", name: named.name, version: parseVersion(named.version), stamp } as const;
    const unknown = { factorioVersion: DEFAULT_FACTORIO_VERSION, dependencies: [] };
    damaged.push({ ...about, ...unknown, ...digests, recorded, owned: true });
  }
  return damaged;
}

/** The digests of a zip in the mods folder, computed once a run as long as it looks the same. */
async function digest(session: Session, { file, stamp }: Pick<PresentMod, "file" | "stamp">): Promise<Digests> {
  const key = `${file}\0${stamp}`;
  const { modsDir } = await session.installation();
  const digests = session.digests.get(key) ?? (await digestFile(join(modsDir, file)));
  session.digests.set(key, digests);
  return digests;
}

/** Looks by file name, as they were right after the last change. */
type Stamps = ReadonlyMap<string, string>;
const NO_STAMPS: Stamps = new Map();

interface Records {
  readonly stamps: Stamps;
  /** SHA-256 by file name of what the last generation placed or adopted. */
  readonly sha256: ReadonlyMap<string, string>;
}

async function readRecords({ root }: Installation): Promise<Records> {
  const newest = (await listGenerationNumbers(root)).at(-1);
  const mods = newest === undefined ? [] : (await getGeneration(root, newest)).mods;
  const stamp = findStamp((await readText(join(root, STAMP_FILE))) ?? "");
  return {
    sha256: new Map(mods.map(({ file, sha256 }) => [file, sha256])),
    stamps: new Map(Object.entries(stamp?.mods ?? {})),
  };
}

/** Zips that need not be opened, because they still look as they did when the lockfile described them. */
function knownMods(stamps: Stamps, locked: readonly LockedMod[]): ReadonlyMap<string, FoundMod> {
  const known = locked.flatMap((mod): [string, FoundMod][] => {
    const identity = identityOf(stamps.get(mod.file));
    if (!identity) return [];
    const { file, name, version, factorioVersion, dependencies } = mod;
    return [[file, { file, form: "zip", name, version, factorioVersion, dependencies, identity }]];
  });
  return new Map(known);
}

function identityOf(stamp: string | undefined): FileIdentity | undefined {
  const [size, mtimeMs, ino] = (stamp ?? "").split(":").map(Number);
  return size === undefined || mtimeMs === undefined || ino === undefined ? undefined : { size, mtimeMs, ino };
}

function fixedMods(effective: EffectiveMods<PresentMod>, named: ReadonlySet<string>): ReadonlyMap<string, FixedMod> {
  const byHand = effective.enabled.filter((mod) => !mod.owned);
  const ours = new Set([...effective.enabled, ...effective.shadowed].filter((mod) => mod.owned).map((mod) => mod.name));
  return new Map(
    byHand
      .filter((mod) => mod.form === "folder" || !(ours.has(mod.name) || named.has(mod.name)))
      .map(({ name, version, dependencies, factorioVersion }) => [name, { version, dependencies, factorioVersion }]),
  );
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
    const digests = isUnknown ? await digest(session, mod) : undefined;
    mods.push(digests ? { ...mod, sha1: digests.sha1, sha256: digests.sha256 } : mod);
  }
  return { ...actual, mods };
}
