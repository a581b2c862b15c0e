import { RoboportError } from "../errors.ts";
import type { Requirement } from "../resolve/universe.ts";
import { settled } from "./alone.ts";
import { getWish } from "./files.ts";
import { prepare, type Prepared, type Unsolvable } from "./prepare.ts";
import type { Session } from "./session.ts";
import type { TimeLimits } from "./time-limits.ts";

/** What to move, and how far. */
export interface UpdateRequest extends TimeLimits {
  /** Only these move, and what must move with them; all when empty. */
  readonly names: readonly string[];
  /** Exact versions to move to. */
  readonly to: readonly Requirement[];
}

/**
 * Plan to take the newest releases that fit.
 *
 * @throws {RoboportError} `NOT_INSTALLED` for a name that is not locked, `NO_INSTALLATION`, and whatever asking throws.
 * @see rule OPS-10
 */
export async function planUpdate(session: Session, request: UpdateRequest): Promise<Prepared | Unsolvable> {
  const { root } = await settled(session);
  const { text, manifest, previous, texts } = await getWish(root);
  const moving = new Set([...request.names, ...request.to.map(({ name }) => name)]);
  const known = new Set([...manifest.mods, ...(previous?.mods ?? [])].map((mod) => mod.name));
  for (const name of moving) {
    if (known.has(name)) continue;
    throw new RoboportError("NOT_INSTALLED", `Cannot update ${name}: it is not installed`, {
      hint: `Run "roboport add ${name}" to install it.`,
      data: { name },
    });
  }
  return await prepare(session, {
    command: ["update", ...moving].join(" "),
    manifestText: text,
    previous,
    texts,
    freedom: moving.size > 0 ? moving : "everything",
    extra: request.to,
    releasedBefore: request.releasedBefore,
    settledBefore: request.settledBefore,
  });
}
