import type { TreeMod } from "../../plan/lock-graph.ts";
import { defineCommand, switchFlag } from "../command.ts";
import { formatCount } from "../quantity.ts";
import { bold, dim, lines, red, styled, type Text } from "../styled.ts";
import { formatTable } from "../table.ts";
import { formatTree, type TreeNode } from "../tree.ts";

export const command = defineCommand({
  flags: { tree: switchFlag("Show what needs what") },
  examples: [
    ["roboport list", "Every mod with its version"],
    ["roboport list --tree", "As a tree of who needs whom"],
  ],
  async run({ output, openSession }, { tree }) {
    const session = await openSession();
    const { listMods } = await import("../../operations/list.ts");
    const listing = await listMods(session);
    if (tree) {
      const { loadTree } = await import("../../operations/graph.ts");
      const nodes = await loadTree(session);
      return output.data({ ...listing, tree: nodes }, () => lines(formatTree(nodes.map(nodeOf), output)));
    }
    output.data(listing, () => {
      const rows = listing.mods.map((mod): readonly Text[] => [
        mod.enabled ? bold(mod.name) : dim(mod.name),
        mod.version,
        dim(NOTES[mod.origin]),
        mod.present ? dim(mod.enabled ? "" : "off") : red("missing"),
      ]);
      const off = listing.builtIns.filter((builtIn) => !builtIn.enabled).map((builtIn) => builtIn.name);
      const total = `${formatCount(listing.mods.length, "mod")} for Factorio ${listing.factorio}`;
      const without = off.length > 0 ? `, without ${off.join(", ")}` : "";
      return lines(formatTable(rows, { columns: output.columns }), styled`${dim(total + without)}`);
    });
  },
});

function nodeOf({ name, version, kind, dependency, repeated, children }: TreeMod): TreeNode {
  const notes = [
    version,
    ...(kind === undefined || kind === "required" ? [] : [`(${dependency})`]),
    ...(repeated ? ["..."] : []),
  ];
  return { label: bold(name), note: notes.join(" "), children: children.map(nodeOf) };
}

const NOTES = { asked: "", needed: "needed", "by-hand": "by hand" } as const;
