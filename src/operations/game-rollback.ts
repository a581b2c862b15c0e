import { listGenerations } from "../apply/generations.ts";
import { RoboportError } from "../errors.ts";
import type { Version } from "../game/version.ts";
import { parseLockfile } from "../plan/lockfile.ts";
import { listHeldGames } from "./game-folders.ts";
import { builtInsOf, type GamePlan, sessionFor } from "./game-plan.ts";
import type { GamePlace } from "./game-place.ts";
import { planRollback } from "./rollback.ts";
import type { Session } from "./session.ts";

/** A state with another game than the one that is there. */
export interface EarlierGame {
  readonly version: Version;
  /** Undefined for a server whose mods nobody manages. */
  readonly generation: number | undefined;
}

/**
 * The last state that had another game: what `game rollback` returns to.
 *
 * @throws {RoboportError} `NO_SUCH_GENERATION` when there is none.
 * @see rule GAMEMODS-4
 */
export async function getEarlierGame(place: GamePlace): Promise<EarlierGame> {
  const root = place.installation?.root ?? place.root;
  for (const { lockfile, number } of (await listGenerations(root)).toReversed()) {
    if (lockfile === undefined) continue;
    const { factorio } = parseLockfile(lockfile);
    if (factorio.key !== place.version?.key) return { version: factorio, generation: number };
  }
  const [held, ...others] = await listHeldGames(place.root);
  if (held && others.length === 0) return { version: held.version, generation: undefined };
  throw new RoboportError("NO_SUCH_GENERATION", "Cannot go back to an earlier game: none is known", {
    hint: 'Name a version that "roboport game list" shows: roboport game install VERSION.',
  });
}

/**
 * Plan to return to such a state: its game, its manifest, its lockfile, its mods.
 *
 * @throws whatever looking throws.
 */
export async function planGameRollback(
  session: Session,
  { root }: GamePlace,
  { version: to, generation }: EarlierGame,
): Promise<GamePlan> {
  const builtIns = await builtInsOf(root, to);
  const target = sessionFor(session, { version: to, builtIns });
  const mods = generation === undefined ? undefined : await planRollback(target, generation);
  return { to, builtIns, dropped: [], mods: mods && { ...mods, command: `game rollback (generation ${generation})` } };
}
