import { setImmediate as pause } from "node:timers/promises";
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
export async function openHitCounts(mods: readonly ModSummary[]): Promise<(places: Uint32Array) => HitCounts> {
  const category = openCounter(mods, (mod) => [categoryOf(mod)]);
  await pause();
  const expansion = openCounter(mods, (mod) => (mod.requiresSpaceAge ? [SPACE_AGE] : []));
  await pause();
  const tag = openCounter(mods, (mod) => mod.tags);
  return (places) => ({
    category_hits: category(places),
    expansion_hits: expansion(places),
    tag_hits: tag(places),
  });
}

type ValuesOf = (mod: ModSummary) => readonly string[];

function openCounter(mods: readonly ModSummary[], valuesOf: ValuesOf): (places: Uint32Array) => HitCounts["tag_hits"] {
  const numbers = new Map<string, number>();
  const flat: number[] = [];
  /** Where the values of each begin in the flat list, and where the last ones end. */
  const starts = new Uint32Array(mods.length + 1);
  for (let place = 0; place < mods.length; place++) {
    for (const name of valuesOf(mods[place] as ModSummary)) {
      const number = numbers.get(name) ?? numbers.size;
      numbers.set(name, number);
      flat.push(number);
    }
    starts[place + 1] = flat.length;
  }
  const names = [...numbers.keys()];
  return counterOver({ names, flat: Uint32Array.from(flat), starts });
}

interface Values {
  readonly names: readonly string[];
  readonly flat: Uint32Array;
  readonly starts: Uint32Array;
}

function counterOver({ names, flat, starts }: Values): (places: Uint32Array) => HitCounts["tag_hits"] {
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
