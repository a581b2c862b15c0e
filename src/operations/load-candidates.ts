import { findDependency, mustBePresent } from "../game/dependency.ts";
import type { Version } from "../game/version.ts";
import type { Manifest } from "../plan/manifest.ts";
import { loadUniverse } from "../portal/universe-loader.ts";
import type { Requirement, Universe } from "../resolve/universe.ts";
import { type Known, withKnownReleases } from "./known-releases.ts";
import type { Looked } from "./look.ts";
import type { Game, Session } from "./session.ts";

export interface LoadRequest {
  readonly manifest: Manifest;
  readonly known: Known;
  readonly look: Looked;
  readonly extra?: readonly Requirement[];
  readonly game: Game;
  /** Releases for which this is false are not loaded. */
  readonly keep?: (name: string, version: Version) => boolean;
}

/**
 * Everything the portals offer for this request, and the known releases that they do not.
 *
 * @throws {RoboportError} as a portal does.
 */
export async function loadCandidates(session: Session, request: LoadRequest): Promise<Universe> {
  const { manifest, known, look, extra = [] } = request;
  const { version: game, builtIns } = request.game;
  const names = new Set([
    ...manifest.mods.filter((mod) => mod.enabled).map((mod) => mod.name),
    ...extra.map((requirement) => requirement.name),
    ...known.mods.flatMap((mod) => [mod.name, ...requiredNames(mod.dependencies)]),
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
  return { ...universe, mods: withKnownReleases(universe.mods, known) };
}

function requiredNames(dependencies: readonly string[]): readonly string[] {
  return dependencies.flatMap((text) => {
    const dependency = findDependency(text);
    return dependency && mustBePresent(dependency.kind) ? [dependency.name] : [];
  });
}
