import { Engine } from "../pubgrub/engine.ts";
import { collectEvidence, type Evidence } from "./evidence.ts";
import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import { newPackage, type Package } from "../pubgrub/package.ts";
import { ABSENT, firstRelease, has, isSingle, sizeOf } from "../pubgrub/version-set.ts";

/** A proof that some incompatibilities cannot all be respected, on copies of their packages. */
export interface Refutation {
  readonly evidence: Evidence;
  readonly because: Incompatibility;
  /** The incompatibilities the proof uses. */
  readonly used: readonly Incompatibility[];
  /** How many conclusions it draws on the way. */
  readonly lemmas: number;
  /** The package that a copy stands for. */
  readonly original: ReadonlyMap<Package, Package>;
  /** The incompatibility that a copy stands for. */
  readonly source: ReadonlyMap<Incompatibility, Incompatibility>;
}

/** What an attempt to prove came to. */
export interface RefuteResult {
  /** Absent when something is left, or when the conflicts allowed were not enough to see. */
  readonly refutation?: Refutation;
  readonly conflicts: number;
}

/**
 * Prove that these incompatibilities alone leave nothing, given that every line of the manifest in them counts.
 *
 * @param conflictsMax conflicts after which to give up
 */
export function refute(claims: readonly Incompatibility[], conflictsMax: number): RefuteResult {
  const engine = new Engine();
  const copies = new Map<Package, Package>();
  const source = new Map<Incompatibility, Incompatibility>();
  for (const claim of linesFirst(claims)) {
    const terms = claim.terms.map(({ package: of, set }) => ({ package: copyOf(of, copies), set }));
    const copy = { terms, cause: claim.cause };
    source.set(copy, claim);
    engine.admit(copy);
  }
  while (engine.settle()) {
    const next = engine.conflicts > conflictsMax ? undefined : smallestOpen(copies.values());
    if (!next) return { conflicts: engine.conflicts };
    engine.decide(next, firstRelease(next.domain));
  }
  const because = engine.refutation as Incompatibility;
  const { conflicts } = engine;
  const evidence = collectEvidence(engine.solution, because);
  const used = evidence.sources.map((each) => source.get(each)).filter((each) => each !== undefined);
  const original = new Map([...copies].map(([of, copy]) => [copy, of]));
  return { refutation: { evidence, because, used, lemmas: conflicts, original, source }, conflicts };
}

/** What is asked for comes first in the trail, and so in what is told. */
function linesFirst(claims: readonly Incompatibility[]): readonly Incompatibility[] {
  const isLine = ({ cause }: Incompatibility) => cause.kind === "requirement";
  return [...claims.filter(isLine), ...claims.filter((claim) => !isLine(claim))];
}

function copyOf(of: Package, copies: Map<Package, Package>): Package {
  const known = copies.get(of);
  if (known) return known;
  const present = of.origin === "request" || !has(of.all, ABSENT);
  const copy = newPackage(of.name, { origin: of.origin, candidates: of.candidates, present });
  copies.set(of, copy);
  return copy;
}

/** Of the packages that must be there, the one with the fewest releases left to choose from. */
function smallestOpen(packages: Iterable<Package>): Package | undefined {
  let best: Package | undefined;
  for (const each of packages) {
    if (has(each.domain, ABSENT) || isSingle(each.domain)) continue;
    if (!best || sizeOf(each.domain) < sizeOf(best.domain)) best = each;
  }
  return best;
}
