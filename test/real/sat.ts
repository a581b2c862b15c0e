/** A variable, counted from 1, or its opposite when negative. */
export type Literal = number;

/** Activities are scaled down before they leave the range of numbers. */
const ACTIVITY_MAX = 1e100;
const ACTIVITY_GROWTH = 1.05;

/**
 * An assignment under which every clause has a true literal, by variable; undefined when there is none.
 *
 * Conflict-driven: two watched literals, the first unique implication point, the most active variable next.
 */
export function findModel(variables: number, clauses: readonly (readonly Literal[])[]): readonly boolean[] | undefined {
  const search = new Search(variables);
  for (const clause of clauses) if (!search.addClause([...new Set(clause)])) return undefined;
  return search.run() ? search.model() : undefined;
}

class Search {
  /** 1 true, -1 false, 0 open; by variable. */
  private readonly values: Int8Array;
  private readonly levels: Int32Array;
  private readonly activities: Float64Array;
  private readonly reasons: (Literal[] | undefined)[];
  private readonly watchers: Literal[][][];
  private readonly trail: Literal[] = [];
  /** Length of the trail before each decision. */
  private readonly marks: number[] = [];
  private done = 0;
  private step = 1;

  constructor(variables: number) {
    this.values = new Int8Array(variables + 1);
    this.levels = new Int32Array(variables + 1);
    this.activities = new Float64Array(variables + 1);
    this.reasons = Array.from({ length: variables + 1 });
    this.watchers = Array.from({ length: 2 * variables + 2 }, () => []);
  }

  /** False when this clause contradicts those before it outright. */
  addClause(clause: Literal[]): boolean {
    const [first] = clause;
    if (first === undefined) return false;
    if (clause.length > 1) this.watch(clause);
    else if (this.valueOf(first) === 0) this.assign(first, undefined);
    else return this.valueOf(first) > 0;
    return true;
  }

  run(): boolean {
    for (;;) {
      const conflict = this.propagate();
      if (!conflict) {
        const next = this.mostActive();
        if (next === 0) return true;
        this.marks.push(this.trail.length);
        this.assign(-next, undefined);
      } else if (this.marks.length === 0) return false;
      else this.learn(conflict);
    }
  }

  model(): readonly boolean[] {
    return [...this.values].map((value) => value > 0);
  }

  private valueOf(literal: Literal): number {
    const value = this.values[Math.abs(literal)] ?? 0;
    return literal > 0 ? value : -value;
  }

  private watchersOf(literal: Literal): Literal[][] {
    return this.watchers[literal > 0 ? 2 * literal : 1 - 2 * literal] ?? [];
  }

  /** The first two literals of a clause are watched. */
  private watch(clause: Literal[]): void {
    for (const literal of clause.slice(0, 2)) this.watchersOf(literal).push(clause);
  }

  private assign(literal: Literal, reason: Literal[] | undefined): void {
    const variable = Math.abs(literal);
    this.values[variable] = literal > 0 ? 1 : -1;
    this.levels[variable] = this.marks.length;
    this.reasons[variable] = reason;
    this.trail.push(literal);
  }

  /** Draw every conclusion; a clause that is false throughout ends it. */
  private propagate(): Literal[] | undefined {
    while (this.done < this.trail.length) {
      const wrong = -(this.trail[this.done++] ?? 0);
      const watchers = this.watchersOf(wrong);
      const kept: Literal[][] = [];
      for (const [at, clause] of watchers.entries()) {
        if (this.moveWatch(clause, wrong)) continue;
        kept.push(clause);
        const [other = 0] = clause;
        if (this.valueOf(other) > 0) continue;
        if (this.valueOf(other) < 0) {
          watchers.splice(0, watchers.length, ...kept, ...watchers.slice(at + 1));
          return clause;
        }
        this.assign(other, clause);
      }
      watchers.splice(0, watchers.length, ...kept);
    }
    return undefined;
  }

  /** Watch another literal than the one that became false, where there is one that is not; leaves it second. */
  private moveWatch(clause: Literal[], wrong: Literal): boolean {
    if (clause[0] === wrong) swap(clause, 0, 1);
    if (this.valueOf(clause[0] ?? 0) > 0) return false;
    for (let at = 2; at < clause.length; at++) {
      const literal = clause[at] ?? 0;
      if (this.valueOf(literal) < 0) continue;
      swap(clause, 1, at);
      this.watchersOf(literal).push(clause);
      return true;
    }
    return false;
  }

  /** Keep what the conflict teaches, go back to where it says something, and conclude it there. */
  private learn(conflict: Literal[]): void {
    const clause = this.analyse(conflict);
    const [asserted = 0, ...others] = clause;
    const back = Math.max(0, ...others.map((literal) => this.levelOf(literal)));
    const deepest = clause.findIndex((literal, at) => at > 0 && this.levelOf(literal) === back);
    if (deepest > 0) swap(clause, 1, deepest);
    this.backtrack(back);
    if (clause.length > 1) this.watch(clause);
    this.assign(asserted, clause);
    this.step *= ACTIVITY_GROWTH;
  }

  private levelOf(literal: Literal): number {
    return this.levels[Math.abs(literal)] ?? 0;
  }

  /** Resolve the conflict with its reasons until one literal of this level is left, which comes first. */
  private analyse(conflict: Literal[]): Literal[] {
    const seen = new Set<number>();
    const others: Literal[] = [];
    let open = 0;
    let clause: readonly Literal[] = conflict;
    for (let at = this.trail.length - 1; ; at--) {
      for (const literal of clause) {
        const variable = Math.abs(literal);
        if (seen.has(variable) || this.levelOf(literal) === 0) continue;
        seen.add(variable);
        this.bump(variable);
        if (this.levelOf(literal) === this.marks.length) open++;
        else others.push(literal);
      }
      while (!seen.has(Math.abs(this.trail[at] ?? 0))) at--;
      const literal = this.trail[at] ?? 0;
      if (--open === 0) return [-literal, ...others];
      clause = this.reasons[Math.abs(literal)] ?? [];
    }
  }

  private bump(variable: number): void {
    const activity = (this.activities[variable] ?? 0) + this.step;
    this.activities[variable] = activity;
    if (activity < ACTIVITY_MAX) return;
    this.activities.forEach((each, at) => (this.activities[at] = each / ACTIVITY_MAX));
    this.step /= ACTIVITY_MAX;
  }

  private backtrack(level: number): void {
    const length = this.marks[level] ?? this.trail.length;
    for (const literal of this.trail.splice(length)) this.values[Math.abs(literal)] = 0;
    this.marks.length = level;
    this.done = length;
  }

  /** The open variable that took part in most conflicts of late; 0 when all are decided. */
  private mostActive(): number {
    let best = 0;
    for (let variable = 1; variable < this.values.length; variable++) {
      if (this.values[variable] !== 0) continue;
      if (best === 0 || (this.activities[variable] ?? 0) > (this.activities[best] ?? 0)) best = variable;
    }
    return best;
  }
}

function swap(clause: Literal[], a: number, b: number): void {
  [clause[a], clause[b]] = [clause[b] ?? 0, clause[a] ?? 0];
}
