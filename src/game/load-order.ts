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
  const depths = graph.map(() => 0);
  const left = passFree(graph, depths);
  const groups = findGroups(graph, left);
  for (const group of groups) passGroup(group, graph, depths);
  return { names: sortNames(mods, depths), cycles: findCycles(mods, graph, groups) };
}

/** A mod never waits for itself. */
function orderingGraph(mods: readonly LoadedMod[], counts: (dependency: Dependency) => boolean): Graph {
  const places = new Map<string, number>();
  for (let at = 0; at < mods.length; at++) places.set((mods[at] as LoadedMod).name, at);
  const namedBy = mods.map((_, at) => at);
  return mods.map(({ dependencies }, at) => {
    const before: number[] = [];
    namedBy[at] = at;
    for (const each of dependencies) {
      const place = each.orders ? places.get(each.name) : undefined;
      if (place === undefined || namedBy[place] === at || !counts(each)) continue;
      namedBy[place] = at;
      before.push(place);
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

/**
 * Give every mod that waits for no circle its depth: the length of the longest chain of mods before it (Kahn 1962).
 *
 * @returns the places of the others
 */
function passFree(graph: Graph, depths: number[]): readonly number[] {
  const waitingFor = graph.map((before) => before.length);
  const dependents: number[][] = graph.map(() => []);
  for (let at = 0; at < graph.length; at++) for (const before of graph[at] ?? []) dependents[before]?.push(at);
  const ready: number[] = [];
  for (let at = 0; at < graph.length; at++) if (waitingFor[at] === 0) ready.push(at);
  for (const at of ready) {
    for (const dependent of dependents[at] ?? []) {
      depths[dependent] = Math.max(depths[dependent] ?? 0, (depths[at] ?? 0) + 1);
      const still = (waitingFor[dependent] ?? 0) - 1;
      waitingFor[dependent] = still;
      if (still === 0) ready.push(dependent);
    }
  }
  return ready.length === graph.length ? [] : graph.map((_, at) => at).filter((at) => waitingFor[at] !== 0);
}

/** Give the mods of a group their depth, as if they did not wait for each other; those before it have theirs. */
function passGroup(group: Group, graph: Graph, depths: number[]): void {
  const inside = new Set(group);
  const before = group.flatMap((at) => graph[at] ?? []).filter((at) => !inside.has(at));
  const depth = before.reduce((deepest, at) => Math.max(deepest, (depths[at] ?? 0) + 1), 0);
  for (const at of group) depths[at] = depth;
}

/** One mod of the walk through the graph: how much of its edges is done. */
interface Visit {
  readonly at: number;
  next: number;
}

/**
 * Of some mods those that reach each other, together; every group after the groups it depends on (Tarjan 1972, without
 * recursion).
 */
function findGroups(graph: Graph, among: readonly number[]): readonly Group[] {
  const groups: Group[] = [];
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const isAmong = new Set(among);
  const enter = (at: number): Visit => {
    index.set(at, index.size);
    low.set(at, index.size - 1);
    open.push(at);
    isOpen.add(at);
    return { at, next: 0 };
  };
  const lower = (at: number, to = 0) => low.set(at, Math.min(low.get(at) ?? 0, to));
  for (const start of among) {
    const path = index.has(start) ? [] : [enter(start)];
    for (let visit = path.at(-1); visit; visit = path.at(-1)) {
      const before = graph[visit.at]?.[visit.next++];
      if (before !== undefined) {
        if (!isAmong.has(before)) continue;
        if (!index.has(before)) path.push(enter(before));
        else if (isOpen.has(before)) lower(visit.at, index.get(before));
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above) lower(above.at, low.get(visit.at));
      if (low.get(visit.at) === index.get(visit.at)) groups.push(closeGroup(open, isOpen, visit.at));
    }
  }
  return groups;
}

function closeGroup(open: number[], isOpen: Set<number>, root: number): Group {
  const group = open.splice(open.lastIndexOf(root));
  for (const at of group) isOpen.delete(at);
  return group;
}

/** Cycles of required dependencies, and those that only optional ones close. */
function findCycles(mods: readonly LoadedMod[], graph: Graph, groups: readonly Group[]): readonly OrderCycle[] {
  const knots = groups.filter((group) => group.length > 1);
  if (knots.length === 0) return [];
  const hard = orderingGraph(mods, (dependency) => dependency.kind === "required");
  const hardKnots = findGroups(hard, knots.flat()).filter((group) => group.length > 1);
  const inHardKnot = new Set(hardKnots.flat());
  const softKnots = knots.filter((group) => !group.some((at) => inHardKnot.has(at)));
  const nameOf = (at: number) => mods[at]?.name ?? "";
  const cycles = [
    ...hardKnots.map((group) => ({ mods: oneWayRound(group, hard, nameOf), required: true })),
    ...softKnots.map((group) => ({ mods: oneWayRound(group, graph, nameOf), required: false })),
  ];
  return cycles.sort((a, b) => compareModNames(a.mods[0] ?? "", b.mods[0] ?? ""));
}

/** The shortest cycle through the first mod of a group; of equally short ones the first by name. */
function oneWayRound(group: Group, graph: Graph, nameOf: (at: number) => string): readonly string[] {
  const byName = (a: number, b: number) => compareModNames(nameOf(a), nameOf(b));
  const start = [...group].sort(byName)[0] ?? 0;
  const inside = new Set(group);
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const at of queue) {
    for (const next of [...(graph[at] ?? [])].sort(byName)) {
      if (next === start) return pathTo(at, cameFrom).map(nameOf);
      if (!inside.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      queue.push(next);
    }
  }
  return [nameOf(start)];
}

function pathTo(end: number, cameFrom: ReadonlyMap<number, number>): readonly number[] {
  const path = [end];
  for (let at = cameFrom.get(end); at !== undefined; at = cameFrom.get(at)) path.push(at);
  return path.reverse();
}
