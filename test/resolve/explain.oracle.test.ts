import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Change, type Failure, solve, type SolveRequest } from "../../src/resolve/index.ts";
import { hasAnswer } from "./oracle.ts";
import { requests } from "./requests.ts";

const RUNS = Number(process.env.ROBOPORT_ORACLE_RUNS ?? 1500);

/** Check every "no" of random requests. */
function expectOfFailures(check: (failure: Failure, request: SolveRequest) => void): void {
  let failures = 0;
  fc.assert(
    fc.property(requests, (request) => {
      const answer = solve(request);
      if (answer.ok) return;
      failures++;
      check(answer, request);
    }),
    { numRuns: RUNS },
  );
  expect(failures).toBeGreaterThan(RUNS / 10);
}

function only(request: SolveRequest, names: readonly string[]): SolveRequest {
  return { ...request, requirements: request.requirements.filter(({ name }) => names.includes(name)) };
}

/** A core names mods, and so cannot tell such lines apart. */
function hasTwoLinesOfOneMod({ requirements }: SolveRequest): boolean {
  return new Set(requirements.map(({ name }) => name)).size < requirements.length;
}

function after(change: Change, request: SolveRequest): SolveRequest | undefined {
  const { requirements, disabledBuiltIns: off = new Set<string>(), fixed = new Map() } = request;
  switch (change.kind) {
    case "drop":
      return { ...request, requirements: requirements.filter(({ name }) => !change.mods.includes(name)) };
    case "allow":
      return {
        ...request,
        requirements: requirements.map((each) => (each.name === change.mod ? { ...each, constraints: [] } : each)),
      };
    case "enable":
      return { ...request, disabledBuiltIns: new Set([...off].filter((each) => !change.builtIns.includes(each))) };
    case "disable":
      return { ...request, disabledBuiltIns: new Set([...off, ...change.builtIns]) };
    case "take-out":
      return { ...request, fixed: new Map([...fixed].filter(([name]) => name !== change.mod)) };
    default:
      return undefined;
  }
}

describe("what is said of a no, against every possible set of releases", () => {
  it("[SAY-1] the core of each conflict cannot be met alone", () => {
    expectOfFailures(({ conflicts }, request) => {
      expect(conflicts.length).toBeGreaterThan(0);
      for (const { core } of conflicts) expect(hasAnswer(only(request, core)), core.join()).toBe(false);
    });
  });

  it("[SAY-2] no requirement of a core can be left out of it", () => {
    expectOfFailures(({ conflicts }, request) => {
      if (hasTwoLinesOfOneMod(request)) return;
      for (const { core } of conflicts) {
        const isOnlyAsked = (name: string) =>
          request.requirements.some((each) => each.name === name) && !request.fixed?.has(name);
        const names = core.filter(isOnlyAsked);
        for (const name of names) {
          expect(
            hasAnswer(
              only(
                request,
                names.filter((each) => each !== name),
              ),
            ),
            `${core.join()} without ${name}`,
          ).toBe(true);
        }
      }
    });
  });

  it("[SAY-3] every suggested change makes the request solvable", () => {
    expectOfFailures(({ suggestions }, request) => {
      for (const { change, and = [], text } of suggestions) {
        const changed = [change, ...and].reduce<SolveRequest | undefined>(
          (all, each) => all && after(each, all),
          request,
        );
        if (changed) expect(hasAnswer(changed), text).toBe(true);
      }
    });
  });

  it("[SAY-4] sentences are numbered from 1 and follow from earlier ones", () => {
    expectOfFailures(({ explanation, conflicts }) => {
      expect(explanation.map(({ number }) => number)).toEqual(explanation.map((_, at) => at + 1));
      expect(explanation.length).toBeGreaterThan(0);
      for (const { number, because = [], text } of explanation) {
        expect(
          because.every((each) => each < number),
          text,
        ).toBe(true);
        expect(text).toMatch(/[^.]\.$/);
      }
      for (const conflict of conflicts)
        for (const sentence of conflict.explanation) expect(explanation).toContain(sentence);
    });
  });
});
