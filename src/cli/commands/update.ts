import { RoboportError } from "../../errors.ts";
import { parseRequirement } from "../../plan/requirement.ts";
import type { Requirement } from "../../resolve/universe.ts";
import { carryOut } from "../carry-out.ts";
import { changeFlags, defineCommand, listFlag, many, valueFlag } from "../command.ts";
import { timeFlags, timeLimits } from "../instant-flag.ts";
import { networkFlags } from "../network-flags.ts";

export const command = defineCommand({
  details: "With names, only those mods move, and what must move with them.",
  flags: {
    ...changeFlags,
    to: listFlag("NAME@VERSION", "Move this mod to this version; repeatable", parseTarget),
    ...timeFlags,
    saveUniverse: valueFlag("FILE", "Keep what the portals offered, to replay the decision with solve"),
    ...networkFlags,
  },
  positional: many("NAME", "A mod", { complete: "installed-mods", minimum: 0 }),
  examples: [
    ["roboport update", "The newest set that fits together"],
    ["roboport update flib", "Only flib"],
    ["roboport update --to flib@0.15.0", "One mod to one version, also an older one"],
    ["roboport update --dry-run", "Only show what would move"],
  ],
  async run(context, flags, ...names) {
    const session = await context.openSession(flags);
    const { planUpdate } = await import("../../operations/update.ts");
    const answer = await planUpdate(session, { names, to: flags.to, ...timeLimits(flags, context.clock) });
    return await carryOut(context, session, { ...flags, answer });
  },
});

/** @throws {RoboportError} `USAGE` when no version is named. */
function parseTarget(text: string): Requirement {
  const requirement = parseRequirement(text);
  if (requirement.constraints.length > 0) return requirement;
  throw new RoboportError("USAGE", `Cannot update --to ${text.slice(0, 80)}: it names no version`, {
    hint: "Write it as --to NAME@VERSION.",
  });
}
