import type { Version } from "../game/version.ts";
import type { Failure, SolveRequest } from "./request.ts";
import { solve } from "./solve.ts";
import type { Release } from "./universe.ts";

/** One difference between two answers. */
export interface PickChange {
  readonly name: string;
  /** Absent when the mod is not there today. */
  readonly from: string | undefined;
  /** Absent when the mod would go. */
  readonly to: string | undefined;
  /** What happens, as a sentence. */
  readonly text: string;
}

/** What would have to give for a mod, or for one release of it. */
export type WhyNot =
  /** It can be had at the price of these changes; there are none when it is there already. */
  | { readonly possible: true; readonly changes: readonly PickChange[] }
  /** It cannot be had with everything else that is asked for. */
  | { readonly possible: false; readonly failure: Failure };

/**
 * Ask for a mod on top of a request, in any version or in exactly one, and say what that takes.
 *
 * @param today what is there now; solved from the request when absent
 * @see rules WHY-4 to WHY-6
 */
export function explainWhyNot(
  request: SolveRequest,
  wanted: { readonly name: string; readonly version?: Version },
  today: ReadonlyMap<string, Pick<Release, "version">> = picksOf(request),
): WhyNot {
  const { name, version } = wanted;
  const line = { name, constraints: version ? [{ operator: "=" as const, version }] : [] };
  const answer = solve({ ...request, requirements: [...request.requirements, line] });
  if (!answer.ok) return { possible: false, failure: answer };
  return { possible: true, changes: changesBetween(today, answer.picks) };
}

function picksOf(request: SolveRequest): ReadonlyMap<string, Release> {
  const answer = solve(request);
  return answer.ok ? answer.picks : new Map();
}

type Picks = ReadonlyMap<string, Pick<Release, "version">>;

function changesBetween(today: Picks, then: Picks): readonly PickChange[] {
  const names = [...new Set([...today.keys(), ...then.keys()])].sort((a, b) => (a < b ? -1 : 1));
  return names.flatMap((name) => findChange(name, today.get(name)?.version, then.get(name)?.version) ?? []);
}

function findChange(name: string, from: Version | undefined, to: Version | undefined): PickChange | undefined {
  if (from?.key === to?.key) return undefined;
  return { name, from: from?.text, to: to?.text, text: changeText(name, from, to) };
}

function changeText(name: string, from: Version | undefined, to: Version | undefined): string {
  if (!from) return `${name} ${to?.text} comes in.`;
  if (!to) return `${name} ${from.text} goes.`;
  return `${name} goes ${to.key > from.key ? "up" : "back"} from ${from.text} to ${to.text}.`;
}
