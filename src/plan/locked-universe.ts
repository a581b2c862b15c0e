import type { BuiltIn } from "../game/built-ins.ts";
import type { Version } from "../game/version.ts";
import type { Mod, Release, Universe } from "../resolve/universe.ts";
import type { LockedMod } from "./lockfile.ts";

/**
 * The world as a lockfile knows it: every locked mod with its one release. What can be decided inside it needs no portal.
 *
 * @see rule LOCK-9
 */
export function universeOfLocked(locked: readonly LockedMod[], game: Version, builtIns: readonly BuiltIn[]): Universe {
  const mods = locked.map((mod): Mod => ({ name: mod.name, deprecated: false, releases: [releaseOf(mod)] }));
  return { game, builtIns, mods: new Map(mods.map((mod) => [mod.name, mod])) };
}

/** A locked mod as the release it was picked from. */
export function releaseOf(mod: LockedMod): Release {
  const { version, factorioVersion, dependencies, file, sha1, portal, downloadUrl, releasedAt } = mod;
  return {
    version,
    factorioVersion,
    dependencies,
    fileName: file,
    ...(sha1 !== undefined && { sha1 }),
    ...(portal !== undefined && { portal }),
    ...(downloadUrl !== undefined && { downloadUrl }),
    ...(releasedAt !== undefined && { releasedAt }),
  };
}
