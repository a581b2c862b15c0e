import { type Lock, withLock } from "../apply/lock.ts";
import { stateFolder } from "../apply/state-folder.ts";
import { needsRecovery, recover } from "../apply/transaction.ts";
import { makeFolder } from "../store/ownership.ts";
import type { Session } from "./session.ts";

/**
 * Run `action` as the only one who changes this installation, after finishing or undoing what a killed process began.
 *
 * @throws {RoboportError} `LOCKED_OUT`, `STATE_SHAPE`
 */
export async function alone<T>(session: Session, action: (lock: Lock) => Promise<T>): Promise<T> {
  const { root, modsDir } = await session.installation();
  const store = session.store();
  await makeFolder(store.fs, stateFolder(root), session.owner);
  const at = session.clock().toISOString();
  return await withLock(stateFolder(root), { at, breakLock: session.breakLock }, async (lock) => {
    const { outcome, kept } = await recover({ root, modsDir, store, owner: session.owner });
    if (outcome === "finished") session.emit({ kind: "notice", text: "Finished the change that was interrupted" });
    if (outcome === "undone") session.emit({ kind: "notice", text: "Took back the change that was interrupted" });
    for (const { path } of kept)
      session.emit({ kind: "notice", text: `Kept a copy of ${path}, which was changed by hand` });
    return await action(lock);
  });
}

/** Finish or undo what a killed process began, if there is anything; read-only otherwise. */
export async function recoverIfNeeded(session: Session): Promise<void> {
  const { root, modsDir } = await session.installation();
  if (await needsRecovery({ root, modsDir })) await alone(session, async () => {});
}
