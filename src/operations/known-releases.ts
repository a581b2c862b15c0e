import type { PresentMod } from "../plan/actual.ts";
import { releaseOf } from "../plan/locked-universe.ts";
import type { LockedMod, Lockfile } from "../plan/lockfile.ts";
import type { Manifest } from "../plan/manifest.ts";
import type { Mod, Release } from "../resolve/universe.ts";
import type { Looked } from "./look.ts";
import type { Session } from "./session.ts";

/** Releases that are known without asking anybody. */
export interface Known {
  /** Those of the lockfile, less those that nobody can bring any more, and those that lie in the mods folder unlocked. */
  readonly mods: readonly LockedMod[];
  /** Names of those whose bytes are on this machine. */
  readonly here: ReadonlySet<string>;
}

interface KnownRequest {
  readonly manifest: Manifest;
  readonly previous: Lockfile | undefined;
  readonly look: Looked;
}

/**
 * What a decision may build on without a portal.
 *
 * @throws {RoboportError} `PERMISSION`, `DISK_ERROR` when the store cannot be read.
 * @see rules OPS-25 and OPS-26
 */
export async function findKnown(session: Session, request: KnownRequest): Promise<Known> {
  const { manifest, previous, look } = request;
  const pins = new Map(manifest.mods.map((mod) => [mod.name, mod.portal]));
  const locked = (previous?.mods ?? []).filter((mod) => fitsPin(mod, pins.get(mod.name)));
  const names = new Set(previous?.mods.map((mod) => mod.name));
  const unlocked = look.actual.mods.filter(
    (mod) => mod.owned && !names.has(mod.name) && (previous === undefined || pins.has(mod.name)),
  );
  const here = new Set(unlocked.map((mod) => mod.name));
  for (const mod of locked) if (await isHere(session, mod, look)) here.add(mod.name);
  const obtainable = locked.filter((mod) => mod.portal !== undefined || here.has(mod.name));
  return { mods: [...obtainable, ...unlocked.map(lockPresent)], here };
}

/** A mod that the manifest has pinned to another portal since is not known at all. */
function fitsPin({ portal }: LockedMod, pin: string | undefined): boolean {
  return pin === undefined || portal === undefined || pin.replace(/\/+$/, "") === portal;
}

async function isHere(session: Session, mod: LockedMod, { actual }: Looked): Promise<boolean> {
  const present = actual.mods.find((each) => each.file === mod.file);
  if (present && present.sha256 !== undefined && present.sha256 === mod.sha256) return true;
  if (mod.sha256 !== undefined) return (await session.store().find(mod.sha256)) !== undefined;
  return mod.sha1 !== undefined && (await session.store().findBySha1(mod.sha1)) !== undefined;
}

/** A zip in the mods folder as a lockfile entry. */
export function lockPresent(mod: PresentMod): LockedMod {
  const { name, version, file, factorioVersion, dependencies, size, sha1, sha256 } = mod;
  return {
    name,
    version,
    file,
    enabled: true,
    factorioVersion,
    dependencies,
    size,
    ...(sha1 !== undefined && { sha1 }),
    ...(sha256 !== undefined && { sha256 }),
  };
}

/**
 * What the portals offer, and what is here although they do not: a zip that was adopted, or whose author took it off the
 * portal. An adopted zip that differs from the portal's release of the same version stands in its place.
 */
export function withKnownReleases(
  mods: ReadonlyMap<string, Mod>,
  { mods: known, here }: Known,
): ReadonlyMap<string, Mod> {
  const all = new Map(mods);
  for (const locked of known) {
    if (!here.has(locked.name)) continue;
    const mod = all.get(locked.name) ?? { name: locked.name, deprecated: false, releases: [] };
    const others = mod.releases.filter((release) => !isReplaced(release, locked));
    const isOffered = others.some((release) => release.version.key === locked.version.key);
    if (!isOffered) all.set(locked.name, { ...mod, releases: [...others, releaseOf(locked)] });
  }
  return all;
}

function isReplaced({ version, sha1 }: Release, locked: LockedMod): boolean {
  return version.key === locked.version.key && locked.portal === undefined && sha1 !== locked.sha1;
}
