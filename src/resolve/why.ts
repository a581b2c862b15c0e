import type { Dependency } from "../game/dependency.ts";
import { readDependencies } from "./dependency-texts.ts";
import type { Requirement } from "./universe.ts";

/** A mod of an installed or solved set, as much of it as its relations need. */
export interface PresentMod {
  readonly version: { readonly text: string };
  readonly dependencies: readonly string[];
}

/** One step from a mod to one it asks for. */
export interface Link {
  readonly from: string;
  readonly to: string;
  /** The dependency string as published. */
  readonly dependency: string;
}

/** Why a mod is there. */
export interface Why {
  readonly name: string;
  /** True when a line of the manifest names it. */
  readonly asked: boolean;
  /** The shortest chains from mods of the manifest to it, one per mod that asks for it directly. */
  readonly chains: readonly (readonly Link[])[];
}

/** What a relation is about: only those that make a mod be there count. */
function bringsIn({ kind }: Dependency): boolean {
  return kind === "required" || kind === "unordered" || kind === "recommended";
}

/**
 * The chains of dependencies that make a mod part of a set.
 *
 * @returns undefined when the mod is not in the set
 * @see rules WHY-1 to WHY-3
 */
export function explainWhy(
  name: string,
  mods: ReadonlyMap<string, PresentMod>,
  requirements: readonly Requirement[],
): Why | undefined {
  if (!mods.has(name)) return undefined;
  const cameBy = linksFromRoots(mods, requirements);
  const direct = [...mods].flatMap(([from, { dependencies }]) =>
    linksOf(from, dependencies, mods).filter((link) => link.to === name),
  );
  const chains = direct
    .filter(({ from }) => cameBy.has(from) && from !== name)
    .map((link) => [...chainTo(link.from, cameBy), link])
    .filter((chain) => !chain.slice(0, -1).some((link) => link.to === name || link.from === name));
  chains.sort((a, b) => a.length - b.length || compareNames(a[0]?.from ?? "", b[0]?.from ?? ""));
  return { name, asked: requirements.some((each) => each.name === name), chains };
}

/** For each mod that the manifest leads to, the link by which the shortest chain reaches it; none for the manifest's own. */
function linksFromRoots(
  mods: ReadonlyMap<string, PresentMod>,
  requirements: readonly Requirement[],
): ReadonlyMap<string, Link | undefined> {
  const cameBy = new Map<string, Link | undefined>();
  for (const { name } of requirements) if (mods.has(name)) cameBy.set(name, undefined);
  for (const from of cameBy.keys()) {
    for (const link of linksOf(from, mods.get(from)?.dependencies ?? [], mods)) {
      if (!cameBy.has(link.to)) cameBy.set(link.to, link);
    }
  }
  return cameBy;
}

function linksOf(
  from: string,
  dependencies: readonly string[],
  mods: ReadonlyMap<string, PresentMod>,
): readonly Link[] {
  return readDependencies(dependencies)
    .filter(({ dependency }) => bringsIn(dependency) && mods.has(dependency.name) && dependency.name !== from)
    .map(({ dependency, text }) => ({ from, to: dependency.name, dependency: text }));
}

function chainTo(name: string, cameBy: ReadonlyMap<string, Link | undefined>): readonly Link[] {
  const chain: Link[] = [];
  for (let link = cameBy.get(name); link; link = cameBy.get(link.from)) chain.push(link);
  return chain.reverse();
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
