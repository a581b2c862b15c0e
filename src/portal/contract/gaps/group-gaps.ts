import type { Gap } from "./gap.ts";

/** Gaps that have something in common, by its name, in the order in which they were found. */
export function groupGaps(
  gaps: readonly Gap[],
  nameOf: (gap: Gap) => string,
): readonly (readonly [string, readonly Gap[]])[] {
  const groups = new Map<string, Gap[]>();
  for (const gap of gaps) {
    const name = nameOf(gap);
    const group = groups.get(name);
    if (group) group.push(gap);
    else groups.set(name, [gap]);
  }
  return [...groups];
}
