import { carryOut } from "../carry-out.ts";
import { changeFlags, defineCommand, switchFlag, valueFlag } from "../command.ts";
import { timeFlags, timeLimits } from "../instant-flag.ts";
import { networkFlags } from "../network-flags.ts";

export const command = defineCommand({
  details:
    "Solves only when roboport.json, the game or the mods put there by hand changed since roboport.lock was written; a satisfied install asks nothing and writes nothing.",
  flags: {
    dryRun: changeFlags.dryRun,
    yes: changeFlags.yes,
    stage: changeFlags.stage,
    locked: switchFlag("Refuse to solve: roboport.lock has to answer roboport.json as it is"),
    ...timeFlags,
    saveUniverse: valueFlag("FILE", "Keep what the portals offered, to replay the decision with solve"),
    ...networkFlags,
  },
  examples: [
    ["roboport install", "Make the mods folder what roboport.json and roboport.lock say"],
    ["roboport install --locked", "The same on another machine, exactly as it was locked"],
    ["roboport install --offline", "From the store alone"],
  ],
  async run(context, flags) {
    const session = await context.openSession(flags);
    const { planToInstall } = await import("../../operations/install.ts");
    const answer = await planToInstall(session, { locked: flags.locked, ...timeLimits(flags, context.clock) });
    return await carryOut(context, session, { ...flags, yes: true, answer });
  },
});
