import type { Reason } from "../../operations/graph.ts";
import { defineCommand, required } from "../command.ts";
import { bold, dim, lines, styled, type Text } from "../styled.ts";

const CHAINS_SHOWN = 10;

export const command = defineCommand({
  positional: [required<string>("NAME", "An installed mod", { complete: "installed-mods" })],
  examples: [["roboport why flib", "Who needs it, in which versions, and through whom it came"]],
  async run({ output, openSession }, _flags, name) {
    const { findReason } = await import("../../operations/graph.ts");
    const reason = await findReason(await openSession(), name);
    output.data(reason, () => {
      const more = reason.chains.length - CHAINS_SHOWN;
      return lines(
        styled`${bold(reason.name)} ${reason.version} ${inShort(reason)}`,
        reason.chains.slice(0, CHAINS_SHOWN).map(formatChain),
        more > 0 ? dim(`  and ${more} more ways`) : [],
      );
    });
  },
});

function inShort({ asked, byHand, chains }: Reason): string {
  if (byHand) return "was put there by hand";
  if (asked) return chains.length > 0 ? "is in roboport.json, and needed:" : "is in roboport.json";
  return chains.length > 0 ? "is needed:" : "ships with the game";
}

/** `factory needs "lib >= 1.0"`, link by link. */
function formatChain(chain: Reason["chains"][number]): Text {
  const steps = chain.map(({ from, dependency }): Text => styled`${from} ${dim(`"${dependency}"`)}`);
  return styled`  ${steps.reduce((all, step) => styled`${all} -> ${step}`)}`;
}
