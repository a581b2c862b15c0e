import { parseVersion, versionOf } from "../src/game/version.ts";
import type { Mod, SolveRequest } from "../src/resolve/index.ts";
import { below, type Random } from "./random.ts";

/** A request made to be hard, and whether it has an answer. */
export interface HardCase {
  readonly name: string;
  readonly request: SolveRequest;
  /** Undefined where nobody knows without solving it. */
  readonly solvable: boolean | undefined;
}

const GAME = parseVersion("2.0.60");

/** Collects the mods of a case: each release is `major.0.0` with its dependencies. */
export class World {
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

export function times<T>(count: number, make: (at: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

/** Two different numbers below `count`. */
export function twoOf(count: number, random: Random): readonly [number, number] {
  const first = below(count, random);
  return [first, (first + 1 + below(count - 1, random)) % count];
}
