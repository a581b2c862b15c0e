import { isRoboportError } from "../errors.ts";
import { errnoOf } from "../store/file-system.ts";
import type { Session } from "./session.ts";

/**
 * Do what follows a change that is done. That the disk does not let us is worth telling, and no reason to report the
 * change as failed.
 *
 * @see rule OPS-35
 */
export async function afterwards(session: Session, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error) || !isOfTheDisk(error)) throw error;
    session.emit({ kind: "notice", text: `${error.message}; what the command was for is done` });
  }
}

function isOfTheDisk(error: Error): boolean {
  if (isRoboportError(error)) return ["DISK_FULL", "PERMISSION", "DISK_ERROR"].includes(error.code);
  return errnoOf(error) !== undefined;
}
