import { carryOut } from "../carry-out.ts";
import { defineCommand, switchFlag, valueFlag } from "../command.ts";
import { timeFlags, timeLimits } from "../instant-flag.ts";
import { networkFlags } from "../network-flags.ts";

export const command = defineCommand({
  details: "Changes nothing. With --json the plan can be kept, looked at, and carried out later with apply.",
  flags: {
    update: switchFlag("Plan an update instead of an install"),
    ...timeFlags,
    saveUniverse: valueFlag("FILE", "Keep what the portals offered, to replay the decision with solve"),
    offline: networkFlags.offline,
  },
  examples: [
    ["roboport plan", "What install would change"],
    [
      "roboport plan --update --json > plan.json",
      "Keep the plan of an update; roboport apply plan.json carries it out",
    ],
  ],
  async run(context, flags) {
    const session = await context.openSession(flags);
    const { planToInstall } = await import("../../operations/install.ts");
    const { planUpdate } = await import("../../operations/update.ts");
    const limits = timeLimits(flags, context.clock);
    const answer = flags.update
      ? await planUpdate(session, { names: [], to: [], ...limits })
      : await planToInstall(session, { locked: false, ...limits });
    return await carryOut(context, session, { ...flags, answer, dryRun: true, yes: true });
  },
});
