import type { Dependency } from "./dependency.ts";
import { compareModNames } from "./mod-name.ts";

/** A mod that will be loaded, as much of it as its place in the order needs. */
export interface LoadedMod {
  readonly name: string;
  readonly dependencies: readonly Dependency[];
}

/** Mods that each want to load after the next one, and the last one after the first. */
export interface OrderCycle {
  /** One way round, beginning with the first of them by name. */
  readonly mods: readonly string[];
  /** False when leaving out an optional dependency breaks it. */
  readonly required: boolean;
}

/** In which order the game loads mods. */
export interface LoadOrder {
  readonly names: readonly string[];
  readonly cycles: readonly OrderCycle[];
}

/** For each mod, by its place in the list of mods, the places of those it loads after. */
type Graph = readonly (readonly number[])[];

/** Mods that reach each other, by their places. */
type Group = readonly number[];

/**
 * The order in which the game loads a set of mods: those with shorter chains of ordering dependencies first, then by
 * upper-cased name. Mods in a cycle are placed as if they did not order each other.
 *
 * @see https://lua-api.factorio.com/latest/auxiliary/data-lifecycle.html and reference/formats.md §6, rules ORDER-1 to ORDER-7
 */
export function computeLoadOrder(mods: readonly LoadedMod[]): LoadOrder {
  const graph = orderingGraph(mods, () => true);
  const depths = findDepths(graph);
  if (depths) return { names: sortNames(mods, depths), cycles: [] };
  const groups = findGroups(graph);
  return { names: sortNames(mods, depthsOfGroups(graph, groups)), cycles: findCycles(mods, graph, groups) };
}

/** A mod never waits for itself. */
function orderingGraph(mods: readonly LoadedMod[], counts: (dependency: Dependency) => boolean): Graph {
  const places = new Map<string, number>();
  for (let at = 0; at < mods.length; at++) places.set((mods[at] as LoadedMod).name, at);
  return mods.map(({ dependencies }, at) => {
    const before: number[] = [];
    for (const each of dependencies) {
      const place = each.orders ? places.get(each.name) : undefined;
      if (place !== undefined && place !== at && counts(each) && !before.includes(place)) before.push(place);
    }
    return before;
  });
}

function sortNames(mods: readonly LoadedMod[], depths: readonly number[]): readonly string[] {
  const entries = mods.map(({ name }, at) => ({ name, upper: name.toUpperCase(), depth: depths[at] ?? 0 }));
  entries.sort((a, b) => {
    if (a.depth !== b.depth) return a.depth - b.depth;
    if (a.upper !== b.upper) return a.upper < b.upper ? -1 : 1;
    return a.name < b.name ? -1 : 1;
  });
  return entries.map(({ name }) => name);
}

/** Length of the longest chain of mods before each; undefined when there is a cycle (Kahn 1962). */
function findDepths(graph: Graph): readonly number[] | undefined {
  const depths = graph.map(() => 0);
  const waitingFor = graph.map((before) => before.length);
  const dependents: number[][] = graph.map(() => []);
  for (let at = 0; at < graph.length; at++) for (const before of graph[at] ?? []) dependents[before]?.push(at);
  const ready: number[] = [];
  for (let at = 0; at < graph.length; at++) if (waitingFor[at] === 0) ready.push(at);
  for (const at of ready) {
    for (const dependent of dependents[at] ?? []) {
      depths[dependent] = Math.max(depths[dependent] ?? 0, (depths[at] ?? 0) + 1);
      if (--(waitingFor as number[])[dependent] === 0) ready.push(dependent);
    }
  }
  return ready.length === graph.length ? depths : undefined;
}
