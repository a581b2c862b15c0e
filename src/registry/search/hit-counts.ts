import type { ModSummary } from "../world.ts";
import { categoryOf } from "./mod-filter.ts";

/** How many mods of a search have which category, expansion, and tag. */
export interface HitCounts {
  readonly category_hits: Readonly<Record<string, number>>;
  readonly expansion_hits: Readonly<Record<string, number>>;
  readonly tag_hits: Readonly<Record<string, number>>;
}

const SPACE_AGE = "space-age";

/** Counts over mods by their places, with every value looked up once only. */
export function openHitCounts(mods: readonly ModSummary[]): (places: Uint32Array) => HitCounts {
  const category = openCounter(mods.map((mod) => [categoryOf(mod)]));
  const expansion = openCounter(mods.map((mod) => (mod.requiresSpaceAge ? [SPACE_AGE] : [])));
  const tag = openCounter(mods.map((mod) => mod.tags));
  return (places) => ({
    category_hits: category(places),
    expansion_hits: expansion(places),
    tag_hits: tag(places),
  });
}

function openCounter(values: readonly (readonly string[])[]): (places: Uint32Array) => HitCounts["tag_hits"] {
  const names = [...new Set(values.flat())];
  const numbers = new Map(names.map((name, number) => [name, number]));
  const flat = Uint32Array.from(values.flat(), (name) => numbers.get(name) ?? 0);
  const starts = startsOf(values);
  return (places) => {
    const counts = new Uint32Array(names.length);
    for (let at = 0; at < places.length; at++) {
      const place = places[at] ?? 0;
      const end = starts[place + 1] ?? 0;
      for (let each = starts[place] ?? 0; each < end; each++) {
        const number = flat[each] ?? 0;
        counts[number] = (counts[number] ?? 0) + 1;
      }
    }
    return Object.fromEntries(
      names.map((name, at) => [name, counts[at] ?? 0] as const).filter(([, count]) => count > 0),
    );
  };
}

/** Where the values of each begin in the flat list, and where the last ones end. */
function startsOf(values: readonly (readonly string[])[]): Uint32Array {
  let end = 0;
  return Uint32Array.from([[], ...values], ({ length }) => (end += length));
}
