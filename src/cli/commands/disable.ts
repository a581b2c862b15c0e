import { carryOut } from "../carry-out.ts";
import { changeFlags, defineCommand, many } from "../command.ts";
import { networkFlags } from "../network-flags.ts";

export const command = defineCommand({
  details: "The file stays. A mod that others need can only be switched off together with them.",
  flags: { ...changeFlags, ...networkFlags },
  positional: many("NAME", "A mod, or one that ships with the game", { complete: "installed-mods" }),
  examples: [["roboport disable space-age elevated-rails quality", "Play without the expansion"]],
  async run(context, flags, ...names) {
    const session = await context.openSession(flags);
    const { planSwitch } = await import("../../operations/switch-mods.ts");
    const answer = await planSwitch(session, { names, enabled: false });
    return await carryOut(context, session, { ...flags, answer });
  },
});
