import { RoboportError } from "../../errors.ts";
import { carryOut } from "../carry-out.ts";
import { changeFlags, defineCommand, optional } from "../command.ts";
import { networkFlags } from "../network-flags.ts";

export const command = defineCommand({
  details:
    "Manifest, lockfile and mods return together; what was there before stays in the history, so a second rollback takes the first one back.",
  flags: { ...changeFlags, ...networkFlags },
  positional: [
    optional("GENERATION", "A number that history lists; by default the one before the last", { parse: parseNumber }),
  ],
  examples: [
    ["roboport rollback", "Undo the last change"],
    ["roboport rollback 3", "Return to generation 3"],
  ],
  async run(context, flags, generation) {
    const session = await context.openSession(flags);
    const { planRollback } = await import("../../operations/rollback.ts");
    return await carryOut(context, session, { ...flags, answer: await planRollback(session, generation) });
  },
});

/** @throws {RoboportError} `USAGE` */
function parseNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new RoboportError("USAGE", `Cannot use "${text.slice(0, 40)}" as a generation`, {
    hint: 'Give a number that "roboport history" lists.',
  });
}
