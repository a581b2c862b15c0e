/** Names shorter than this are too easily taken for one another. */
const SHORTEST = 4;

/** Names of mods that somebody may have meant by another one. */
export interface SimilarNames {
  /** The name that differs by case alone. */
  readonly same?: string;
  /** The name that differs by one letter other than the first, or in how its words are joined. */
  readonly near?: string;
}

interface NameIndex {
  /** By lower case. */
  readonly lower: ReadonlyMap<string, string>;
  /** By its letters and digits in lower case. */
  readonly folded: ReadonlyMap<string, string>;
  /** Folded names by their first letter and their length. */
  readonly alike: ReadonlyMap<string, readonly string[]>;
  /** What was asked before. */
  readonly known: Map<string, SimilarNames>;
}

/** Only made when a name is missing, for it looks at every mod. */
const INDEXES = new WeakMap<ReadonlyMap<string, unknown>, NameIndex>();

/** What somebody may have meant by a name that no mod has; of several the first by name. */
export function findSimilarNames(name: string, mods: ReadonlyMap<string, unknown>): SimilarNames {
  const index = INDEXES.get(mods) ?? indexNames([...mods.keys()]);
  INDEXES.set(mods, index);
  const known = index.known.get(name) ?? findIn(index, name);
  index.known.set(name, known);
  return known;
}

function findIn(index: NameIndex, name: string): SimilarNames {
  const same = index.lower.get(name.toLowerCase());
  if (same !== undefined) return { same };
  const folded = foldName(name);
  if (folded.length < SHORTEST) return {};
  const near = index.folded.get(folded) ?? index.folded.get(findOneOff(folded, index) ?? "");
  return near === undefined ? {} : { near };
}

function indexNames(names: readonly string[]): NameIndex {
  const sorted = names.toSorted().reverse();
  const folded = new Map(sorted.map((name) => [foldName(name), name]));
  const alike = new Map<string, string[]>();
  for (const each of [...folded.keys()].reverse()) {
    const key = keyOf(each, each.length);
    const others = alike.get(key);
    if (others) others.push(each);
    else alike.set(key, [each]);
  }
  return { lower: new Map(sorted.map((name) => [name.toLowerCase(), name])), folded, alike, known: new Map() };
}

function keyOf(folded: string, length: number): string {
  return `${folded.charAt(0)}${length}`;
}

function foldName(name: string): string {
  return name.toLowerCase().replace(/[\s_.-]+/g, "");
}

function findOneOff(folded: string, { alike }: NameIndex): string | undefined {
  for (const length of [folded.length, folded.length + 1, folded.length - 1]) {
    const found = alike.get(keyOf(folded, length))?.find((each) => isOneOff(folded, each));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** True when one letter was changed, left out, added or swapped with the next; digits tell mods apart. */
function isOneOff(a: string, b: string): boolean {
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  let [endOfA, endOfB] = [a.length, b.length];
  while (endOfA > from && endOfB > from && a[endOfA - 1] === b[endOfB - 1]) {
    endOfA--;
    endOfB--;
  }
  if (Math.max(endOfA, endOfB) - from > 2) return false;
  const [inA, inB] = [a.slice(from, endOfA), b.slice(from, endOfB)];
  const isSwapped = inA.length === 2 && inA[0] === inB[1] && inA[1] === inB[0];
  return (isSwapped || (inA.length <= 1 && inB.length <= 1)) && !/\d/.test(inA + inB);
}
