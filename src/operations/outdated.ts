import { runsOn } from "../game/game-version.ts";
import { compareVersions, type Version } from "../game/version.ts";
import type { LockedMod } from "../plan/lockfile.ts";
import type { Mod, Release } from "../resolve/universe.ts";
import { settled } from "./alone.ts";
import { getLockfile, getManifest } from "./files.ts";
import { prepare } from "./prepare.ts";
import type { Session } from "./session.ts";

/** A locked mod that is not the newest there is, or that its author gave up. */
export interface Outdated {
  readonly name: string;
  readonly current: string;
  /** What `update` takes; equal to `current` when something holds it back. */
  readonly wanted: string;
  /** The newest release for this game. */
  readonly latest: string;
  /** The newest release for another game, when it is newer still. */
  readonly newest: string | undefined;
  readonly deprecated: boolean;
}

/**
 * Compare what is locked with what the portals offer. Changes nothing.
 *
 * @throws {RoboportError} `NO_INSTALLATION`, `NOT_INSTALLED` without a lockfile, and as a portal does.
 * @see rule OPS-14
 */
export async function listOutdated(session: Session): Promise<readonly Outdated[]> {
  const { root } = await settled(session);
  const { text } = await getManifest(root);
  const previous = await getLockfile(root);
  const { version: game } = await session.game();
  const answer = await prepare(session, { command: "outdated", manifestText: text, previous, freedom: "everything" });
  const wanted = new Map(answer.ok ? answer.plan.lockfile.mods.map((mod) => [mod.name, mod.version]) : []);
  const mods = answer.universe?.mods ?? new Map<string, Mod>();
  return previous.mods
    .map((mod) => compareWith(mods.get(mod.name), { mod, game, wanted: wanted.get(mod.name) }))
    .filter((each) => each !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

interface Standing {
  readonly mod: LockedMod;
  readonly game: Version;
  readonly wanted: Version | undefined;
}

function compareWith(offered: Mod | undefined, { mod, game, wanted = mod.version }: Standing): Outdated | undefined {
  const releases = offered?.releases ?? [];
  const newest = newestOf(releases) ?? mod.version;
  const latest = newestOf(releases.filter((release) => runsOn(release.factorioVersion, game))) ?? mod.version;
  const deprecated = offered?.deprecated === true;
  if (compareVersions(newest, mod.version) <= 0 && !deprecated) return undefined;
  return {
    name: mod.name,
    current: mod.version.text,
    wanted: wanted.text,
    latest: latest.text,
    newest: compareVersions(newest, latest) > 0 ? newest.text : undefined,
    deprecated,
  };
}

function newestOf(releases: readonly Release[]): Version | undefined {
  return releases
    .map((release) => release.version)
    .reduce<Version | undefined>(
      (best, version) => (best && compareVersions(best, version) >= 0 ? best : version),
      undefined,
    );
}
