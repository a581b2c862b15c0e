import { findDependency } from "../../game/dependency.ts";
import type { TreeNode as TreeMod } from "../../resolve/tree.ts";
import { defineCommand, switchFlag } from "../command.ts";
import { formatListing, formatLoadOrder } from "../show-listing.ts";
import { bold, lines } from "../styled.ts";
import { formatTree, type TreeNode } from "../tree.ts";

export const command = defineCommand({
  flags: {
    tree: switchFlag("Show what needs what"),
    order: switchFlag("Show what the game loads, in its order"),
  },
  examples: [
    ["roboport list", "Every mod with its version"],
    ["roboport list --tree", "As a tree of who needs whom"],
    ["roboport list --order", "In the order the game loads them"],
  ],
  async run({ output, openSession }, { tree, order }) {
    const session = await openSession();
    const { listMods } = await import("../../operations/list.ts");
    const listing = await listMods(session);
    if (tree) {
      const { loadTree } = await import("../../operations/graph.ts");
      const nodes = await loadTree(session);
      return output.data({ ...listing, tree: nodes }, () => lines(formatTree(nodes.map(nodeOf), output)));
    }
    output.data(listing, () => (order ? formatLoadOrder(listing) : formatListing(listing, output.columns)));
  },
});

/** Every mod needs base, so nobody wants to read it. */
function nodeOf({ name, version, dependency, repeated, children }: TreeMod): TreeNode {
  const kind = dependency === undefined ? undefined : findDependency(dependency)?.kind;
  const notes = [version ?? "missing"];
  if (kind !== undefined && kind !== "required") notes.push(`(${dependency})`);
  if (repeated) notes.push("(*)");
  return {
    label: bold(name),
    note: notes.join(" "),
    children: children.filter((child) => child.name !== "base").map(nodeOf),
  };
}
