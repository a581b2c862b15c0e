import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import type { SolveRequest } from "../request.ts";
import { coreNames, corePackages } from "./core.ts";
import type { Conflict } from "./explanation.ts";
import { stateClaim, stateConclusion } from "./narrate.ts";
import type { Protocol } from "./protocol.ts";
import { refute } from "./refute.ts";
import { tellProof } from "./tell-proof.ts";
import { shortList } from "./wording.ts";

/** The longest proof that is told step by step: what it rests on, and what it concludes on the way. */
const CLAIMS_MAX = 24;
const LEMMAS_MAX = 12;
/** How many rules stand for the others in a summary. */
const SUMMARY_RULES = 6;

/** A conflict between claims in words: its proof, or a summary when that is too long for a person. */
export function tellConflict(claims: readonly Incompatibility[], request: SolveRequest, protocol: Protocol): Conflict {
  const refutation = claims.length <= CLAIMS_MAX ? refute(claims, LEMMAS_MAX).refutation : undefined;
  if (refutation) tellProof(refutation, request, protocol);
  else summarise(claims, request, protocol);
  return protocol.close(coreNames(claims));
}

/** Who takes part, some of the rules, and that no choice respects them all. */
function summarise(claims: readonly Incompatibility[], request: SolveRequest, protocol: Protocol): void {
  const rules = claims.filter(({ cause }) => cause.kind !== "requirement");
  const mods = new Set(rules.flatMap(({ terms }) => terms.map((term) => term.package)));
  protocol.say({ text: `You ask for ${shortList(coreNames(claims))}` });
  for (const rule of rules.slice(0, SUMMARY_RULES)) protocol.say(stateClaim(rule, request));
  protocol.say({
    text: `Every choice among the releases of these ${mods.size} mods breaks one of ${rules.length} such rules`,
  });
  protocol.conclude(stateConclusion(corePackages(claims), request));
}
