import { type Lock, withLock } from "../apply/lock.ts";
import { stateFolder } from "../apply/state-folder.ts";
import { needsRecovery, recover } from "../apply/transaction.ts";
import type { Installation } from "../installation/installation.ts";
import { afterwards } from "./afterwards.ts";
import { isSwitchLeft, settleSwitch } from "./game-switch.ts";
import type { Session } from "./session.ts";
import { registerInstallation } from "./store-root.ts";

/**
 * Run `action` as the only one who changes this installation, after finishing or undoing what a killed process began.
 *
 * @throws {RoboportError} `LOCKED_OUT`, `STATE_SHAPE`
 */
export async function alone<T>(session: Session, action: (lock: Lock) => Promise<T>): Promise<T> {
  const { root, modsDir } = await session.installation();
  const store = session.store();
  const at = session.clock().toISOString();
  return await withLock(stateFolder(root), { at, breakLock: session.breakLock, owner: session.owner }, async (lock) => {
    const { outcome, kept } = await recover({ root, modsDir, store, owner: session.owner });
    const game = await settleSwitch(root, store.fs);
    if (game !== "nothing") session.lookAgain();
    if (game === "finished")
      session.emit({ kind: "notice", text: "Finished the change of the game that was interrupted" });
    if (game === "undone")
      session.emit({ kind: "notice", text: "Took back the change of the game that was interrupted" });
    if (outcome === "finished") session.emit({ kind: "notice", text: "Finished the change that was interrupted" });
    if (outcome === "undone") session.emit({ kind: "notice", text: "Took back the change that was interrupted" });
    if (outcome === "tidied") session.emit({ kind: "notice", text: "Removed what an interrupted command left" });
    for (const { path } of kept)
      session.emit({ kind: "notice", text: `Kept a copy of ${path}, which was changed by hand` });
    const result = await action(lock);
    await afterwards(session, () => registerInstallation(session));
    return result;
  });
}

/**
 * The installation, at rest: what a killed process began is finished or undone before anything of it is read.
 *
 * @throws {RoboportError} `NO_INSTALLATION`, `LOCKED_OUT`, `STATE_SHAPE`
 * @see rule OPS-2
 */
export async function settled(session: Session): Promise<Installation> {
  await recoverIfNeeded(session);
  return await session.installation();
}

/** Finish or undo what a killed process began, if there is anything; read-only otherwise. */
async function recoverIfNeeded(session: Session): Promise<void> {
  if (await isChangeLeft(session)) await alone(session, async () => {});
}

/** True when a change of mods or game was interrupted, or is under way in another process. */
export async function isChangeLeft(session: Session): Promise<boolean> {
  const { root, modsDir } = await session.installation();
  return (await needsRecovery({ root, modsDir })) || (await isSwitchLeft(root, session.store().fs));
}
