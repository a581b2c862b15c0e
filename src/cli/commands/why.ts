import type { Link } from "../../plan/lock-graph.ts";
import { defineCommand, required } from "../command.ts";
import { bold, dim, joined, lines, styled, type Text } from "../styled.ts";
import { formatTable } from "../table.ts";

export const command = defineCommand({
  positional: [required<string>("NAME", "An installed mod", { complete: "installed-mods" })],
  examples: [["roboport why flib", "Who needs it, in which versions, and through whom it came"]],
  async run({ output, openSession }, _flags, name) {
    const { explainWhy } = await import("../../operations/graph.ts");
    const why = await explainWhy(await openSession(), name);
    output.data(why, () => {
      const head = styled`${bold(why.name)} ${why.version}`;
      const reason = why.asked ? "is in roboport.json" : "is needed by others";
      const chain = why.chain.length > 1 ? [styled`  ${joined(why.chain, " -> ")}`] : [];
      const rows = why.links.map((link): readonly Text[] => [bold(link.from), link.version, says(link)]);
      return lines(styled`${head} ${reason}`, chain, formatTable(rows, { indent: 2, columns: output.columns }));
    });
  },
});

const SAYS = {
  required: "needs",
  unordered: "needs",
  recommended: "recommends",
  optional: "can use",
  "hidden-optional": "can use",
  incompatible: "cannot be with",
} as const;

function says({ kind, dependency }: Link): Text {
  return styled`${SAYS[kind]} ${dim(dependency)}`;
}
