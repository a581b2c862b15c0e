import { type Bound, type Dependency, isWithin, loadsIn, readDependency } from "./game-rules.ts";
import type { Game } from "./checker.ts";
import { findModel, type Literal } from "./sat.ts";

/** One release as a universe file has it. */
export interface OfferedRelease {
  readonly version: string;
  readonly factorio_version?: string | null;
  /** A release that does not say depends on the game alone. */
  readonly dependencies?: readonly string[] | null;
  /** ISO 8601. */
  readonly released_at?: string;
}

/** Releases by mod. */
export type Offer = Readonly<Record<string, { readonly releases: readonly OfferedRelease[] }>>;

/**
 * Whether some choice of releases holds all the wanted mods and breaks no rule of the game.
 *
 * Says it in clauses, for a solver that knows nothing of mods. What nothing needs can stay away, so only wanted mods and
 * what their releases need take part.
 */
export function isPossible(wanted: Iterable<string>, offer: Offer, game: Game): boolean {
  const problem = new Problem(offer, game);
  const roots = [...wanted];
  for (const name of problem.closure(roots)) problem.addMod(name);
  problem.addRules();
  for (const name of roots) problem.clauses.push([problem.present(name)]);
  return findModel(problem.variables, problem.clauses) !== undefined;
}

interface Candidate {
  readonly literal: Literal;
  readonly version: string;
  readonly dependencies: readonly Dependency[];
}

interface Mod {
  readonly present: Literal;
  readonly candidates: readonly Candidate[];
  /** True when a candidate outside of a bound is chosen, by bound. */
  readonly outside: Map<string, Literal>;
}

class Problem {
  readonly clauses: (readonly Literal[])[] = [];
  variables = 0;
  private readonly mods = new Map<string, Mod>();
  private readonly releases = new Map<string, readonly Omit<Candidate, "literal">[]>();
  private readonly offer: Offer;
  private readonly game: Game;

  constructor(offer: Offer, game: Game) {
    this.offer = offer;
    this.game = game;
  }

  /** The wanted mods and whatever a release of one of them may need. */
  closure(wanted: readonly string[]): ReadonlySet<string> {
    const names = new Set([...wanted, ...this.game.builtIns.keys()]);
    for (const name of names) {
      for (const { dependencies } of this.releasesOf(name)) {
        for (const dependency of dependencies) if (dependency.needed) names.add(dependency.name);
      }
    }
    return names;
  }

  /** One version at most, and a mod is there exactly when a version of it is. */
  addMod(name: string): void {
    const present = this.fresh();
    const candidates = this.releasesOf(name).map((release) => ({ ...release, literal: this.fresh() }));
    this.mods.set(name, { present, candidates, outside: new Map() });
    this.clauses.push([-present, ...candidates.map(({ literal }) => literal)]);
    let taken: Literal | undefined;
    for (const { literal } of candidates) {
      const before = taken;
      taken = this.fresh();
      this.clauses.push([-literal, present], [-literal, taken]);
      if (before !== undefined) this.clauses.push([-before, taken], [-before, -literal]);
    }
    if (this.game.builtIns.has(name)) this.clauses.push([present]);
  }

  addRules(): void {
    for (const { candidates } of this.mods.values()) {
      for (const { literal, dependencies } of candidates) {
        for (const dependency of dependencies) this.addRule(literal, dependency);
      }
    }
  }

  present(name: string): Literal {
    const mod = this.mods.get(name);
    if (!mod) throw new Error(`${name} takes no part`);
    return mod.present;
  }

  private addRule(owner: Literal, { name, needed, excluded, bound }: Dependency): void {
    const mod = this.mods.get(name);
    if (!mod) return;
    if (needed) this.clauses.push([-owner, mod.present]);
    if (excluded) this.clauses.push([-owner, -mod.present]);
    if (bound) this.clauses.push([-owner, -this.outside(mod, bound)]);
  }

  private outside(mod: Mod, bound: Bound): Literal {
    const key = `${bound.operator}${bound.version}`;
    const known = mod.outside.get(key);
    if (known !== undefined) return known;
    const literal = this.fresh();
    mod.outside.set(key, literal);
    for (const candidate of mod.candidates) {
      if (!isWithin(candidate.version, bound)) this.clauses.push([-candidate.literal, literal]);
    }
    return literal;
  }

  private fresh(): Literal {
    return ++this.variables;
  }

  private releasesOf(name: string): readonly Omit<Candidate, "literal">[] {
    const known = this.releases.get(name);
    if (known) return known;
    const read = this.readReleases(name);
    this.releases.set(name, read);
    return read;
  }

  /** What could be chosen for a name: one version of a built-in, the releases for this game of any other. */
  private readReleases(name: string): readonly Omit<Candidate, "literal">[] {
    const builtIn = this.game.builtIns.get(name);
    if (builtIn !== undefined) return [{ version: builtIn, dependencies: [] }];
    const mod = Object.hasOwn(this.offer, name) ? this.offer[name] : undefined;
    return (mod?.releases ?? [])
      .filter((release) => loadsIn(this.game.version, release.factorio_version))
      .map(({ version, dependencies }) => ({
        version,
        dependencies: (dependencies ?? ["base"]).map(readDependency).filter((each) => each !== undefined),
      }));
  }
}
