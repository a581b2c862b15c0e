import type { Mod, Release } from "../resolve/universe.ts";

/** A mod in a catalogue: what solving looks at, each list of dependencies once. */
interface ModLine {
  readonly name: string;
  readonly deprecated?: boolean;
  readonly lists: readonly (readonly string[])[];
  readonly releases: readonly ReleaseLine[];
}

type ReleaseLine = readonly [
  version: string,
  key: number,
  factorioVersion: string,
  /** Place in the lists. */
  dependencies: number,
  releasedAt?: string,
];

/** One line for a mod; what fetching needs is left out. */
export function formatModLine({ name, deprecated, releases }: Mod): string {
  const places = new Map<string, number>();
  const lists: (readonly string[])[] = [];
  const placeOf = (dependencies: readonly string[]): number => {
    const text = JSON.stringify(dependencies);
    const place = places.get(text) ?? lists.push(dependencies) - 1;
    places.set(text, place);
    return place;
  };
  const line: ModLine = {
    name,
    ...(deprecated && { deprecated }),
    lists,
    releases: releases.map(({ version, factorioVersion, dependencies, releasedAt }): ReleaseLine => {
      const release = [version.text, version.key, factorioVersion, placeOf(dependencies)] as const;
      return releasedAt === undefined ? release : [...release, releasedAt];
    }),
  };
  return JSON.stringify(line);
}

/** The mod of a line; releases with the same dependencies share one list, which the solver then reads once. */
export function readModLine(text: string): Mod {
  const { name, deprecated = false, lists, releases }: ModLine = JSON.parse(text);
  return { name, deprecated, releases: releases.map((release) => readRelease(release, lists)) };
}

/** By places and in two literals: a short run spends most of its time in code that is never optimised. */
function readRelease(line: ReleaseLine, lists: ModLine["lists"]): Release {
  const version = { text: line[0], key: line[1] };
  const factorioVersion = line[2];
  const dependencies = lists[line[3]] ?? [];
  const releasedAt = line[4];
  if (releasedAt === undefined) return { version, factorioVersion, dependencies };
  return { version, factorioVersion, dependencies, releasedAt };
}
