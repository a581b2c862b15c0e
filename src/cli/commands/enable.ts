import { carryOut } from "../carry-out.ts";
import { changeFlags, defineCommand, many } from "../command.ts";
import { networkFlags } from "../network-flags.ts";

export const command = defineCommand({
  details: "A mod that is off keeps its file, so this changes no file unless something it needs is missing.",
  flags: { ...changeFlags, ...networkFlags },
  positional: many("NAME", "A mod, or one that ships with the game", { complete: "installed-mods" }),
  examples: [["roboport enable space-age", "Switch a mod on, also one that ships with the game"]],
  async run(context, flags, ...names) {
    const session = await context.openSession(flags);
    const { planSwitch } = await import("../../operations/switch-mods.ts");
    const answer = await planSwitch(session, { names, enabled: true });
    return await carryOut(context, session, { ...flags, answer });
  },
});
