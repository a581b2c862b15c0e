import { parseVersion, versionOf } from "../src/game/version.ts";
import type { Mod, SolveRequest } from "../src/resolve/index.ts";
import { below, type Random, startRandom } from "./random.ts";

/** A request made to be hard, and whether it has an answer. */
export interface HardCase {
  readonly name: string;
  readonly request: SolveRequest;
  /** Undefined where nobody knows without solving it. */
  readonly solvable: boolean | undefined;
}

const GAME = parseVersion("2.0.60");

/** Collects the mods of a case: each release is `major.0.0` with its dependencies. */
class World {
  private readonly mods = new Map<string, Mod>();

  add(name: string, releases: readonly (readonly string[])[]): void {
    this.mods.set(name, {
      name,
      deprecated: false,
      releases: releases.map((dependencies, at) => ({
        version: versionOf(at + 1, 0, 0),
        factorioVersion: "2.0",
        dependencies,
      })),
    });
  }

  ask(roots: readonly string[]): SolveRequest {
    const builtIns = [{ name: "base", version: GAME, dependencies: [] }];
    return {
      universe: { game: GAME, builtIns, mods: this.mods },
      requirements: roots.map((name) => ({ name, constraints: [] })),
    };
  }
}

function times<T>(count: number, make: (at: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

/** A chain of mods, each release of which wants the next mod at least as new. */
function deepChain(depth: number, releases: number): HardCase {
  const world = new World();
  for (let at = 0; at < depth; at++) {
    const next = at + 1 < depth ? (release: number) => [`chain-${at + 1} >= ${release + 1}.0`] : () => [];
    world.add(`chain-${at}`, times(releases, next));
  }
  return { name: `deep chain ${depth}×${releases}`, request: world.ask(["chain-0"]), solvable: true };
}

/** The first mod and the last one collide in all but their oldest releases, with many innocent ones in between. */
function farConflict(between: number, releases: number): HardCase {
  const world = new World();
  world.add(
    "first",
    times(releases, (release) => (release === 0 ? [] : ["signal = 2.0"])),
  );
  for (let at = 0; at < between; at++)
    world.add(
      `innocent-${at}`,
      times(releases, () => []),
    );
  world.add(
    "last",
    times(releases, () => ["signal = 1.0"]),
  );
  world.add("signal", [[], []]);
  const roots = ["first", ...times(between, (at) => `innocent-${at}`), "last"];
  return { name: `far conflict ${between}×${releases}`, request: world.ask(roots), solvable: true };
}

/** Layers of mods that pin each other to one release number, which only the oldest of the bottom allows. */
function diamond(layers: number, width: number, releases: number): HardCase {
  const world = new World();
  for (let layer = 0; layer < layers; layer++) {
    for (let at = 0; at < width; at++) {
      const below_ = (release: number) => [
        `d-${layer + 1}-${at} >= ${release + 1}.0`,
        `d-${layer + 1}-${(at + 1) % width} <= ${release + 1}.0`,
      ];
      const bottom = (release: number) => (release > 0 && at === width - 1 ? ["nowhere"] : []);
      world.add(`d-${layer}-${at}`, times(releases, layer + 1 < layers ? below_ : bottom));
    }
  }
  const roots = times(width, (at) => `d-0-${at}`);
  return { name: `diamond ${layers}×${width}×${releases}`, request: world.ask(roots), solvable: true };
}

/** Mods of which every release but the oldest is dead. */
function deadReleases(mods: number, releases: number): HardCase {
  const world = new World();
  for (let at = 0; at < mods; at++)
    world.add(
      `dead-${at}`,
      times(releases, (release) => (release > 0 ? [`gone-${release}`] : [])),
    );
  return {
    name: `dead releases ${mods}×${releases}`,
    request: world.ask(times(mods, (at) => `dead-${at}`)),
    solvable: true,
  };
}

/** One mod that requires thousands. */
function megaPack(size: number): HardCase {
  const world = new World();
  const members = times(size, (at) => `member-${at}`);
  world.add("mega-pack", [members]);
  for (const name of members) world.add(name, [[], []]);
  return { name: `mega pack ${size}`, request: world.ask(["mega-pack"]), solvable: true };
}

/** Pigeons that each need a hole of their own. */
function pigeons(count: number, holes: number): HardCase {
  const world = new World();
  for (let hole = 0; hole < holes; hole++)
    world.add(
      `hole-${hole}`,
      times(count, () => []),
    );
  for (let at = 0; at < count; at++)
    world.add(
      `pigeon-${at}`,
      times(holes, (hole) => [`hole-${hole} = ${at + 1}.0`]),
    );
  const solvable = count <= holes;
  const roots = times(count, (at) => `pigeon-${at}`);
  return { name: `pigeons ${count} in ${holes}`, request: world.ask(roots), solvable };
}

/** Random 3-SAT: a variable is a mod with two releases, a clause one with three. */
function satisfiability(variables: number, ratio: number, seed: number): HardCase {
  const random = startRandom(seed);
  const world = new World();
  for (let at = 0; at < variables; at++) world.add(`variable-${at}`, [[], []]);
  const clauses = times(Math.round(variables * ratio), (at) => `clause-${at}`);
  for (const name of clauses) {
    const literal = () => [`variable-${below(variables, random)} = ${1 + below(2, random)}.0`];
    world.add(name, [literal(), literal(), literal()]);
  }
  return { name: `3-SAT ${variables} at ${ratio} #${seed}`, request: world.ask(clauses), solvable: undefined };
}

/** Mods coloured by their release so that neighbours differ. */
function colouring(nodes: number, edges: number, colours: number, seed: number): HardCase {
  const random = startRandom(seed);
  const world = new World();
  const needs = times(nodes, () => times(colours, () => [] as string[]));
  for (let edge = 0; edge < edges; edge++) {
    const [a, b] = twoOf(nodes, random);
    for (let colour = 0; colour < colours; colour++) {
      world.add(`edge-${edge}-${colour}`, [[], []]);
      needs[a]?.[colour]?.push(`edge-${edge}-${colour} = 1.0`);
      needs[b]?.[colour]?.push(`edge-${edge}-${colour} = 2.0`);
    }
  }
  needs.forEach((releases, at) => world.add(`node-${at}`, releases));
  const name = `${colours}-colouring ${nodes} nodes, ${edges} edges #${seed}`;
  return { name, request: world.ask(times(nodes, (at) => `node-${at}`)), solvable: undefined };
}

function twoOf(count: number, random: Random): readonly [number, number] {
  const first = below(count, random);
  return [first, (first + 1 + below(count - 1, random)) % count];
}

/** A crowd in which everybody refuses everybody else, wanted one at a time by choice. */
function rivals(groups: number, members: number): HardCase {
  const world = new World();
  for (let group = 0; group < groups; group++) {
    const names = times(members, (at) => `rival-${group}-${at}`);
    names.forEach((name) => world.add(name, [names.filter((other) => other !== name).map((other) => `! ${other}`)]));
    world.add(
      `choice-${group}`,
      times(members, (at) => [names[at] ?? ""]),
    );
    world.add(
      `other-choice-${group}`,
      times(members, (at) => [names[members - 1 - at] ?? ""]),
    );
  }
  const roots = times(groups, (group) => [`choice-${group}`, `other-choice-${group}`]).flat();
  return { name: `rivals ${groups}×${members}`, request: world.ask(roots), solvable: true };
}

/** Optional dependencies that turn every choice of one mod against the next. */
function optionalTrap(mods: number, releases: number): HardCase {
  const world = new World();
  for (let at = 0; at < mods; at++) {
    world.add(
      `trap-${at}`,
      times(releases, (release) => [
        `? trap-${(at + 1) % mods} < ${release + 1}.0`,
        `(?) trap-${at - 1} <= ${release + 1}.0`,
      ]),
    );
  }
  return {
    name: `optional trap ${mods}×${releases}`,
    request: world.ask(times(mods, (at) => `trap-${at}`)),
    solvable: false,
  };
}

/** The families of reference/performance.md §2.4 in its sizes, and some like them. */
export function hardCases(): readonly HardCase[] {
  return [
    deepChain(40, 10),
    deepChain(300, 30),
    farConflict(10, 10),
    farConflict(200, 50),
    diamond(8, 6, 10),
    diamond(20, 10, 50),
    deadReleases(50, 150),
    megaPack(13_000),
    pigeons(12, 12),
    pigeons(9, 8),
    pigeons(10, 9),
    pigeons(11, 10),
    satisfiability(200, 3.5, 1),
    satisfiability(50, 4.2, 1),
    satisfiability(100, 4.2, 1),
    satisfiability(150, 4.2, 1),
    satisfiability(150, 4.2, 2),
    satisfiability(150, 4.2, 3),
    deepChain(3000, 3),
    rivals(20, 30),
    optionalTrap(40, 20),
    colouring(40, 90, 3, 1),
    colouring(60, 135, 3, 2),
    colouring(30, 120, 4, 3),
  ];
}
