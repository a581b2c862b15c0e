import { factorioLine } from "../../game/game-version.ts";
import type { WorldMod, WorldRelease } from "../world.ts";

/**
 * The game lines, such as `2.0`, that a mod has a release for.
 *
 * @see reference/formats.md §5, rule REG-24
 */
export function linesOf(mod: WorldMod): ReadonlySet<string> {
  return new Set(mod.releases.flatMap(linesOfRelease));
}

/** The newest release, for one game line when it is given. */
export function latestRelease(mod: WorldMod, line: string | undefined): WorldRelease | undefined {
  return mod.releases.findLast((release) => line === undefined || linesOfRelease(release).includes(line));
}

/** The portal offers releases for 0.18 to games of the line 1.0, too. */
function linesOfRelease(release: WorldRelease): readonly string[] {
  const line = factorioLine(release.factorioVersion);
  return line === "0.18" ? ["0.18", "1.0"] : [line];
}
