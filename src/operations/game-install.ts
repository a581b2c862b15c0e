import { join } from "node:path";
import { withLock } from "../apply/lock.ts";
import { stateFolder } from "../apply/state-folder.ts";
import { RoboportError } from "../errors.ts";
import type { Version } from "../game/version.ts";
import { findGameData } from "../installation/game-data.ts";
import { alone } from "./alone.ts";
import { commit, type Committed } from "./commit.ts";
import { draftFolder, findHeldGame, gamesFolder, removeTree, sweepDrafts } from "./game-folders.ts";
import { type GamePlan, sessionFor } from "./game-plan.ts";
import type { GamePlace } from "./game-place.ts";
import { switchGame } from "./game-switch.ts";
import type { Prepared } from "./prepare.ts";
import { requireStopped } from "./require-stopped.ts";
import type { Session } from "./session.ts";

/** The game that comes, which is kept already, and the set of mods that fits it. */
export interface GameOrder extends Pick<GamePlan, "to" | "builtIns"> {
  /** Undefined for a server whose mods nobody manages. */
  readonly mods: Prepared | undefined;
}

/**
 * Put a game that is kept into the place of the one that is there, together with the mods that fit it: both or neither,
 * also when this process is killed or the power fails.
 *
 * @returns what became of the mods
 * @throws {RoboportError} `SERVER_RUNNING`, `PLAN_STALE`, `LOCKED_OUT`, and whatever committing throws.
 * @see rules SWITCH-1, SWITCH-2 and SWITCH-4
 */
export async function installGame(
  session: Session,
  place: GamePlace,
  order: GameOrder,
): Promise<Committed | undefined> {
  const { mods } = order;
  await requireIdleGame(place);
  const alongside = <T>(generation: number | undefined, act: () => Promise<T>) =>
    replaceGame(session, place, { ...order, generation, act });
  if (mods) return await commit(sessionFor(session, { ...order, version: order.to }), { ...mods, alongside });
  const act = () => alongside(undefined, async () => undefined);
  if (place.installation) return await alone(session, act);
  const { owner, breakLock } = session;
  return await withLock(stateFolder(place.root), { at: session.clock().toISOString(), breakLock, owner }, act);
}

interface Replacement<T> extends GameOrder {
  readonly generation: number | undefined;
  readonly act: () => Promise<T>;
}

async function replaceGame<T>(session: Session, place: GamePlace, order: Replacement<T>): Promise<T> {
  const { root, version: from } = place;
  const { to, generation, act } = order;
  await requireIdleGame(place);
  await requireFresh(place, to);
  const { fs } = session.store();
  return await switchGame({ root, from, to, generation, fs, owner: session.owner }, async () => {
    session.lookAgain();
    return await act();
  });
}

/**
 * @throws {RoboportError} `SERVER_RUNNING`
 * @see rule GAMEDIR-2
 */
export async function requireIdleGame({ installation }: GamePlace): Promise<void> {
  if (installation) await requireStopped(installation, "the game");
}

/** @throws {RoboportError} `PLAN_STALE` when another process was faster. */
async function requireFresh({ root, version }: GamePlace, to: Version): Promise<void> {
  const here = (await findGameData(join(root, "data")))?.game;
  if (here?.key === version?.key && (await findHeldGame(root, to))) return;
  throw new RoboportError("PLAN_STALE", `Cannot install Factorio ${to.text}: the game changed meanwhile`, {
    hint: "Run the command again.",
  });
}

/**
 * Remove a game that is kept and does not run.
 *
 * @throws {RoboportError} `NOT_INSTALLED`, `LOCKED_OUT`, `PERMISSION`
 * @see rule GAMEDIR-4
 */
export async function removeGame(session: Session, { root }: GamePlace, version: Version): Promise<void> {
  const { owner, breakLock } = session;
  const { fs } = session.store();
  const options = { at: session.clock().toISOString(), breakLock, owner };
  await alone(session, () =>
    withLock(gamesFolder(root), options, async () => {
      const held = await findHeldGame(root, version);
      if (!held) throw notKept(version);
      await sweepDrafts(fs, root);
      await fs.rename(held.folder, draftFolder(root, version));
      await removeTree(fs, draftFolder(root, version));
    }),
  );
}

function notKept({ text }: Version): RoboportError {
  return new RoboportError("NOT_INSTALLED", `Factorio ${text} is not kept here`, {
    hint: 'Run "roboport game list" to see what is.',
    data: { version: text },
  });
}
