import { join } from "node:path";
import type { Installation } from "./installation.ts";
import { findLockHolder } from "./lock-holder.ts";
import { findGameProcess } from "./game-process.ts";

/** Whether a game uses an installation, and how we know. */
export interface ServerState {
  readonly running: boolean;
  /** One clause for a message: `process 4711 holds /srv/factorio/.lock`. */
  readonly because: string;
}

/**
 * Whether a server runs on this installation: a process holds the lock in its write folder, or has files of it open.
 *
 * A lock file that nobody holds is no sign of a server. Only Linux tells; elsewhere the answer is no and says so.
 *
 * @see reference/formats.md §12, rules RUN-1 to RUN-4
 */
export async function isServerRunning(at: Pick<Installation, "modsDir" | "writeDir">): Promise<ServerState> {
  if (process.platform !== "linux") return { running: false, because: `it cannot be known on ${process.platform}` };
  const lock = join(at.writeDir, ".lock");
  const holder = await findLockHolder(lock);
  if (holder) return { running: true, because: `${holder} holds ${lock}` };
  const user = await findGameProcess(at);
  if (user !== undefined) return { running: true, because: `process ${user} uses ${at.writeDir}` };
  return { running: false, because: "no process uses it" };
}
