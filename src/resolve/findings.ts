import type { LoadOrder, OrderCycle } from "../game/load-order.ts";
import { isBuiltIn, isSwitchedOn } from "./candidates.ts";
import { type WrittenDependency, readDependencies, unreadableDependencies } from "./dependency-texts.ts";
import { findAbsence } from "./explain/absence.ts";
import type { Finding } from "./finding.ts";
import type { SolveRequest } from "./request.ts";
import type { Chosen } from "./solution.ts";

/** Said of an answer that took too much to be proved the preferred one. */
export const NOT_EXACT: Finding = {
  rule: "FIND-7",
  severity: "note",
  mods: [],
  text: "This is a valid answer, but it took too long to prove that no newer one exists.",
};

/** What an admin should know about an answer although it is one. */
export function findingsOf(chosen: readonly Chosen[], order: LoadOrder, request: SolveRequest): readonly Finding[] {
  return [
    ...order.cycles.map(cycleFinding),
    ...chosen.filter((each) => each.package.deprecated).map(deprecatedFinding),
    ...chosen.flatMap(unreadableFindings),
    ...leftOutFindings(chosen, request),
    ...lostLockFindings(chosen, request),
  ];
}

/** @see rules FIND-1 and FIND-2 */
export function cycleFinding({ mods, required }: OrderCycle): Finding {
  const round = [...mods, mods[0]].join(" → ");
  return required
    ? {
        rule: "FIND-1",
        severity: "error",
        mods,
        text: `These mods require each other in a circle, which the game refuses: ${round}.`,
      }
    : {
        rule: "FIND-2",
        severity: "warning",
        mods,
        text: `These mods want to load after each other in a circle: ${round}.`,
      };
}

function deprecatedFinding({ package: { name } }: Chosen): Finding {
  return { rule: "FIND-3", severity: "warning", mods: [name], text: `${name} is deprecated by its author.` };
}

function unreadableFindings({ package: { name }, candidate }: Chosen): readonly Finding[] {
  return unreadableDependencies(candidate.dependencies).map((text) => ({
    rule: "FIND-4",
    severity: "note",
    mods: [name],
    text: `${name} ${candidate.version.text} has a dependency that cannot be read and is ignored: ${JSON.stringify(text)}.`,
  }));
}

/**
 * Recommended mods that are missing although the admin did not turn them off.
 *
 * @see rule FIND-5
 */
function leftOutFindings(chosen: readonly Chosen[], request: SolveRequest): readonly Finding[] {
  const isTurnedOff = (name: string) =>
    request.without?.has(name) || (isBuiltIn(name, request) && !isSwitchedOn(name, request));
  const there = new Set(chosen.map((each) => each.package.name));
  return chosen.flatMap(({ package: { name }, candidate }) =>
    readDependencies(candidate.dependencies)
      .filter(({ dependency }) => dependency.kind === "recommended" && !there.has(dependency.name))
      .filter(({ dependency }) => !isTurnedOff(dependency.name))
      .map((written) => leftOutFinding(`${name} ${candidate.version.text}`, name, written, request)),
  );
}

function leftOutFinding(
  who: string,
  name: string,
  { dependency, text }: WrittenDependency,
  request: SolveRequest,
): Finding {
  const { name: other, constraint } = dependency;
  const isDeprecated = request.universe.mods.get(other)?.deprecated ?? false;
  const absence = findAbsence({ name: other, constraints: constraint ? [constraint] : [] }, request);
  const why = absence?.clause ?? (isDeprecated ? ", which is deprecated" : ", which does not go with the rest");
  return { rule: "FIND-5", severity: "note", mods: [name, other], text: `${who} recommends "${text}"${why}.` };
}

/** Locked releases that nobody offers any more, or not for this game. */
function lostLockFindings(chosen: readonly Chosen[], request: SolveRequest): readonly Finding[] {
  return chosen.flatMap(({ package: { name, origin, candidates }, candidate }) => {
    const locked = request.free?.has(name) ? undefined : request.locked?.get(name);
    if (!locked || origin !== "portal" || candidates.some(({ version }) => version.key === locked.key)) return [];
    const text = `${name} ${locked.text} is locked but not offered for this game; ${candidate.version.text} takes its place.`;
    return [{ rule: "FIND-6", severity: "warning", mods: [name], text }];
  });
}
