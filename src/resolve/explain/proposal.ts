import type { Described } from "./changes.ts";
import type { Change, Suggestion } from "./explanation.ts";

/** Changes that help together. */
export interface Proposal {
  readonly parts: readonly Described[];
  readonly rank: number;
}

/**
 * Which of two proposals is named first.
 *
 * @see rule RES-60
 */
export function compareProposals(a: Proposal, b: Proposal): number {
  return sizeOf(a) - sizeOf(b) || lostBy(a) - lostBy(b) || a.rank - b.rank;
}

/** How many changes it takes; each mod that is left out is one. */
export function sizeOf({ parts }: Proposal): number {
  return parts.reduce((size, { change }) => size + (change.kind === "drop" ? change.mods.length : 1), 0);
}

/** How many mods it loses. */
export function lostBy({ parts }: Proposal): number {
  return parts.reduce((lost, { change }) => lost + (change.kind === "drop" ? change.mods.length : 0), 0);
}

/** True when one proposal does all that the other does, and less of it. */
export function isPartOf(part: Proposal, whole: Proposal): boolean {
  const keys = new Set(whole.parts.flatMap(({ change }) => keysOf(change)));
  const own = part.parts.flatMap(({ change }) => keysOf(change));
  return own.length < keys.size && own.every((key) => keys.has(key));
}

/** A change as the single steps it is made of. */
function keysOf(change: Change): readonly string[] {
  if (change.kind === "drop") return change.mods.map((name) => `drop ${name}`);
  if (change.kind === "enable" || change.kind === "disable") {
    return change.builtIns.map((name) => `${change.kind} ${name}`);
  }
  return [JSON.stringify(change)];
}

export function suggestionOf({ parts }: Proposal): Suggestion {
  const [first, ...others] = parts;
  if (!first) throw new Error("A proposal without a change");
  const texts = others.map(({ text }) => text.charAt(0).toLowerCase() + text.slice(1));
  const and = others.map(({ change }) => change);
  return { text: `${[first.text, ...texts].join("; ")}.`, change: first.change, ...(and.length > 0 && { and }) };
}
