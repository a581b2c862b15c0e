import { defaultBuiltIns } from "../src/game/built-ins.ts";
import { parseVersion } from "../src/game/version.ts";
import { type SolveRequest, solve } from "../src/resolve/index.ts";
import { sample, startRandom } from "./random.ts";
import type { GeneratedUniverse } from "./universe-generator.ts";

/** Random mods of a generated universe, asked for together. */
export interface Pack {
  readonly name: string;
  readonly request: SolveRequest;
  readonly solvable: boolean;
}

const GAME = parseVersion("2.0.60");

function ask({ mods }: GeneratedUniverse, names: readonly string[]): SolveRequest {
  return {
    universe: { game: GAME, builtIns: defaultBuiltIns(GAME), mods },
    requirements: names.map((name) => ({ name, constraints: [] })),
  };
}

/** `size` mods as they come: large packs of strangers seldom have an answer. */
export function rawPack(universe: GeneratedUniverse, size: number, seed: number): Pack {
  const request = ask(universe, sample(universe.current, size, startRandom(seed)));
  return { name: `${size} raw #${seed}`, request, solvable: solve(request).ok };
}

/** `size` mods that have an answer: what was in the way is replaced by others. */
export function solvablePack(universe: GeneratedUniverse, size: number, seed: number): Pack {
  const candidates = sample(universe.current, size * 3, startRandom(seed));
  let [names, next] = [candidates.slice(0, size), size];
  for (;;) {
    const request = ask(universe, names);
    const answer = solve(request);
    if (answer.ok) return { name: `${size} solvable #${seed}`, request, solvable: true };
    const drop = answer.suggestions.find(({ change }) => change.kind === "drop")?.change;
    const dropped = new Set(drop?.kind === "drop" ? drop.mods : answer.core);
    names = names.filter((name) => !dropped.has(name));
    const missing = size - names.length;
    names = [...names, ...candidates.slice(next, next + missing)];
    next += missing;
    if (names.length < size) throw new Error(`No ${size} mods of ${candidates.length} go together`);
  }
}
