import { describe, expect, it } from "vitest";
import { buildTree, type TreeNode } from "./tree.ts";

type Mods = Readonly<Record<string, readonly string[]>>;

const treeOf = (mods: Mods, roots: readonly string[]) =>
  buildTree(
    new Map(Object.entries(mods).map(([name, dependencies]) => [name, { version: { text: "1.0.0" }, dependencies }])),
    roots.map((name) => ({ name, constraints: [] })),
  );

/** A tree as lines, each as deep as it stands. */
function linesOf(nodes: readonly TreeNode[], depth = 0): readonly string[] {
  return nodes.flatMap(({ name, version = "missing", dependency, repeated, children }) => [
    `${"  ".repeat(depth)}${name} ${version}${dependency ? ` (${dependency})` : ""}${repeated ? " *" : ""}`,
    ...linesOf(children, depth + 1),
  ]);
}

describe("buildTree", () => {
  it("[TREE-1] shows what each mod of the manifest depends on, as written", () => {
    const mods = {
      b: ["z >= 1.0", "~ y", "+ x", "+ gone", "? w", "! v"],
      a: [],
      x: [],
      y: [],
      z: ["base"],
      w: [],
      base: [],
    };
    expect(linesOf(treeOf(mods, ["b", "a"]))).toEqual([
      "b 1.0.0",
      "  z 1.0.0 (z >= 1.0)",
      "    base 1.0.0 (base)",
      "  y 1.0.0 (~ y)",
      "  x 1.0.0 (+ x)",
      "a 1.0.0",
    ]);
  });

  it("[TREE-2] shows what a mod depends on once", () => {
    const mods = { a: ["c", "b", "a"], b: ["c"], c: ["d", "~ a"], d: [] };
    expect(linesOf(treeOf(mods, ["a", "b"]))).toEqual([
      "a 1.0.0",
      "  c 1.0.0 (c)",
      "    d 1.0.0 (d)",
      "    a 1.0.0 (~ a) *",
      "  b 1.0.0 (b)",
      "    c 1.0.0 (c) *",
      "b 1.0.0 *",
    ]);
  });

  it("[TREE-3] shows a missing mod without a version", () => {
    expect(linesOf(treeOf({ a: ["b"] }, ["a", "c"]))).toEqual(["a 1.0.0", "  b missing (b)", "c missing"]);
  });

  it("[TREE-3] ends after 200 levels", () => {
    const chain = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`m${at}`, [`m${at + 1}`]]));
    expect(linesOf(treeOf(chain, ["m0"]))).toHaveLength(201);
  });
});
