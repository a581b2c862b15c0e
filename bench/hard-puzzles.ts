import { type HardCase, times, twoOf, World } from "./hard-world.ts";
import { below, startRandom } from "./random.ts";

/** Pigeons that each need a hole of their own. */
export function pigeons(count: number, holes: number): HardCase {
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
export function satisfiability(variables: number, ratio: number, seed: number): HardCase {
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
export function colouring(nodes: number, edges: number, colours: number, seed: number): HardCase {
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

/** Queens that do not attack each other: a row is a mod, its release the column of its queen. */
export function queens(size: number): HardCase {
  const world = new World();
  const places = times(size, () => times(size, () => [] as string[]));
  const share = (name: string, cells: readonly (readonly [number, number])[]) => {
    world.add(
      name,
      times(size, () => []),
    );
    for (const [row, column] of cells) places[row]?.[column]?.push(`${name} = ${row + 1}.0`);
  };
  const all = times(size, (row) => times(size, (column) => [row, column] as const)).flat();
  for (let at = 0; at < size; at++)
    share(
      `column-${at}`,
      all.filter(([, column]) => column === at),
    );
  for (let at = 1 - size; at < 2 * size - 1; at++) {
    share(
      `rising-${at}`,
      all.filter(([row, column]) => row + column === at),
    );
    share(
      `falling-${at}`,
      all.filter(([row, column]) => row - column === at),
    );
  }
  places.forEach((releases, row) => world.add(`queen-${row}`, releases));
  return { name: `queens ${size}`, request: world.ask(times(size, (row) => `queen-${row}`)), solvable: true };
}

/** A square in which no row and no column has a number twice; some of its cells are given, perhaps at odds. */
export function latinSquare(size: number, seed: number): HardCase {
  const random = startRandom(seed);
  const world = new World();
  for (const line of ["row", "column"]) {
    for (let at = 0; at < size * size; at++)
      world.add(
        `${line}-${at}`,
        times(size, () => []),
      );
  }
  const roots: string[] = [];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const given = random() < 0.4 ? (row + column + below(2, random)) % size : undefined;
      world.add(
        `cell-${row}-${column}`,
        times(size, (number) => [
          `row-${row * size + number} = ${column + 1}.0`,
          `column-${column * size + number} = ${row + 1}.0`,
          ...(given === undefined || given === number ? [] : ["nowhere"]),
        ]),
      );
      roots.push(`cell-${row}-${column}`);
    }
  }
  return { name: `latin square ${size} #${seed}`, request: world.ask(roots), solvable: undefined };
}

/** Random equations of three bits each: hard to tell apart from noise, and without an answer for odd sums. */
export function parity(bits: number, seed: number): HardCase {
  const random = startRandom(seed);
  const world = new World();
  for (let at = 0; at < bits; at++) world.add(`bit-${at}`, [[], []]);
  const names = times(bits, (at) => `equation-${at}`);
  for (const name of names) {
    const [a, b] = twoOf(bits, random);
    const c = below(bits, random);
    const odd = below(2, random);
    const solutions = times(8, (mask) => [mask & 1, (mask >> 1) & 1, mask >> 2]).filter(
      ([x = 0, y = 0, z = 0]) => (x + y + z) % 2 === odd,
    );
    world.add(
      name,
      solutions.map(([x = 0, y = 0, z = 0]) => [
        `bit-${a} = ${x + 1}.0`,
        `bit-${b} = ${y + 1}.0`,
        `bit-${c} = ${z + 1}.0`,
      ]),
    );
  }
  return { name: `parity ${bits} #${seed}`, request: world.ask(names), solvable: undefined };
}
