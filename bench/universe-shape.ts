import { findDependency } from "../src/game/dependency.ts";
import type { GeneratedUniverse } from "./universe-generator.ts";

/**
 * How close a generated universe is to the real portal, line by line: what was counted, then what it should be like.
 *
 * @see reference/performance.md §2.2
 */
export function describeShape({ mods, current }: GeneratedUniverse): readonly string[] {
  const all = [...mods.values()];
  const latest = all.map(({ releases }) => (releases.at(-1)?.dependencies ?? []).map((text) => findDependency(text)));
  const countOf = (kinds: readonly string[]) =>
    latest.map((each) => each.filter((one) => one && one.name !== "base" && kinds.includes(one.kind)).length);
  const wanted = new Map<string, number>();
  for (const each of latest.flat()) {
    const isRequired = each?.kind === "required" || each?.kind === "unordered";
    if (each && isRequired && each.name !== "base") wanted.set(each.name, (wanted.get(each.name) ?? 0) + 1);
  }
  const inDegrees = [...wanted.values()].sort((a, b) => b - a);
  return [
    `mods ${all.length}, with a release for 2.0 ${current.length}  (20000, 9981)`,
    `releases p50/90/99/max ${quantilesOf(
      all.map((mod) => mod.releases.length),
      [0.5, 0.9, 0.99, 1],
    )}  (3/14/52/150)`,
    `required p50/75/90/95/99/99.9 ${quantilesOf(countOf(["required", "unordered"]), [0.5, 0.75, 0.9, 0.95, 0.99, 0.999])}  (0/1/2/4/46/191)`,
    `optional p90/95/99/99.9 ${quantilesOf(countOf(["optional", "hidden-optional"]), [0.9, 0.95, 0.99, 0.999])}  (2/4/11/34)`,
    `wanted by, rank 1/10/30/100/300/1000 ${[1, 10, 30, 100, 300, 1000].map((rank) => inDegrees[rank - 1]).join("/")}  (665/221/113/46/16/8)`,
  ];
}

function quantilesOf(values: readonly number[], shares: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return shares.map((share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]).join("/");
}
