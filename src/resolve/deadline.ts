import type { SolveLimits } from "./request.ts";

const DEFAULT_BUDGET_MS = 5000;

/** The time a search may take. */
export interface Deadline {
  /** Milliseconds since the deadline was set; 0 without a clock. */
  elapsed(): number;
  isOver(): boolean;
}

/** Start the budget; without a clock it never ends. */
export function startDeadline(limits: SolveLimits = {}): Deadline {
  const { now, budgetMs = DEFAULT_BUDGET_MS } = limits;
  if (!now) return { elapsed: () => 0, isOver: () => false };
  const start = now();
  return { elapsed: () => now() - start, isOver: () => now() - start >= budgetMs };
}
