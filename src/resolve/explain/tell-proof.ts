import type { Incompatibility, Term } from "../pubgrub/incompatibility.ts";
import type { Package } from "../pubgrub/package.ts";
import type { Assignment } from "../pubgrub/partial-solution.ts";
import type { SolveRequest } from "../request.ts";
import { corePackages } from "./core.ts";
import type { Sentence } from "./explanation.ts";
import { type Statement, stateClaim, stateConclusion, stateLemma } from "./narrate.ts";
import type { Refutation } from "./refute.ts";

/** Tell a proof as numbered sentences, each after the ones it follows from. */
export function tellProof(refutation: Refutation, request: SolveRequest, firstNumber: number): readonly Sentence[] {
  const { evidence, because, used } = refutation;
  const narrator = new Narrator(refutation, request, firstNumber);
  for (const step of evidence.steps) narrator.sayStep(step);
  if (because.cause.kind === "derived") for (const each of because.cause.from) narrator.say(each);
  else narrator.say(because);
  const core = corePackages(used);
  const isObvious = used.length === 1 && core.every(({ origin }) => origin === "request");
  if (!isObvious) narrator.push(stateConclusion(core, request));
  return narrator.sentences;
}

class Narrator {
  readonly sentences: Sentence[] = [];
  private readonly numbers = new Map<Incompatibility, number>();
  /** The sentences that narrowed a package. */
  private readonly narrowedBy = new Map<Package, readonly number[]>();
  private readonly refutation: Refutation;
  private readonly request: SolveRequest;

  private readonly firstNumber: number;

  constructor(refutation: Refutation, request: SolveRequest, firstNumber: number) {
    this.refutation = refutation;
    this.request = request;
    this.firstNumber = firstNumber;
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
    const { cause, terms } = incompatibility;
    const source = this.refutation.source.get(incompatibility);
    if (cause.kind !== "derived" && source) {
      const number = this.push(stateClaim(source, this.request, ruledOut));
      this.numbers.set(incompatibility, number);
      return number;
    }
    const because = cause.kind === "derived" ? this.sayReasons(cause) : [];
    const number = this.push({ ...stateLemma(terms, because, this.request), because });
    this.numbers.set(incompatibility, number);
    return number;
  }

  private sayReasons({ from, facts }: { from: readonly Incompatibility[]; facts: readonly Term[] }): readonly number[] {
    const said = [...from].reverse().map((each) => this.say(each));
    const known = facts.flatMap((fact) => this.narrowedBy.get(fact.package) ?? []);
    return [...new Set([...known, ...said])].sort((a, b) => a - b);
  }

  push(statement: Statement & { readonly because?: readonly number[] }): number {
    const number = this.firstNumber + this.sentences.length;
    this.sentences.push({ number, ...statement });
    return number;
  }
}
