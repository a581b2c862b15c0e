import type { Hits, SearchIndex } from "./search-index.ts";

/** For the mod whose name begins so, or that is called so. */
const NAME_BEGINS = 20;
const NAME_IS = 100;

/**
 * The mods every word fits, and how well: better when a mod is called so.
 *
 * @param mask 1 at the place of every mod that may be found
 */
export function searchMods(index: SearchIndex, words: readonly string[], mask: Uint8Array): Hits {
  const [first, ...others] = words.map((word) => index.hits(word));
  let found = first ? masked(first, mask) : everything(mask);
  for (const hits of others) found = inBoth(found, hits);
  return withBonus(found, index.names, words);
}

function everything(mask: Uint8Array): Hits {
  const places = Uint32Array.from(mask.keys()).filter((place) => mask[place] === 1);
  return { places, worth: new Float32Array(places.length) };
}

/** Hits are copied, because those of the index are kept. */
function masked({ places, worth }: Hits, mask: Uint8Array): Hits {
  return chosen(places, (place, at) => (mask[place] === 1 ? (worth[at] ?? 0) : undefined));
}

function inBoth({ places, worth }: Hits, other: Hits): Hits {
  let next = 0;
  return chosen(places, (place, at) => {
    while (next < other.places.length && (other.places[next] ?? 0) < place) next++;
    return other.places[next] === place ? (worth[at] ?? 0) + (other.worth[next] ?? 0) : undefined;
  });
}

/** The places for which there is a worth. */
function chosen(places: Uint32Array, worthOf: (place: number, at: number) => number | undefined): Hits {
  const hits = { places: new Uint32Array(places.length), worth: new Float32Array(places.length) };
  let count = 0;
  for (let at = 0; at < places.length; at++) {
    const worth = worthOf(places[at] ?? 0, at);
    if (worth === undefined) continue;
    hits.places[count] = places[at] ?? 0;
    hits.worth[count++] = worth;
  }
  return { places: hits.places.subarray(0, count), worth: hits.worth.subarray(0, count) };
}

function withBonus({ places, worth }: Hits, names: readonly string[], words: readonly string[]): Hits {
  const [first] = words;
  if (first === undefined) return { places, worth };
  const whole = words.join(" ");
  for (let at = 0; at < places.length; at++) {
    const name = names[places[at] ?? 0] ?? "";
    if (name.startsWith(first)) worth[at] = (worth[at] ?? 0) + (name === whole ? NAME_IS : NAME_BEGINS);
  }
  return { places, worth };
}
