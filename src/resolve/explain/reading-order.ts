import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import { ABSENT, has } from "../pubgrub/version-set.ts";

/** Claims in the order in which a reader comes to them: what is asked for, then what that needs, and so on. */
export function inReadingOrder(claims: readonly Incompatibility[]): readonly Incompatibility[] {
  const rest = new Set(claims);
  const reached = new Set<string>();
  const order: Incompatibility[] = [];
  const take = (claim: Incompatibility) => {
    rest.delete(claim);
    order.push(claim);
    for (const { package: of, set } of claim.terms) if (of !== ownerOf(claim) && has(set, ABSENT)) reached.add(of.name);
  };
  for (const claim of claims) if (claim.cause.kind === "requirement") take(claim);
  for (const name of reached) for (const claim of rest) if (ownerOf(claim)?.name === name) take(claim);
  return [...order, ...rest];
}

function ownerOf({ cause }: Incompatibility) {
  return cause.kind === "dependency" ? cause.owner : undefined;
}
