import { errnoOf } from "../store/errno.ts";

/**
 * What `attempt` answers at once, or undefined when it fails with one of these codes.
 *
 * What is short is not worth a promise: handing it to the thread pool takes ten times as long.
 */
export function unlessErrno<T>(codes: readonly string[], attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch (error) {
    if (codes.includes(errnoOf(error) ?? "")) return undefined;
    throw error;
  }
}
