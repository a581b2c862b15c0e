import type { Package } from "./pubgrub/package.ts";

/**
 * Which package is decided next: the lines of the manifest, then the mods they name in the same order, then breadth-first
 * what those and the mods that are there in any case depend on.
 *
 * The order depends on nothing but the decisions made, so the answer does not depend on what the search learned on its way.
 */
export class Agenda {
  private readonly packages: Package[] = [];
  private cursor = 0;
  /** How long the agenda was before each decision, and how far it was passed. */
  private readonly lengths: number[] = [];
  private readonly cursors: number[] = [];

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
    this.lengths.push(this.packages.length);
    this.cursors.push(this.cursor);
  }

  /** Return to the moment at which the level above this one began. */
  backtrack(level: number): void {
    const [length, cursor] = [this.lengths[level], this.cursors[level]];
    if (length === undefined || cursor === undefined) return;
    this.packages.length = length;
    this.cursor = cursor;
    this.lengths.length = level;
    this.cursors.length = level;
  }
}
