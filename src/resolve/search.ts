import { Agenda } from "./agenda.ts";
import { DemandBook, type Demands } from "./demands.ts";
import { Engine } from "./pubgrub/engine.ts";
import type { Package } from "./pubgrub/package.ts";
import { Packages } from "./packages.ts";
import type { SolveRequest } from "./request.ts";
import { ABSENT, firstRelease, has, isDisjoint, isSingle, onlyValue } from "./pubgrub/version-set.ts";

/** The engine at work on a universe: it learns what a release demands when that release is considered. */
export class Search {
  readonly packages: Packages;
  readonly engine: Engine;
  readonly agenda: Agenda;
  restarts = 0;
  private readonly book: DemandBook;

  constructor(request: SolveRequest) {
    this.packages = new Packages(request);
    this.book = new DemandBook(this.packages);
    this.engine = new Engine((each) => this.book.widen(each));
    this.agenda = new Agenda([...this.packages.requests, ...this.packages.present]);
  }

  /** Draw all conclusions; false when they prove that nothing works. */
  settle(): boolean {
    const settled = this.engine.settle();
    this.agenda.backtrack(this.engine.solution.level);
    return settled;
  }

  /**
   * Bring in what a value demands. What was known before its package is decided will be propagated then; the rest is
   * looked at here.
   *
   * @returns its demands, or undefined when they rule the value out or there is a conflict to settle first
   */
  consider(of: Package, value: number): Demands | undefined {
    const demands = this.book.of(of, value);
    const fresh = this.book.takeFresh();
    if (fresh.length === 0 && !isSingle(of.domain)) return demands;
    for (const incompatibility of fresh) this.engine.admit(incompatibility);
    for (const incompatibility of demands.incompatibilities) this.engine.examine(incompatibility);
    return this.engine.inConflict || !has(of.domain, value) ? undefined : demands;
  }

  /** True when it is known what a value demands. */
  knows(of: Package, value: number): boolean {
    return this.book.knows(of, value);
  }

  /** True when it is known that a value asks for nothing that is not settled already. */
  asksNothing(of: Package, value: number): boolean {
    if (!this.book.knows(of, value)) return false;
    return this.book.of(of, value).incompatibilities.every(({ terms }) => {
      return terms.some((term) => term.package !== of && isDisjoint(term.package.domain, term.set));
    });
  }

  /** From now on every line of the manifest counts, whatever is decided. */
  insistOnLines(): void {
    for (const line of this.packages.requests) {
      this.engine.admit({ terms: [{ package: line, set: onlyValue(ABSENT, line.all) }], cause: { kind: "demanded" } });
      this.consider(line, 1);
    }
  }

  get level(): number {
    return this.engine.solution.level;
  }

  /** Begin anew above a level, with what was learned. */
  restart(level: number): void {
    this.restarts++;
    this.backtrack(level);
    this.engine.forget();
  }

  decide(of: Package, value: number): void {
    this.agenda.mark();
    this.engine.decide(of, value);
  }

  /** Undo every decision above this level. */
  backtrack(level: number): void {
    this.engine.solution.backtrack(level);
    this.agenda.backtrack(level);
  }

  /** The mods that the chosen value of a package recommends. */
  recommendedBy(of: Package): readonly Package[] {
    const value = firstRelease(of.domain);
    return value === ABSENT ? [] : this.book.of(of, value).recommends;
  }
}
