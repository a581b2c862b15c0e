/** Where a part of a sentence comes from. */
export interface Source {
  /** The mod whose release says so. */
  readonly mod: string;
  /** Versions of that mod. */
  readonly releases: readonly string[];
  /** The dependency string, as published. */
  readonly dependency?: string;
}

/** One step of an explanation. */
export interface Sentence {
  /** Counts from 1. */
  readonly number: number;
  readonly text: string;
  /** The mod whose release or requirement this is about. */
  readonly mod?: string;
  /** The lines of the manifest that it is about, where they are several. */
  readonly mods?: readonly string[];
  /** Versions of that mod. */
  readonly releases?: readonly string[];
  /** The dependency string it comes from, as published. */
  readonly dependency?: string;
  /** What it comes from, mod by mod, where it is about the dependencies of several. */
  readonly sources?: readonly Source[];
  /** Numbers of the sentences it follows from. */
  readonly because?: readonly number[];
}

/** Requirements that cannot hold together, and why. */
export interface Conflict {
  /** Names of the requirements, fixed mods and built-ins in it; without any one of them it disappears. */
  readonly core: readonly string[];
  /** What several conflicts share stands in each of them, with the same number. */
  readonly explanation: readonly Sentence[];
}

/** One change to the request. */
export type Change =
  | { readonly kind: "drop"; readonly mods: readonly string[] }
  | { readonly kind: "rename"; readonly mod: string; readonly to: string }
  | { readonly kind: "allow"; readonly mod: string; readonly version: string }
  /** `builtIns`: all that are switched with it, itself included. */
  | { readonly kind: "enable"; readonly builtIn: string; readonly builtIns: readonly string[] }
  | { readonly kind: "disable"; readonly builtIn: string; readonly builtIns: readonly string[] }
  /** `version`: the first one of the line that will do, where not every one does. */
  | { readonly kind: "game"; readonly line: string; readonly version?: string }
  /** `until`: when the last release that it takes was published. */
  | { readonly kind: "date"; readonly until?: string }
  | { readonly kind: "take-out"; readonly mod: string };

/** What to change so that the request is solvable. */
export interface Suggestion {
  /** One imperative sentence. */
  readonly text: string;
  readonly change: Change;
  /** Further changes, where one is not enough: all of them together help. */
  readonly and?: readonly Change[];
}
