import type { BuiltIn } from "../game/built-ins.ts";
import { bringsIn, findDependency } from "../game/dependency.ts";
import { findModFileName, modFileName } from "../game/mod-name.ts";
import { findVersion, type Version } from "../game/version.ts";
import type { Release } from "../resolve/universe.ts";
import type { LockedMod, Lockfile } from "./lockfile.ts";
import type { Manifest } from "./manifest.ts";

export interface LockRequest {
  readonly picks: ReadonlyMap<string, Release>;
  readonly manifest: Manifest;
  readonly game: Version;
  readonly builtIns: readonly BuiltIn[];
  readonly disabled: ReadonlySet<string>;
  /** {@link describeRequest} of what was solved. */
  readonly request: string;
  /** What was locked before. */
  readonly previous: readonly LockedMod[];
}

/**
 * The lockfile for what the solver picked.
 *
 * A release that was locked before keeps its digests; mods that are switched off in the manifest stay as they were
 * locked, with whatever only they need, so that switching them on again changes no file.
 *
 * @see rules LOCK-6 to LOCK-8
 */
export function lockPicks({ picks, previous, manifest, ...facts }: LockRequest): Lockfile {
  const before = new Map(previous.map((mod) => [mod.name, mod]));
  const mods = [...picks].map(([name, release]) => lockRelease(name, release, before.get(name)));
  return {
    factorio: facts.game,
    builtIns: facts.builtIns.map(({ name, version }) => ({ name, version, enabled: !facts.disabled.has(name) })),
    request: facts.request,
    mods: [...mods, ...switchedOff(manifest, before, picks)],
  };
}

function lockRelease(name: string, release: Release, before: LockedMod | undefined): LockedMod {
  const same = before && before.version.key === release.version.key ? before : undefined;
  const { sha1, portal, downloadUrl, releasedAt } = release;
  if (same && sha1 !== undefined && same.sha1 !== undefined && same.sha1 !== sha1) return { ...same, enabled: true };
  return {
    name,
    version: release.version,
    file: fileNameOf(name, release),
    factorioVersion: release.factorioVersion,
    dependencies: release.dependencies,
    ...(sha1 !== undefined && { sha1 }),
    ...(portal !== undefined && { portal }),
    ...(downloadUrl !== undefined && { downloadUrl }),
    ...(releasedAt !== undefined && { releasedAt }),
    ...same,
    ...(same && portal !== undefined && downloadUrl !== undefined && { portal, downloadUrl }),
    enabled: true,
  };
}

/** The portal's file name where it names this very release (it may spell the version otherwise), else the usual one. */
function fileNameOf(name: string, release: Release): string {
  const offered = release.fileName === undefined ? undefined : findModFileName(release.fileName);
  const fits = offered?.name === name && findVersion(offered.version)?.key === release.version.key;
  return fits && release.fileName !== undefined ? release.fileName : modFileName(name, release.version.text);
}

function switchedOff(
  manifest: Manifest,
  before: ReadonlyMap<string, LockedMod>,
  picks: ReadonlyMap<string, Release>,
): readonly LockedMod[] {
  const kept = new Map<string, LockedMod>();
  const open = manifest.mods.filter((mod) => !mod.enabled).map((mod) => mod.name);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const mod = before.get(name);
    if (!mod || picks.has(name) || kept.has(name)) continue;
    kept.set(name, { ...mod, enabled: false });
    open.push(...broughtNames(mod));
  }
  return [...kept.values()];
}

function broughtNames(mod: LockedMod): readonly string[] {
  return mod.dependencies.flatMap((text) => {
    const dependency = findDependency(text);
    return dependency && bringsIn(dependency.kind) ? [dependency.name] : [];
  });
}
