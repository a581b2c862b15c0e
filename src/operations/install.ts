import { RoboportError } from "../errors.ts";
import { settled } from "./alone.ts";
import { getWish } from "./files.ts";
import { prepare, type Prepared, type Unsolvable } from "./prepare.ts";
import type { Session } from "./session.ts";
import type { TimeLimits } from "./time-limits.ts";

/** How to install. */
export interface InstallRequest extends TimeLimits {
  /** Refuse to solve: the lockfile has to answer the manifest as it is. */
  readonly locked: boolean;
}

/**
 * Plan to make the mods folder equal the lockfile; solve only when the manifest, the game or the mods put there by hand
 * changed since it was written.
 *
 * @throws {RoboportError} `LOCKFILE_STALE` with `locked`, `NO_INSTALLATION`, and whatever looking and asking throws.
 * @see rules OPS-9 and LOCK-5
 */
export async function planToInstall(session: Session, request: InstallRequest): Promise<Prepared | Unsolvable> {
  const { root } = await settled(session);
  const { text, previous, texts } = await getWish(root);
  const { releasedBefore, settledBefore } = request;
  const prepared = await prepare(session, {
    command: "install",
    manifestText: text,
    previous,
    texts,
    freedom: "nothing",
    releasedBefore,
    settledBefore,
  });
  if (!request.locked || (prepared.ok && !prepared.solved)) return prepared;
  throw new RoboportError(
    "LOCKFILE_STALE",
    "Cannot install with --locked: roboport.lock does not answer roboport.json",
    {
      hint: 'Run "roboport install" without --locked, look at the change to roboport.lock, and commit it.',
    },
  );
}
