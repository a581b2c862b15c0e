import { runsOn } from "../game/game-version.ts";
import type { Version } from "../game/version.ts";
import { lockPicks } from "../plan/lock-picks.ts";
import { universeOfLocked } from "../plan/locked-universe.ts";
import type { LockedMod, Lockfile } from "../plan/lockfile.ts";
import type { Manifest } from "../plan/manifest.ts";
import { describeRequest, disabledBuiltIns } from "../plan/request.ts";
import type { Finding } from "../resolve/finding.ts";
import type { Failure, SolveRequest } from "../resolve/request.ts";
import { solve } from "../resolve/solve.ts";
import type { Requirement, Universe } from "../resolve/universe.ts";
import { findKnown, type Known } from "./known-releases.ts";
import { loadCandidates } from "./load-candidates.ts";
import type { Looked } from "./look.ts";
import type { Game, Session } from "./session.ts";
import { earlierLimit, settleLocked, type TimeLimits } from "./time-limits.ts";

/** What may move: nothing that need not, the named mods, or everything. */
export type Freedom = "nothing" | "everything" | ReadonlySet<string>;

export interface DecideRequest extends TimeLimits {
  readonly manifest: Manifest;
  readonly previous: Lockfile | undefined;
  readonly look: Looked;
  readonly freedom: Freedom;
  /** Holds for this decision only (`--to NAME@VERSION`). */
  readonly extra?: readonly Requirement[];
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
 * Decide which releases are wanted: from the lockfile when it answers the request, from what is known when that suffices,
 * else from what the portals offer.
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
  const known = await findKnown(session, request);
  const facts = { game: game.version, builtIns: game.builtIns, disabled, request: asked };
  const answer = (universe: Universe): Decision => {
    const settled = settleLocked(universe, known.mods, request);
    const resolution = solve({
      ...solveRequest(session, { ...request, disabled, known }),
      universe: settled.universe,
    });
    if (!resolution.ok) return { ok: false, failure: resolution, universe };
    const picks = new Map([...resolution.picks].map(([name, release]) => [name, settled.original(release)]));
    const lockfile = lockPicks({ picks, manifest, previous: known.mods, ...facts });
    return { ok: true, lockfile, findings: [...resolution.findings, ...neededFindings(manifest, lockfile)], universe };
  };
  if (freedom === "nothing" && known.mods.length > 0) {
    const { universe: _, ...inside } = answer(universeOfLocked(known.mods, game.version, game.builtIns));
    if (inside.ok && isWhole(inside.findings)) return inside;
  }
  const load = { ...request, game, known };
  if (freedom === "everything" && previous) {
    const newer = answer(await loadCandidates(session, { ...load, keep: notOlderThan(known.mods) }));
    if (newer.ok && isNewest(newer, game)) return newer;
  }
  return answer(await loadCandidates(session, load));
}

/** A recommended mod that was left out for want of releases may be on a portal. */
function isWhole(findings: readonly Finding[]): boolean {
  return !findings.some((finding) => finding.rule === "FIND-5");
}

/** @see rule OPS-24 */
function neededFindings(manifest: Manifest, lockfile: Lockfile): readonly Finding[] {
  const on = new Set(lockfile.mods.filter((mod) => mod.enabled).map((mod) => mod.name));
  return manifest.mods
    .filter((mod) => !mod.enabled && on.has(mod.name))
    .map(({ name }) => ({
      rule: "OPS-24",
      severity: "warning",
      mods: [name],
      text: `${name} is switched off in roboport.json, but other mods need it, so it stays on.`,
    }));
}

/**
 * Releases an update moves to. What only older ones need is not even asked for, which saves an update check its further
 * requests; where the newest do not fit together, everything is loaded after all.
 */
function notOlderThan(known: readonly LockedMod[]): (name: string, version: Version) => boolean {
  const locked = new Map(known.map((mod) => [mod.name, mod.version.key]));
  return (name, version) => version.key >= (locked.get(name) ?? 0);
}

/** True when no pick could be newer, so that older releases could not have led to a better answer. */
function isNewest({ lockfile, universe }: Extract<Decision, { ok: true }>, game: Game): boolean {
  return lockfile.mods.every((mod) => {
    const releases = universe?.mods.get(mod.name)?.releases ?? [];
    const fitting = releases.filter((release) => runsOn(release.factorioVersion, game.version));
    return fitting.every((release) => release.version.key <= mod.version.key);
  });
}

/** What to solve, over whichever universe. */
export function solveRequest(
  session: Session,
  request: DecideRequest & { readonly disabled: ReadonlySet<string>; readonly known: Known },
): Omit<SolveRequest, "universe"> {
  const { manifest, known, freedom, look, extra = [] } = request;
  const enabled = manifest.mods.filter((mod) => mod.enabled);
  const locked = new Map(known.mods.map((mod) => [mod.name, mod.version]));
  const releasedBefore = earlierLimit(request);
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
