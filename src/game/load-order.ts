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

/** For each mod the present mods it loads after. */
type Edges = ReadonlyMap<string, readonly string[]>;

/**
 * The order in which the game loads a set of mods: those with shorter chains of ordering dependencies first, then by
 * upper-cased name. Mods in a cycle are placed as if they did not order each other.
 *
 * @see https://lua-api.factorio.com/latest/auxiliary/data-lifecycle.html and reference/formats.md §6, rules ORDER-1 to ORDER-7
 */
export function computeLoadOrder(mods: readonly LoadedMod[]): LoadOrder {
  const edges = orderingEdges(mods, () => true);
  const groups = findGroups(edges);
  const depth = depthOfEach(edges, groups);
  const names = [...edges.keys()].sort((a, b) => (depth.get(a) ?? 0) - (depth.get(b) ?? 0) || compareModNames(a, b));
  return { names, cycles: findCycles(mods, edges, groups) };
}

/** A mod never waits for itself. */
function orderingEdges(mods: readonly LoadedMod[], counts: (dependency: Dependency) => boolean): Edges {
  const present = new Set(mods.map(({ name }) => name));
  const edges = new Map<string, readonly string[]>();
  for (const { name, dependencies } of mods) {
    const before = new Set<string>();
    for (const each of dependencies) {
      if (each.orders && each.name !== name && present.has(each.name) && counts(each)) before.add(each.name);
    }
    edges.set(name, [...before]);
  }
  return edges;
}

/** One mod of the walk through the graph: how much of its edges is done. */
interface Visit {
  readonly name: string;
  readonly targets: readonly string[];
  next: number;
}

/**
 * Mods that reach each other, together; every group after the groups it depends on (Tarjan 1972, without recursion).
 */
function findGroups(edges: Edges): readonly (readonly string[])[] {
  const groups: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const enter = (name: string): Visit => {
    index.set(name, index.size);
    low.set(name, index.size - 1);
    open.push(name);
    isOpen.add(name);
    return { name, targets: edges.get(name) ?? [], next: 0 };
  };
  const lower = (name: string, to: number | undefined) => low.set(name, Math.min(low.get(name) ?? 0, to ?? 0));
  for (const start of edges.keys()) {
    const path = index.has(start) ? [] : [enter(start)];
    for (let visit = path.at(-1); visit; visit = path.at(-1)) {
      const target = visit.targets[visit.next++];
      if (target !== undefined) {
        if (!index.has(target)) path.push(enter(target));
        else if (isOpen.has(target)) lower(visit.name, index.get(target));
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above) lower(above.name, low.get(visit.name));
      if (low.get(visit.name) === index.get(visit.name)) groups.push(closeGroup(open, isOpen, visit.name));
    }
  }
  return groups;
}

function closeGroup(open: string[], isOpen: Set<string>, root: string): string[] {
  const group = open.splice(open.lastIndexOf(root));
  for (const name of group) isOpen.delete(name);
  return group;
}

/** Length of the longest chain of mods that load before, within one group counted once. */
function depthOfEach(edges: Edges, groups: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const depth = new Map<string, number>();
  for (const group of groups) {
    const before = group.flatMap((name) => edges.get(name) ?? []).map((name) => depth.get(name) ?? -1);
    const own = before.reduce((deepest, each) => Math.max(deepest, each), -1) + 1;
    for (const name of group) depth.set(name, own);
  }
  return depth;
}

/** Cycles of required dependencies, and those that only optional ones close. */
function findCycles(
  mods: readonly LoadedMod[],
  edges: Edges,
  groups: readonly (readonly string[])[],
): readonly OrderCycle[] {
  const knots = groups.filter((group) => group.length > 1);
  if (knots.length === 0) return [];
  const hard = orderingEdges(mods, (dependency) => dependency.kind === "required");
  const hardKnots = findGroups(hard).filter((group) => group.length > 1);
  const inHardKnot = new Set(hardKnots.flat());
  const softKnots = knots.filter((group) => !group.some((name) => inHardKnot.has(name)));
  const cycles = [
    ...hardKnots.map((group) => ({ mods: oneWayRound(group, hard), required: true })),
    ...softKnots.map((group) => ({ mods: oneWayRound(group, edges), required: false })),
  ];
  return cycles.sort((a, b) => compareModNames(a.mods[0] ?? "", b.mods[0] ?? ""));
}

/** The shortest cycle through the first mod of a group. */
function oneWayRound(group: readonly string[], edges: Edges): readonly string[] {
  const start = [...group].sort(compareModNames)[0] ?? "";
  const inside = new Set(group);
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const name of queue) {
    for (const next of edges.get(name) ?? []) {
      if (next === start) return pathTo(name, cameFrom);
      if (!inside.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, name);
      queue.push(next);
    }
  }
  return [start];
}

function pathTo(end: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const path = [end];
  for (let at = cameFrom.get(end); at !== undefined; at = cameFrom.get(at)) path.unshift(at);
  return path;
}
