import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import type { SolveRequest } from "../request.ts";
import { coreNames, corePackages } from "./core.ts";
import { stateClaim, stateConclusion } from "./narrate.ts";
import type { Protocol, Statement } from "./protocol.ts";
import { inReadingOrder } from "./reading-order.ts";
import { refute } from "./refute.ts";
import type { Need } from "./stories.ts";
import { tellProof } from "./tell-proof.ts";
import { shortList } from "./wording.ts";

/** The longest proof that is told step by step: what it rests on, and what it concludes on the way. */
const CLAIMS_MAX = 24;
const LEMMAS_MAX = 12;
/** How many rules stand for the others in a summary. */
const SUMMARY_RULES = 6;

/** How to begin when the proof is that of several lines at once. */
export interface Beginning {
  /** Says what is asked for, and which mod all of that needs. */
  readonly opening: Statement;
  readonly about: readonly Need[];
}

/** A conflict between claims in words: its proof, or a summary when that is too long for a person. */
export function tellConflict(
  claims: readonly Incompatibility[],
  request: SolveRequest,
  protocol: Protocol,
  beginning?: Beginning,
): void {
  const refutation = claims.length <= CLAIMS_MAX ? refute(inReadingOrder(claims), LEMMAS_MAX).refutation : undefined;
  if (refutation) tellProof(refutation, { request, protocol, beginning });
  else summarise(claims, request, protocol);
}

/** Who takes part, some of the rules, and that no choice respects them all. */
function summarise(claims: readonly Incompatibility[], request: SolveRequest, protocol: Protocol): void {
  const rules = claims.filter(({ cause }) => cause.kind !== "requirement");
  const mods = new Set(rules.flatMap(({ terms }) => terms.map((term) => term.package)));
  protocol.say({ text: `You ask for ${shortList(coreNames(claims))}`, mods: coreNames(claims) });
  for (const rule of rules.slice(0, SUMMARY_RULES)) protocol.say(stateClaim(rule, request));
  protocol.say({
    text: `Every choice among the releases of these ${mods.size} mods breaks one of ${rules.length} such rules`,
  });
  protocol.conclude(stateConclusion(corePackages(claims), request));
}
