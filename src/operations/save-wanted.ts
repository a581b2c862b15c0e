import { join } from "node:path";
import { applySteps, type Step } from "../apply/transaction.ts";
import { LOCKFILE_FILE } from "../plan/lockfile.ts";
import { MANIFEST_FILE } from "../plan/manifest.ts";
import { planTexts } from "../plan/plan.ts";
import { alone } from "./alone.ts";
import type { Prepared } from "./prepare.ts";
import type { Session } from "./session.ts";

/**
 * Write manifest and lockfile and leave the mods folder to a later `install` (`add --no-apply`).
 *
 * @throws {RoboportError} `LOCKED_OUT`, `PERMISSION`, `DISK_FULL`
 */
export async function saveWanted(session: Session, { plan }: Pick<Prepared, "plan">): Promise<void> {
  const { root, modsDir } = await session.installation();
  const texts = planTexts(plan);
  const steps: Step[] = [
    { do: "write", path: join(root, MANIFEST_FILE), content: texts.manifest },
    { do: "write", path: join(root, LOCKFILE_FILE), content: texts.lockfile },
  ];
  await alone(session, async (lock) => {
    await applySteps(steps, { root, modsDir, store: session.store(), lock, owner: session.owner });
  });
}
