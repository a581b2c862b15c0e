import type { Package } from "./pubgrub/package.ts";

interface Mark {
  readonly length: number;
  readonly cursor: number;
}

/**
 * Which package is decided next: the lines of the manifest, then the mods they name in the same order, then breadth-first
 * what those and the mods that are there in any case depend on.
 *
 * The order depends on nothing but the decisions made, so the answer does not depend on what the search learned on its way.
 */
export class Agenda {
  private readonly packages: Package[] = [];
  private cursor = 0;
  /** How things were before each decision. */
  private readonly marks: Mark[] = [];

  constructor(first: Iterable<Package>) {
    for (const each of first) this.add(each);
  }

  /** The first package that was not passed yet. */
  get current(): Package | undefined {
    return this.packages[this.cursor];
  }

  /** Everything on the agenda, in order. */
  get entries(): readonly Package[] {
    return this.packages;
  }

  pass(): void {
    this.cursor++;
  }

  /** Put a package at the end, unless it is on the agenda. */
  add(entry: Package): void {
    if (this.packages[entry.place] === entry) return;
    entry.place = this.packages.length;
    this.packages.push(entry);
  }

  /** Remember this moment as the beginning of a decision level. */
  mark(): void {
    this.marks.push({ length: this.packages.length, cursor: this.cursor });
  }

  /** Return to the moment at which the level above this one began. */
  backtrack(level: number): void {
    const mark = this.marks[level];
    if (!mark) return;
    this.packages.length = mark.length;
    this.cursor = mark.cursor;
    this.marks.length = level;
  }
}
