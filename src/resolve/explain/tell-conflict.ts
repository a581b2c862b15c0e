import type { Incompatibility } from "../pubgrub/incompatibility.ts";
import type { SolveRequest } from "../request.ts";
import { coreNames, corePackages } from "./core.ts";
import type { Sentence } from "./explanation.ts";
import { stateClaim, stateConclusion } from "./narrate.ts";
import { refute } from "./refute.ts";
import { tellProof } from "./tell-proof.ts";
import { listed } from "./wording.ts";

/** The longest proof that is told step by step. */
const TOLD_CLAIMS_MAX = 24;
const TOLD_SENTENCES_MAX = 40;
/** How much trying a told proof may take. */
const CONFLICTS_MAX = 2000;
/** How many rules and names stand for the others in a summary. */
const SUMMARY_RULES = 6;
const SUMMARY_NAMES = 8;

/** A conflict between few claims in words: its proof, or a summary when that is too long for a person. */
export function tellConflict(
  claims: readonly Incompatibility[],
  request: SolveRequest,
  firstNumber: number,
): readonly Sentence[] {
  const refutation = claims.length <= TOLD_CLAIMS_MAX ? refute(claims, CONFLICTS_MAX) : undefined;
  const told = refutation && tellProof(refutation, request, firstNumber);
  return told && told.length <= TOLD_SENTENCES_MAX ? told : summarise(claims, request, firstNumber);
}

/** What is said of a conflict whose proof is too long for a person: who takes part, and some of the rules. */
function summarise(
  claims: readonly Incompatibility[],
  request: SolveRequest,
  firstNumber: number,
): readonly Sentence[] {
  const rules = claims.filter(({ cause }) => cause.kind !== "requirement");
  const mods = new Set(rules.flatMap(({ terms }) => terms.map((term) => term.package)));
  const core = coreNames(claims);
  const more = core.length > SUMMARY_NAMES ? [`${core.length - SUMMARY_NAMES} more`] : [];
  const statements = [
    { text: `You ask for ${listed([...core.slice(0, SUMMARY_NAMES), ...more])}.` },
    ...rules.slice(0, SUMMARY_RULES).map((rule) => stateClaim(rule, request)),
    { text: `Every choice among the releases of these ${mods.size} mods breaks one of ${rules.length} such rules.` },
    stateConclusion(corePackages(claims), request),
  ];
  return statements.map((statement, at) => ({ number: firstNumber + at, ...statement }));
}
