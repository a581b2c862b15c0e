import { findDependency } from "../../game/dependency.ts";
import type { TreeNode as TreeMod } from "../../resolve/tree.ts";
import { defineCommand, switchFlag } from "../command.ts";
import { formatCount } from "../quantity.ts";
import { bold, dim, lines, red, styled, type Text } from "../styled.ts";
import { formatTable } from "../table.ts";
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
    if (order) return output.data(listing, () => lines(formatLoadOrder(listing.loadOrder)));
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

function formatLoadOrder(names: readonly string[]): readonly Text[] {
  const rows = names.map((name, at): readonly Text[] => [dim(String(at + 1)), bold(name)]);
  return formatTable(rows, { right: [0] });
}

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

const NOTES = { asked: "", needed: "needed", "by-hand": "by hand" } as const;
