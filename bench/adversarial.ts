import { colouring, latinSquare, parity, pigeons, queens, satisfiability } from "./hard-puzzles.ts";
import { type HardCase, times, World } from "./hard-world.ts";
import { below, startRandom } from "./random.ts";

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

/** Two chains that climb against each other and meet in the middle only. */
function ladder(steps: number, releases: number): HardCase {
  const world = new World();
  for (let at = 0; at < steps; at++) {
    world.add(
      `step-${at}`,
      times(releases, (release) => [
        ...(at + 1 < steps ? [`step-${at + 1} >= ${release + 1}.0`] : [`top <= ${releases - release}.0`]),
        ...(at > 0 ? [`? step-${at - 1} <= ${release + 1}.0`] : []),
      ]),
    );
  }
  world.add(
    "top",
    times(releases, (release) => [`step-0 >= ${release + 1}.0`]),
  );
  return { name: `ladder ${steps}×${releases}`, request: world.ask(["top", "step-0"]), solvable: true };
}

/** Mods that bound each other at random from both sides, and refuse each other now and then. */
export function randomWorld(mods: number, releases: number, seed: number): HardCase {
  const random = startRandom(seed);
  const world = new World();
  const operators = [">=", ">=", ">=", "<=", "="] as const;
  const dependency = (release: number) => {
    const target = `random-${below(mods, random)}`;
    if (random() < 0.05) return `! ${target}`;
    const prefix = random() < 0.3 ? "? " : "";
    const bound = Math.max(1, Math.min(releases, release + below(5, random) - 2));
    return `${prefix}${target} ${operators[below(operators.length, random)]} ${bound}.0`;
  };
  for (let at = 0; at < mods; at++) {
    world.add(
      `random-${at}`,
      times(releases, (release) => times(below(4, random), () => dependency(release + 1))),
    );
  }
  const roots = times(mods >> 3, (at) => `random-${at}`);
  return { name: `random world ${mods}×${releases} #${seed}`, request: world.ask(roots), solvable: undefined };
}

/** The families of reference/performance.md §2.4 in its sizes, and some like them. */
export function hardCases(): readonly (() => HardCase)[] {
  return [
    () => deepChain(40, 10),
    () => deepChain(300, 30),
    () => farConflict(10, 10),
    () => farConflict(200, 50),
    () => diamond(8, 6, 10),
    () => diamond(20, 10, 50),
    () => deadReleases(50, 150),
    () => megaPack(13_000),
    () => pigeons(12, 12),
    () => pigeons(9, 8),
    () => pigeons(10, 9),
    () => pigeons(11, 10),
    () => satisfiability(200, 3.5, 1),
    () => satisfiability(50, 4.2, 1),
    () => satisfiability(100, 4.2, 1),
    () => satisfiability(150, 4.2, 1),
    () => satisfiability(150, 4.2, 2),
    () => satisfiability(150, 4.2, 3),
    () => deepChain(3000, 3),
    () => rivals(20, 30),
    () => optionalTrap(40, 20),
    () => colouring(40, 90, 3, 1),
    () => colouring(60, 135, 3, 2),
    () => colouring(30, 120, 4, 3),
    () => colouring(50, 115, 3, 4),
    () => queens(8),
    () => queens(12),
    () => latinSquare(6, 1),
    () => latinSquare(8, 2),
    () => parity(40, 1),
    () => ladder(40, 25),
    () => randomWorld(300, 12, 1),
    () => randomWorld(300, 12, 2),
    () => randomWorld(1000, 8, 3),
  ];
}
