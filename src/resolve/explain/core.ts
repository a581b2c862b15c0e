import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import type { Package } from "../pubgrub/package.ts";
import { ABSENT, has } from "../pubgrub/version-set.ts";

/** The requirements, hand-placed mods and switched-on built-ins that take part in some claims, each once. */
export function corePackages(claims: readonly Incompatibility[]): readonly Package[] {
  const terms = claims.flatMap((claim) => claim.terms);
  const there = terms.filter((term) => term.package.origin === "fixed" || !has(term.set, ABSENT));
  const packages = [...new Set(there.map((term) => term.package))];
  const isGiven = (of: Package) => of.origin !== "request" && of.name !== "base" && !has(of.all, ABSENT);
  return [...packages.filter(({ origin }) => origin === "request"), ...packages.filter(isGiven)];
}

/** The names in the core of a conflict. */
export function coreNames(claims: readonly Incompatibility[]): readonly string[] {
  return [...new Set(corePackages(claims).map(({ name }) => name))];
}
