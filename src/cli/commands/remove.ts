import { carryOut } from "../carry-out.ts";
import { changeFlags, defineCommand, many } from "../command.ts";
import { networkFlags } from "../network-flags.ts";

export const command = defineCommand({
  details: "A mod that was only recommended by another one is turned down, and stays away until it is added.",
  flags: { ...changeFlags, ...networkFlags },
  positional: many("NAME", "A mod", { complete: "installed-mods" }),
  examples: [["roboport remove space-exploration", "The mod, and whatever only it needed"]],
  async run(context, flags, ...names) {
    const session = await context.openSession(flags);
    const { planRemove } = await import("../../operations/remove.ts");
    return await carryOut(context, session, { ...flags, answer: await planRemove(session, names) });
  },
});
