import { RoboportError } from "../errors.ts";
import type { Installation } from "../installation/installation.ts";
import { isServerRunning } from "../installation/running.ts";

/**
 * @param what is about to change
 * @throws {RoboportError} `SERVER_RUNNING` when a game uses this installation.
 * @see rule OPS-4
 */
export async function requireStopped(installation: Installation, what = "the mods"): Promise<void> {
  const { running, because } = await isServerRunning(installation);
  if (!running) return;
  throw new RoboportError("SERVER_RUNNING", `Cannot change ${what} of a running server: ${because}`, {
    hint: "Stop the server and run the command again, or add --stage to prepare the change for its next start.",
    data: { because },
  });
}
