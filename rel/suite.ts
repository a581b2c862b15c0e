/** How much of a suite runs: a sample that fits into `npm test`, or all of it. */
export type Scale = "ci" | "full";

export interface SuiteOptions {
  /** The same seed gives the same cases in the same order. */
  readonly seed: number;
  readonly scale: Scale;
  /** Only the case of this number, counted from 1. */
  readonly case?: number | undefined;
  /** Told the number of every case that is over. */
  readonly onCase?: (number: number) => void;
}

/** One case that did not hold. */
export interface CaseFailure {
  /** By which `--case` has it again. */
  readonly case: number;
  /** What was done and what came of it. */
  readonly text: string;
}

/** What a run of a suite showed. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  /** The first of those that failed. */
  readonly failures: readonly CaseFailure[];
  /** Numbers worth knowing, by what they count. */
  readonly figures: Readonly<Record<string, number>>;
  /** What could not be tried on this machine, each with the reason. */
  readonly skipped: readonly string[];
}

/** One promise, and what tries to break it. */
export interface Suite {
  readonly name: string;
  /** What has to hold, as one sentence. */
  readonly goal: string;
  run(options: SuiteOptions): Promise<SuiteResult>;
}
