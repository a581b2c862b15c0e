import { mustBePresent, findDependency } from "../game/dependency.ts";
import { runsOn } from "../game/game-version.ts";
import type { Version } from "../game/version.ts";
import { loadUniverse } from "../portal/universe-loader.ts";
import { lockPicks } from "../plan/lock-picks.ts";
import { releaseOf, universeOfLockfile } from "../plan/locked-universe.ts";
import type { Lockfile } from "../plan/lockfile.ts";
import type { Manifest } from "../plan/manifest.ts";
import { describeRequest, disabledBuiltIns } from "../plan/request.ts";
import type { Finding } from "../resolve/finding.ts";
import type { Failure, FixedMod, SolveRequest } from "../resolve/request.ts";
import { solve } from "../resolve/solve.ts";
import type { Mod, Requirement, Universe } from "../resolve/universe.ts";
import type { Looked } from "./look.ts";
import type { Game, Session } from "./session.ts";

/** What may move: nothing that need not, the named mods, or everything. */
export type Freedom = "nothing" | "everything" | ReadonlySet<string>;

export interface DecideRequest {
  readonly manifest: Manifest;
  readonly previous: Lockfile | undefined;
  readonly look: Looked;
  readonly freedom: Freedom;
  /** Holds for this decision only (`--to NAME@VERSION`). */
  readonly extra?: readonly Requirement[];
  /** ISO 8601 instant: as if nothing had been published since. */
  readonly releasedBefore?: string | undefined;
}

/** "Yes, with this lockfile", or "no, because". */
export type Decision =
  | {
      readonly ok: true;
      readonly lockfile: Lockfile;
      readonly findings: readonly Finding[];
      /** Absent when no portal had to be asked. */
      readonly universe?: Universe;
    }
  | { readonly ok: false; readonly failure: Failure; readonly universe: Universe };

/**
 * Decide which releases are wanted: from the lockfile when it answers the request, from its releases alone when they
 * suffice, else from what the portals offer.
 *
 * @see rules LOCK-5 and LOCK-9
 */
export async function decide(session: Session, request: DecideRequest): Promise<Decision> {
  const game = await session.game();
  const { manifest, previous, freedom, look } = request;
  const disabled = disabledBuiltIns(game.builtIns, manifest, look.actual.modList);
  const fixed = [...look.fixed].map(([name, mod]) => `${name} ${mod.version.text}`);
  const asked = describeRequest({ manifest, game: game.version, builtIns: game.builtIns, disabled, fixed });
  if (freedom === "nothing" && previous?.request === asked) return { ok: true, lockfile: previous, findings: [] };
  const answer = (universe: Universe) => {
    const resolution = solve({ ...solveRequest(session, { ...request, disabled }), universe });
    if (!resolution.ok) return { ok: false as const, failure: resolution, universe };
    const { picks, findings } = resolution;
    const facts = { game: game.version, builtIns: game.builtIns, disabled, request: asked };
    return { ok: true as const, lockfile: lockPicks({ picks, manifest, previous, ...facts }), findings };
  };
  if (freedom === "nothing" && previous) {
    const inside = answer(universeOfLockfile(previous, game.version, game.builtIns));
    if (inside.ok) return inside;
  }
  if (freedom === "everything" && previous) {
    const universe = await loadCandidates(session, { ...request, game, keep: notOlderThan(previous) });
    const decided = answer(universe);
    if (decided.ok && isNewest(decided.lockfile, { universe, game })) return { ...decided, universe };
  }
  const universe = await loadCandidates(session, { ...request, game });
  const decided = answer(universe);
  return decided.ok ? { ...decided, universe } : decided;
}

/**
 * Releases an update moves to. What only older ones need is not even asked for, which saves an update check its further
 * requests; where the newest do not fit together, everything is loaded after all.
 */
function notOlderThan(lockfile: Lockfile): (name: string, version: Version) => boolean {
  const locked = new Map(lockfile.mods.map((mod) => [mod.name, mod.version.key]));
  return (name, version) => version.key >= (locked.get(name) ?? 0);
}

/** True when no pick could be newer, so that older releases could not have led to a better answer. */
function isNewest(
  lockfile: Lockfile,
  { universe, game }: { readonly universe: Universe; readonly game: Game },
): boolean {
  return lockfile.mods.every((mod) => {
    const releases = universe.mods.get(mod.name)?.releases ?? [];
    const fitting = releases.filter((release) => runsOn(release.factorioVersion, game.version));
    return fitting.every((release) => release.version.key <= mod.version.key);
  });
}

function solveRequest(
  session: Session,
  request: DecideRequest & { readonly disabled: ReadonlySet<string> },
): Omit<SolveRequest, "universe"> {
  const { manifest, previous, freedom, look, extra = [], releasedBefore } = request;
  const enabled = manifest.mods.filter((mod) => mod.enabled);
  const locked = new Map(previous?.mods.map((mod) => [mod.name, mod.version]));
  return {
    requirements: [...enabled, ...extra],
    // A recommendation does not switch on what the admin switched off.
    without: new Set([...manifest.without, ...manifest.mods.filter((mod) => !mod.enabled).map((mod) => mod.name)]),
    disabledBuiltIns: request.disabled,
    fixed: look.fixed,
    limits: { now: session.monotonic },
    ...(freedom !== "everything" && { locked }),
    ...(typeof freedom === "object" && { free: freedom }),
    ...(releasedBefore !== undefined && { releasedBefore }),
  };
}

/** Everything the portals offer for this request, and the locked releases they no longer or never had. */
async function loadCandidates(
  session: Session,
  request: DecideRequest & { readonly game: Game; readonly keep?: (name: string, version: Version) => boolean },
): Promise<Universe> {
  const { manifest, previous, look, extra = [] } = request;
  const { version: game, builtIns } = request.game;
  const names = new Set([
    ...manifest.mods.filter((mod) => mod.enabled).map((mod) => mod.name),
    ...extra.map((requirement) => requirement.name),
    ...(previous?.mods ?? []).flatMap((mod) => [mod.name, ...requiredNames(mod.dependencies)]),
    ...[...look.fixed.values()].flatMap((mod) => requiredNames(mod.dependencies)),
  ]);
  for (const name of look.fixed.keys()) names.delete(name);
  const pinned = new Map(manifest.mods.flatMap((mod) => (mod.portal === undefined ? [] : [[mod.name, mod.portal]])));
  const { universe } = await loadUniverse({
    portals: await session.portals(manifest.portals),
    names,
    game,
    builtIns,
    pinned,
    keep: request.keep,
    signal: session.signal,
    events: session.emit,
  });
  return previous ? { ...universe, mods: withLockedReleases(universe.mods, previous) } : universe;
}

function requiredNames(dependencies: FixedMod["dependencies"]): readonly string[] {
  return dependencies.flatMap((text) => {
    const dependency = findDependency(text);
    return dependency && mustBePresent(dependency.kind) ? [dependency.name] : [];
  });
}

/** A zip that was adopted, or whose author took it off the portal, stays a candidate as long as it is locked. */
function withLockedReleases(mods: ReadonlyMap<string, Mod>, lockfile: Lockfile): ReadonlyMap<string, Mod> {
  const all = new Map(mods);
  for (const locked of lockfile.mods) {
    const mod = all.get(locked.name) ?? { name: locked.name, deprecated: false, releases: [] };
    if (mod.releases.some((release) => release.version.key === locked.version.key)) continue;
    all.set(locked.name, { ...mod, releases: [...mod.releases, releaseOf(locked)] });
  }
  return all;
}
