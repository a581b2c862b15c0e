import { getGeneration } from "../apply/generations.ts";
import { isRoboportError } from "../errors.ts";
import { parseLockfile } from "../plan/lockfile.ts";
import { commit } from "./commit.ts";
import { findGamePlace, requireOurGame } from "./game-place.ts";
import { installGame } from "./game-install.ts";
import { planGameRollback } from "./game-rollback.ts";
import { findCurrentGeneration, findLoadedGeneration } from "./run-loaded.ts";
import type { RunEnd } from "./run-server.ts";
import { planRollback } from "./rollback.ts";
import type { Session } from "./session.ts";

/** What to do about a server that did not come up. */
export type AfterRun =
  | { readonly do: "nothing"; readonly why: string }
  | { readonly do: "return"; readonly from: number; readonly to: number };

/**
 * Decide whether a server that ended may come up with the last set that did.
 *
 * @returns undefined when there is nothing to say: it was in the game, or ended as it should.
 * @see rules RUNNER-6 and RUNNER-7
 */
export async function planAfterRun(session: Session, end: RunEnd): Promise<AfterRun | undefined> {
  if (end.wasInGame || end.isStopped || end.exitCode === 0) return undefined;
  if (end.failure?.isOfMods === false) return { do: "nothing", why: "another set of mods would not mend that" };
  const { root } = await session.installation();
  const [current, loaded] = [await findCurrentGeneration(root), await findLoadedGeneration(session, root)];
  if (current === undefined || !loaded) return { do: "nothing", why: "no server has come up with an earlier set" };
  if (loaded.generation === current) return { do: "nothing", why: "a server has come up with this very set" };
  if (!(await isKept(root, loaded.generation))) return { do: "nothing", why: "the last set that did is not kept" };
  return { do: "return", from: current, to: loaded.generation };
}

async function isKept(root: string, number: number): Promise<boolean> {
  try {
    await getGeneration(root, number);
    return true;
  } catch (error) {
    if (!isRoboportError(error, "NO_SUCH_GENERATION")) throw error;
    return false;
  }
}

/**
 * Return to a generation with the game it was for.
 *
 * @returns the number of the generation that this made
 * @throws whatever committing throws.
 */
export async function returnTo(session: Session, number: number): Promise<number | undefined> {
  const { root } = await session.installation();
  const { lockfile } = await getGeneration(root, number);
  const version = lockfile === undefined ? undefined : parseLockfile(lockfile).factorio;
  const place = await findGamePlace(session);
  const isSameGame = version === undefined || place.version === undefined || version.key === place.version.key;
  if (isSameGame) return (await commit(session, await planRollback(session, number))).generation;
  await requireOurGame(session, place);
  const plan = await planGameRollback(session, place, { version, generation: number });
  const mods = plan.mods?.ok ? plan.mods : undefined;
  return (await installGame(session, place, { ...plan, mods }))?.generation;
}
