import { RoboportError } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import { fetchReleases } from "./fetch-releases.ts";
import type { Prepared } from "./prepare.ts";
import { saveWanted } from "./save-wanted.ts";
import type { Session } from "./session.ts";

/**
 * Prepare a change for the next `install`, which then needs no network: fetch and prove every release, write manifest and
 * lockfile, and leave the mods folder alone, so that a game may run meanwhile.
 *
 * @returns the plan, its lockfile complete with digests
 * @throws {RoboportError} `USAGE` for a switch that stands in mod-list.json alone, `APPLY_FAILED` when a file stands in the
 *   way, `LOCKED_OUT`, `PERMISSION`, `DISK_FULL`, and whatever fetching throws; nothing but the store has changed then.
 * @see rule STAGE-1
 */
export async function stage(session: Session, { plan, looking }: Pick<Prepared, "plan" | "looking">): Promise<Plan> {
  const [entry] = looking.entries ?? [];
  if (entry) {
    throw new RoboportError("USAGE", `Cannot prepare a switch of ${entry.name}: only mod-list.json has it`, {
      hint: "Stop the server and run the command without --stage.",
    });
  }
  const [blocked] = plan.blocked;
  if (blocked) {
    const { name, version } = blocked.mod;
    throw new RoboportError(
      "APPLY_FAILED",
      `Cannot prepare ${name} ${version.text}: another ${blocked.file} is there`,
      {
        hint: `Move mods/${blocked.file} away if the portal's release is wanted.`,
        data: { file: blocked.file },
      },
    );
  }
  const staged = { ...plan, lockfile: await fetchReleases(session, plan) };
  await saveWanted(session, { plan: staged });
  return staged;
}
