import type { Version } from "../game/version.ts";
import type { Finding } from "./finding.ts";
import type { Conflict, Sentence, Suggestion } from "./explain/explanation.ts";
import type { Release, Requirement, Universe } from "./universe.ts";

/** A zip or folder the admin put into the mods folder by hand: it is loaded as it is and cannot move. */
export interface FixedMod {
  readonly version: Version;
  /** Dependency strings of its info.json. */
  readonly dependencies: readonly string[];
  /** As written in its info.json; taken to fit the game when absent. */
  readonly factorioVersion?: string;
}

/** What to solve. The order of `requirements` is the only order that matters. */
export interface SolveRequest {
  readonly universe: Universe;
  /** What must be there, most important first (the manifest's order). */
  readonly requirements: readonly Requirement[];
  /** Releases to keep wherever they are allowed. */
  readonly locked?: ReadonlyMap<string, Version>;
  /** Mods that leave their locked release for the preferred one (`update NAME`). */
  readonly free?: ReadonlySet<string>;
  /** Which end of the allowed releases to take; the newest by default. */
  readonly prefer?: "newest" | "oldest";
  /** Recommended (`+`) mods the admin turned off. */
  readonly without?: ReadonlySet<string>;
  /** Built-ins that are switched off; `base` never is. */
  readonly disabledBuiltIns?: ReadonlySet<string>;
  /** Mods put there by hand. */
  readonly fixed?: ReadonlyMap<string, FixedMod>;
  /** ISO 8601 instant: only releases published before it exist. */
  readonly releasedBefore?: string;
  readonly limits?: SolveLimits;
}

/** How long to try. Without a clock there is no limit. */
export interface SolveLimits {
  /** Milliseconds; 5000 when absent. */
  readonly budgetMs?: number;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

/** What the search did: counts are the same on every machine, times are not. */
export interface SolveStats {
  /** Mods the search had to know. */
  readonly mods: number;
  readonly decisions: number;
  readonly conflicts: number;
  readonly restarts: number;
  /** False when the budget ran out before the answer was proved to be the preferred one. */
  readonly exact: boolean;
  /** Milliseconds by the injected clock, where there is one. */
  readonly solveMs?: number;
}

/** The answer "yes". */
export interface Solution {
  readonly ok: true;
  /** What to download, by name, in load order. Built-ins and fixed mods are not in it. */
  readonly picks: ReadonlyMap<string, Release>;
  /** Everything that will load, in the game's order: picks, fixed mods and enabled built-ins. */
  readonly loadOrder: readonly string[];
  readonly findings: readonly Finding[];
  readonly stats: SolveStats;
}

/** The answer "no", or "not decided in time". */
export interface Failure {
  readonly ok: false;
  readonly undecided: boolean;
  /** Numbered sentences; a sentence follows from the ones it names. */
  readonly explanation: readonly Sentence[];
  /** Changes that make the request solvable, each checked by solving again. */
  readonly suggestions: readonly Suggestion[];
  /** Names of the requirements, fixed mods and built-ins that cannot be together: those of the first conflict. */
  readonly core: readonly string[];
  /** Every separate conflict that was found, the first one first. */
  readonly conflicts: readonly Conflict[];
  readonly stats: SolveStats;
}

/** What solving answers. */
export type Resolution = Solution | Failure;
