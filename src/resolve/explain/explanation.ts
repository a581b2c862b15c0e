/** One step of an explanation. */
export interface Sentence {
  /** Counts from 1. */
  readonly number: number;
  readonly text: string;
  /** The mod whose release or requirement this is about. */
  readonly mod?: string;
  /** Versions of that mod. */
  readonly releases?: readonly string[];
  /** The dependency string it comes from, as published. */
  readonly dependency?: string;
  /** Numbers of the sentences it follows from. */
  readonly because?: readonly number[];
}

/** Requirements that cannot hold together, and why. */
export interface Conflict {
  /** Names of the requirements, fixed mods and built-ins in it; without any one of them it disappears. */
  readonly core: readonly string[];
  readonly explanation: readonly Sentence[];
}

/** One change to the request. */
export type Change =
  | { readonly kind: "drop"; readonly mods: readonly string[] }
  | { readonly kind: "allow"; readonly mod: string; readonly version: string }
  | { readonly kind: "enable"; readonly builtIn: string }
  | { readonly kind: "disable"; readonly builtIn: string }
  | { readonly kind: "game"; readonly line: string }
  | { readonly kind: "date" }
  | { readonly kind: "take-out"; readonly mod: string };

/** A change after which the request is solvable. */
export interface Suggestion {
  /** One imperative sentence. */
  readonly text: string;
  readonly change: Change;
}
