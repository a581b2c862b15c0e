import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { getGeneration, listGenerationNumbers } from "../apply/generations.ts";
import { DEFAULT_FACTORIO_VERSION } from "../game/game-version.ts";
import { findModFileName } from "../game/mod-name.ts";
import { parseVersion } from "../game/version.ts";
import type { FileIdentity, FoundMod } from "../installation/mods-folder.ts";
import type { Actual, PresentMod } from "../plan/actual.ts";
import type { LockedMod, Lockfile } from "../plan/lockfile.ts";
import { findStamp, lookOf, STAMP_FILE } from "../plan/stamp.ts";
import { type Digests, digestFile, sha256File } from "../store/digest.ts";
import { readText } from "./files.ts";
import type { LookOptions } from "./look.ts";
import type { Session } from "./session.ts";

/** What we know of the zips in a mods folder before looking at them. */
export interface Records {
  /** Looks by file name, as they were right after the last change. */
  readonly stamps: ReadonlyMap<string, string>;
  /** SHA-256 by file name of what the last generation placed or adopted. */
  readonly sha256: ReadonlyMap<string, string>;
  /** Locked mods by file name. */
  readonly locked: ReadonlyMap<string, LockedMod>;
  readonly adopt: ReadonlySet<string>;
  readonly handBack: ReadonlySet<string>;
}

type RecordsRequest = Omit<LookOptions, "lockfile"> & { readonly lockfile: Lockfile | undefined };

/** @throws {RoboportError} `STATE_SHAPE` when the last generation is damaged. */
export async function readRecords(session: Session, request: RecordsRequest): Promise<Records> {
  const { root } = await session.installation();
  const newest = (await listGenerationNumbers(root)).at(-1);
  const mods = newest === undefined ? [] : (await getGeneration(root, newest)).mods;
  const stamp = request.trustStamps === false ? undefined : findStamp((await readText(join(root, STAMP_FILE))) ?? "");
  return {
    stamps: new Map(Object.entries(stamp?.mods ?? {})),
    sha256: new Map(mods.map(({ file, sha256 }) => [file, sha256])),
    locked: new Map(request.lockfile?.mods.map((mod) => [mod.file, mod])),
    adopt: request.adopt ?? new Set(),
    handBack: request.handBack ?? new Set(),
  };
}

/** Zips that need not be opened, because they still look as they did when the lockfile described them. */
export function knownMods({ stamps, locked }: Records): ReadonlyMap<string, FoundMod> {
  const known = [...locked.values()].flatMap((mod): [string, FoundMod][] => {
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

/** A mod that lies in the folder, with whose it is. */
export async function presentMod(
  session: Session,
  { identity, ...found }: FoundMod,
  records: Records,
): Promise<PresentMod> {
  const stamp = lookOf(identity);
  const size = identity.size;
  if (found.form === "folder") return { ...found, size, stamp, owned: false };
  if (records.handBack.has(found.file)) return { ...found, size, stamp, owned: false };
  const recorded = records.sha256.get(found.file);
  if (recorded !== undefined && records.stamps.get(found.file) === stamp) {
    return { ...found, size, stamp, owned: true, recorded, sha256: recorded };
  }
  const locked = records.locked.get(found.file);
  const isAdopted = records.adopt.has(found.file);
  if (recorded === undefined && !locked && !isAdopted) return { ...found, size, stamp, owned: false };
  const { sha1, sha256 } = await digestOf(session, { file: found.file, stamp }, locked);
  const isLocked = locked !== undefined && (locked.sha256 ?? sha256) === sha256 && (locked.sha1 ?? sha1) === sha1;
  const owned = recorded !== undefined || isAdopted || isLocked;
  return { ...found, size, stamp, owned, ...(recorded !== undefined && { recorded }), sha1, sha256 };
}

/** Files that we put there and that are no mods any more: ours to mend, which a file of another origin is not. */
export async function damagedMods(
  session: Session,
  foreign: Actual["foreign"],
  { sha256 }: Records,
): Promise<readonly PresentMod[]> {
  const { modsDir } = await session.installation();
  const damaged: PresentMod[] = [];
  for (const { file } of foreign) {
    const recorded = sha256.get(file);
    const named = findModFileName(file);
    if (recorded === undefined || !named) continue;
    const status = await lstat(join(modsDir, file));
    if (!status.isFile()) continue;
    const stamp = lookOf(status);
    const digests = await digestOf(session, { file, stamp });
    const about = { file, form: "zip", name: named.name, version: parseVersion(named.version), stamp } as const;
    const unknown = { factorioVersion: DEFAULT_FACTORIO_VERSION, dependencies: [] };
    damaged.push({ ...about, ...unknown, ...digests, size: status.size, recorded, owned: true });
  }
  return damaged;
}

/**
 * The digests of a zip in the mods folder, computed once a run as long as it looks the same. The SHA-256 is enough to know
 * a locked one by.
 */
export async function digestOf(
  session: Session,
  { file, stamp }: Pick<PresentMod, "file" | "stamp">,
  locked?: LockedMod,
): Promise<Pick<Digests, "sha1" | "sha256">> {
  const key = `${file}\0${stamp}`;
  const path = join((await session.installation()).modsDir, file);
  const digests = session.digests.get(key) ?? (await findLocked(path, locked)) ?? (await digestFile(path));
  session.digests.set(key, digests);
  return digests;
}

async function findLocked(path: string, { sha1, sha256 }: Partial<LockedMod> = {}) {
  if (sha1 === undefined || sha256 === undefined) return undefined;
  return (await sha256File(path)) === sha256 ? { sha1, sha256 } : undefined;
}
