import type { CaseFailure, SuiteOptions, SuiteResult } from "./suite.ts";

/** Failures that are told in full; the rest is counted. */
const FAILURES_TOLD = 20;

export interface CaseOptions extends Pick<SuiteOptions, "case" | "onCase"> {
  /** Cases at the same time; 1 by default. */
  readonly atOnce?: number;
}

/** Try every case; one that throws has failed, and the next one runs all the same. */
export async function runCases<T>(
  cases: Iterable<T> | AsyncIterable<T>,
  options: CaseOptions,
  attempt: (each: T, number: number) => unknown,
): Promise<Pick<SuiteResult, "passed" | "failed" | "failures">> {
  const failures: CaseFailure[] = [];
  let [passed, failed] = [0, 0];
  const numbered = number(cases);
  const work = async () => {
    for await (const [at, each] of { [Symbol.asyncIterator]: () => ({ next: () => numbered.next() }) }) {
      if (options.case !== undefined && options.case !== at) continue;
      try {
        await attempt(each, at);
        passed++;
      } catch (error) {
        failed++;
        if (failures.length < FAILURES_TOLD) failures.push({ case: at, text: describe(error) });
      }
      options.onCase?.(at);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce ?? 1 }, work));
  return { passed, failed, failures };
}

async function* number<T>(cases: Iterable<T> | AsyncIterable<T>): AsyncGenerator<readonly [number, T], void> {
  let at = 0;
  for await (const each of cases) yield [++at, each];
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
