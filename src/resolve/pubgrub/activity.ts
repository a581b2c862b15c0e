import type { Package } from "./package.ts";

/** How fast old conflicts lose their weight. */
const AGING = 1.05;
/** Activities are scaled down before they leave the range of numbers. */
const ACTIVITY_MAX = 1e100;

/** Which packages took part in recent conflicts, and a heap of packages with the busiest first. */
export class Activity {
  private readonly heap: Package[] = [];
  /** Every package with an activity. */
  private readonly busy: Package[] = [];
  private weight = 1;

  /** A package takes part in the conflict at hand. */
  bump(of: Package): void {
    if (of.activity === 0) this.busy.push(of);
    of.activity += this.weight;
    if (of.activity > ACTIVITY_MAX) this.scaleDown();
    if (this.holds(of)) this.rise(of, of.rank);
  }

  /** Make the conflicts so far count less. */
  age(): void {
    this.weight *= AGING;
  }

  private scaleDown(): void {
    for (const each of this.busy) each.activity /= ACTIVITY_MAX;
    this.weight /= ACTIVITY_MAX;
  }

  add(of: Package): void {
    if (!this.holds(of)) this.rise(of, this.heap.push(of) - 1);
  }

  /** Take out the busiest. */
  pop(): Package | undefined {
    const [top] = this.heap;
    const last = this.heap.pop();
    if (last && last !== top) this.sink(last);
    return top;
  }

  clear(): void {
    this.heap.length = 0;
  }

  private holds(of: Package): boolean {
    return this.heap[of.rank] === of;
  }

  private rise(of: Package, from: number): void {
    let at = from;
    while (at > 0) {
      const parent = this.heap[(at - 1) >> 1] as Package;
      if (parent.activity >= of.activity) break;
      this.put(parent, at);
      at = (at - 1) >> 1;
    }
    this.put(of, at);
  }

  private sink(of: Package): void {
    const { heap } = this;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      const [left, right] = [heap[child] as Package, heap[child + 1]];
      const busier = right && right.activity > left.activity ? right : left;
      if (busier.activity <= of.activity) break;
      const next = busier.rank;
      this.put(busier, at);
      at = next;
    }
    this.put(of, at);
  }

  private put(of: Package, at: number): void {
    this.heap[at] = of;
    of.rank = at;
  }
}
