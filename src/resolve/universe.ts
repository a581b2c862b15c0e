import type { BuiltIn } from "../game/built-ins.ts";
import type { Constraint } from "../game/dependency.ts";
import type { Version } from "../game/version.ts";

/** One downloadable version of a mod, as much of it as choosing needs. */
export interface Release {
  readonly version: Version;
  /** As published: may be missing a part or carry a third one. */
  readonly factorioVersion: string;
  /** Dependency strings as published. */
  readonly dependencies: readonly string[];
  /** ISO 8601 instant. */
  readonly releasedAt?: string;
  /** What fetching needs; the solver carries it along unread. */
  readonly sha1?: string;
  readonly fileName?: string;
  readonly downloadUrl?: string;
  /** Origin of the portal that offers this release. */
  readonly portal?: string;
}

/** A mod with all of its releases. */
export interface Mod {
  readonly name: string;
  /** Its author asks not to use it any more. */
  readonly deprecated: boolean;
  /** In any order. */
  readonly releases: readonly Release[];
}

/** Everything the solver may know: a closed value, so that any answer can be replayed from a file. */
export interface Universe {
  /** The full version of the game, such as 2.0.60. */
  readonly game: Version;
  /** What ships with the game, enabled or not. */
  readonly builtIns: readonly BuiltIn[];
  readonly mods: ReadonlyMap<string, Mod>;
}

/** One line of the manifest: a mod that must be there, within bounds. */
export interface Requirement {
  readonly name: string;
  /** All of them hold; none means any version. */
  readonly constraints: readonly Constraint[];
}
