import { RoboportError } from "../errors.ts";
import type { PlanFile } from "../plan/plan-file.ts";
import { settled } from "./alone.ts";
import { findLockfile } from "./files.ts";
import { look } from "./look.ts";
import { planFor, type Prepared } from "./prepare.ts";
import type { Session } from "./session.ts";

/**
 * Take up a plan that was made before, here or on another machine with the same mods folder.
 *
 * @throws {RoboportError} `PLAN_STALE` when the mods folder is not what the plan was made for.
 * @see rules PLAN-3 and PLAN-9
 */
export async function planFromFile(session: Session, file: PlanFile): Promise<Prepared> {
  const { root } = await settled(session);
  const previous = await findLockfile(root);
  const looked = await look(session);
  const planned = await planFor(session, { ...file, looked });
  if (planned.actual === file.actual) return { ...planned, findings: [], previous };
  throw new RoboportError(
    "PLAN_STALE",
    "Cannot apply the plan: mods folder, roboport.json or roboport.lock changed since",
    {
      hint: 'Make it again with "roboport plan --json".',
    },
  );
}
