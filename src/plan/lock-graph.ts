import { bringsIn, type Dependency, type DependencyKind, findDependency } from "../game/dependency.ts";

/** A mod with its dependency strings: a locked one, or one put there by hand. */
export interface GraphMod {
  readonly name: string;
  readonly version: { readonly text: string };
  readonly dependencies: readonly string[];
}

/** Why one mod is there because of another. */
export interface Link {
  readonly from: string;
  readonly version: string;
  /** The dependency string, as published. */
  readonly dependency: string;
  readonly kind: DependencyKind;
}

/** A mod in the tree of who needs whom. */
export interface TreeMod {
  readonly name: string;
  readonly version: string;
  /** The dependency string that leads here; none for a mod that was asked for. */
  readonly dependency?: string;
  readonly kind?: DependencyKind;
  readonly children: readonly TreeMod[];
  /** True when its children are shown at another place. */
  readonly repeated: boolean;
}

/**
 * The tree of what needs what, from the mods that were asked for; a mod is unfolded once.
 *
 * @see rule GRAPH-1
 */
export function treeOf(mods: readonly GraphMod[], roots: readonly string[]): readonly TreeMod[] {
  const byName = new Map(mods.map((mod) => [mod.name, mod]));
  const unfolded = new Set<string>();
  const visit = (mod: GraphMod, link?: readonly [text: string, dependency: Dependency]): TreeMod => {
    const repeated = unfolded.has(mod.name);
    unfolded.add(mod.name);
    const links = repeated ? [] : linksOf(mod).filter(([, { kind }]) => bringsIn(kind));
    const children = links.flatMap((each) => {
      const child = byName.get(each[1].name);
      return child ? [visit(child, each)] : [];
    });
    return {
      name: mod.name,
      version: mod.version.text,
      ...(link && { dependency: link[0], kind: link[1].kind }),
      children,
      repeated: repeated && linksOf(mod).some(([, { kind, name }]) => bringsIn(kind) && byName.has(name)),
    };
  };
  return roots.flatMap((root) => {
    const mod = byName.get(root);
    return mod ? [visit(mod)] : [];
  });
}

/**
 * Every mod that says something about this one: what brings it in, what holds its version, what forbids it.
 *
 * @see rule GRAPH-2
 */
export function linksTo(mods: readonly GraphMod[], name: string): readonly Link[] {
  return mods.flatMap((mod) =>
    linksOf(mod).flatMap(([text, { kind, name: target }]): Link[] =>
      target === name ? [{ from: mod.name, version: mod.version.text, dependency: text, kind }] : [],
    ),
  );
}

/** Names from a root to this mod, the mod itself last; undefined when none leads there. */
export function chainTo(
  mods: readonly GraphMod[],
  roots: readonly string[],
  name: string,
): readonly string[] | undefined {
  const byName = new Map(mods.map((mod) => [mod.name, mod]));
  const before = new Map<string, string | undefined>(roots.map((root) => [root, undefined]));
  const open = [...before.keys()];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    if (next === name) return pathTo(name, before);
    for (const [, { kind, name: target }] of linksOf(byName.get(next))) {
      if (!bringsIn(kind) || before.has(target) || !byName.has(target)) continue;
      before.set(target, next);
      open.push(target);
    }
  }
  return undefined;
}

function pathTo(name: string, before: ReadonlyMap<string, string | undefined>): readonly string[] {
  const path: string[] = [];
  for (let at: string | undefined = name; at !== undefined; at = before.get(at)) path.unshift(at);
  return path;
}

function linksOf(mod: GraphMod | undefined): readonly (readonly [text: string, dependency: Dependency])[] {
  return (mod?.dependencies ?? []).flatMap((text) => {
    const dependency = findDependency(text);
    return dependency ? [[text, dependency] as const] : [];
  });
}
