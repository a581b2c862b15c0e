import { parseRequirement } from "../../plan/requirement.ts";
import { carryOut } from "../carry-out.ts";
import { changeFlags, defineCommand, many, switchFlag, valueFlag } from "../command.ts";
import { timeFlags, timeLimits } from "../instant-flag.ts";
import { networkFlags } from "../network-flags.ts";

export const command = defineCommand({
  details:
    "NAME@REQ asks for a version: flib@0.16.5 for exactly that one, 'flib@>=0.16' for at least that, 'flib@>=1.2,<2' for a range.",
  flags: {
    ...changeFlags,
    noApply: switchFlag("Write roboport.json and roboport.lock, and leave the mods folder alone"),
    ...timeFlags,
    saveUniverse: valueFlag("FILE", "Keep what the portals offered, to replay the decision with solve"),
    ...networkFlags,
  },
  positional: many("NAME[@REQ]", "A mod, with the versions that are welcome", { parse: parseRequirement }),
  examples: [
    ["roboport add space-exploration", "The newest release that fits, with everything it needs"],
    ["roboport add 'flib@>=0.16' 'Squeak Through'", "Two mods, one with a condition"],
    ["roboport add space-age", "Switch a mod on that ships with the game"],
  ],
  async run(context, flags, ...requirements) {
    const session = await context.openSession(flags);
    const { planAdd } = await import("../../operations/add.ts");
    const answer = await planAdd(session, { requirements, ...timeLimits(flags, context.clock) });
    return await carryOut(context, session, { ...flags, answer });
  },
});
