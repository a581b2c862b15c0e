import { readDependencies } from "./dependency-texts.ts";
import type { Requirement } from "./universe.ts";
import type { PresentMod } from "./why.ts";

/** A mod in the tree of a manifest. */
export interface TreeNode {
  readonly name: string;
  /** Absent for a mod that is not in the set. */
  readonly version: string | undefined;
  /** The dependency string that leads here; none for a line of the manifest. */
  readonly dependency: string | undefined;
  /** True when the mod stands with its dependencies further up. */
  readonly repeated: boolean;
  readonly children: readonly TreeNode[];
}

/** The most levels a tree shows; deeper dependencies are left out of the picture, not of the set. */
const DEPTH_MAX = 200;

/**
 * The lines of the manifest, each with what it depends on: required, unordered and, where present, recommended mods.
 *
 * @see rules TREE-1 to TREE-3
 */
export function buildTree(
  mods: ReadonlyMap<string, PresentMod>,
  requirements: readonly Requirement[],
): readonly TreeNode[] {
  const shown = new Set<string>();
  const grow = (name: string, dependency: string | undefined, depth: number): TreeNode => {
    const mod = mods.get(name);
    const repeated = shown.has(name);
    shown.add(name);
    const wanted = repeated || !mod || depth >= DEPTH_MAX ? [] : readDependencies(mod.dependencies);
    const children = wanted
      .filter(({ dependency: { kind, name: other } }) => {
        const counts = kind === "required" || kind === "unordered" || (kind === "recommended" && mods.has(other));
        return counts && other !== name;
      })
      .map((each) => grow(each.dependency.name, each.text, depth + 1));
    return { name, version: mod?.version.text, dependency, repeated, children };
  };
  return requirements.map(({ name }) => grow(name, undefined, 0));
}
