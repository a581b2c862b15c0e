import type { Dependency } from "../../game/dependency.ts";
import type { Package } from "./package.ts";
import type { Requirement } from "../universe.ts";
import type { VersionSet } from "./version-set.ts";

/** "This package takes one of these values." */
export interface Term {
  readonly package: Package;
  readonly set: VersionSet;
}

/**
 * Terms that never hold all at once.
 *
 * Every rule of the game is one of two terms: `A 1.0 needs B >= 2` forbids "A is 1.0" together with "B is absent or below
 * 2"; `A 1.0 ! B` forbids "A is 1.0" together with "B is there". What the search learns are longer ones.
 */
export interface Incompatibility {
  /** The first two are watched; their order belongs to the propagation. */
  readonly terms: Term[];
  readonly cause: Cause;
  /** Learned from this many decisions; the fewer, the more it is worth. */
  readonly decisions?: number;
  /** Learned, and no longer worth its price. */
  forgotten?: boolean;
}

/** Why an incompatibility holds. */
export type Cause =
  /** A dependency string of the owner; its term on the owner comes first until the propagation moves it. */
  | { readonly kind: "dependency"; readonly owner: Package; readonly dependency: Dependency }
  /** A line of the manifest names a mod and bounds its version. */
  | { readonly kind: "requirement"; readonly requirement: Requirement }
  /** Every line of the manifest counts. */
  | { readonly kind: "demanded" }
  /** A mod put there by hand that this game refuses. */
  | { readonly kind: "misfit" }
  /** Follows from others, and from terms that hold whatever is decided. */
  | { readonly kind: "derived"; readonly from: readonly Incompatibility[]; readonly facts: readonly Term[] };

/** What an incompatibility says about one of its packages. */
export function termOn(incompatibility: Incompatibility, of: Package): Term {
  const term = incompatibility.terms.find((each) => each.package === of);
  if (!term) throw new Error(`No term on ${of.name}`);
  return term;
}
