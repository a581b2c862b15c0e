import type { Incompatibility, Term } from "../pubgrub/incompatibility.ts";
import type { Package } from "../pubgrub/package.ts";
import type { Assignment } from "../pubgrub/partial-solution.ts";
import type { SolveRequest } from "../request.ts";
import { corePackages } from "./core.ts";
import { stateClaim, stateConclusion, stateLemma, stateRequirements } from "./narrate.ts";
import type { Protocol, Statement } from "./protocol.ts";
import type { Need } from "./stories.ts";
import type { Beginning } from "./tell-conflict.ts";
import { longList } from "./wording.ts";
import type { Refutation } from "./refute.ts";

export interface Telling {
  readonly request: SolveRequest;
  readonly protocol: Protocol;
  /** How to begin when it is not with what is asked for. */
  readonly beginning?: Beginning | undefined;
}

/** Tell a proof into a protocol, every sentence after the ones it follows from. */
export function tellProof(refutation: Refutation, { request, protocol, beginning }: Telling): void {
  const { evidence, because, used } = refutation;
  const narrator = new Narrator(refutation, request, protocol);
  narrator.begin(beginning);
  for (const step of evidence.steps) narrator.sayStep(step);
  if (because.cause.kind === "derived") for (const each of because.cause.from) narrator.say(each);
  else narrator.say(because);
  const core = corePackages(used);
  const isObvious = used.length === 1 && core.every(({ origin }) => origin === "request");
  if (!isObvious) protocol.conclude(beginning ? stateLoss(beginning.about) : stateConclusion(core, request));
}

function stateLoss(about: readonly Need[]): Statement {
  return { text: `So ${longList(about.map(({ line }) => line.name))} cannot be installed` };
}

class Narrator {
  private readonly numbers = new Map<Incompatibility, number>();
  /** The sentences that narrowed a package. */
  private readonly narrowedBy = new Map<Package, readonly number[]>();
  private readonly refutation: Refutation;
  private readonly request: SolveRequest;
  private readonly protocol: Protocol;

  constructor(refutation: Refutation, request: SolveRequest, protocol: Protocol) {
    this.refutation = refutation;
    this.request = request;
    this.protocol = protocol;
  }

  /** Say what is asked for, unless it is alone and says more. */
  begin(beginning: Beginning | undefined): void {
    const copies = [...this.refutation.source].filter(([, claim]) => this.refutation.used.includes(claim));
    const lines = copies.flatMap(([copy, { cause }]) =>
      cause.kind === "requirement" ? [{ copy, line: cause.requirement }] : [],
    );
    if (lines.length === 0) return;
    const covered = new Set(beginning?.about.map(({ own }) => own));
    const own = copies.filter(([, claim]) => covered.has(claim)).map(([copy]) => copy);
    const isImpossible = lines.length === 1 && copies.length === 1;
    if (isImpossible) return;
    const number = this.protocol.say(beginning?.opening ?? stateRequirements(lines.map(({ line }) => line)));
    for (const copy of [...lines.map((each) => each.copy), ...own]) this.numbers.set(copy, number);
  }

  /** Say why a package was narrowed. */
  sayStep({ package: narrowed, cause }: Assignment): void {
    if (!cause) return;
    const number = this.say(cause, this.isOwn(cause, narrowed));
    this.narrowedBy.set(narrowed, [...(this.narrowedBy.get(narrowed) ?? []), number]);
  }

  /** True when a dependency rules out releases of the very mod that has it. */
  private isOwn({ cause }: Incompatibility, narrowed: Package): boolean {
    return cause.kind === "dependency" && this.refutation.original.get(narrowed) === cause.owner;
  }

  /** Say an incompatibility unless it was said, and before it what it follows from. */
  say(incompatibility: Incompatibility, ruledOut = false): number {
    const known = this.numbers.get(incompatibility);
    if (known !== undefined) return known;
    const number = this.sayNew(incompatibility, ruledOut);
    this.numbers.set(incompatibility, number);
    return number;
  }

  private sayNew(incompatibility: Incompatibility, ruledOut: boolean): number {
    const { cause, terms } = incompatibility;
    const claim = this.refutation.source.get(incompatibility);
    if (claim) return this.protocol.say(stateClaim(claim, this.request, ruledOut));
    const because = cause.kind === "derived" ? this.sayReasons(cause) : [];
    return this.protocol.say(stateLemma(terms, because, this.request), because);
  }

  private sayReasons({ from, facts }: { from: readonly Incompatibility[]; facts: readonly Term[] }): readonly number[] {
    const said = [...from].reverse().map((each) => this.say(each));
    const known = facts.flatMap((fact) => this.narrowedBy.get(fact.package) ?? []);
    return [...new Set([...known, ...said])].sort((a, b) => a - b);
  }
}
