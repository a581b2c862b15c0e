/**
 * Some of the values a package can take, as bits: bit 0 means "absent", bit n its nth preferred release.
 *
 * One 32-bit word where that is enough for all values of the package, else several. Immutable; two sets of one package
 * have the same number of words.
 */
export type VersionSet = number | readonly number[];

/** The bit for "not installed". */
export const ABSENT = 0;

const WORD = 32;

function wordsOf(set: VersionSet): readonly number[] {
  return typeof set === "number" ? [set] : set;
}

/** The set of values 0 to `count - 1`. */
export function firstValues(count: number): VersionSet {
  return valuesWhere(count, () => true);
}

/** The set with this one value, for a package with the values of `all`. */
export function onlyValue(value: number, all: VersionSet): VersionSet {
  if (typeof all === "number") return 1 << value;
  return all.map((_, at) => (at === value >> 5 ? 1 << (value & 31) : 0));
}

/** The values among 0 to `count - 1` that a test accepts. */
export function valuesWhere(count: number, accepts: (value: number) => boolean): VersionSet {
  if (count <= WORD) return wordWhere(0, count, accepts);
  const words: number[] = [];
  for (let base = 0; base < count; base += WORD) words.push(wordWhere(base, Math.min(count, base + WORD), accepts));
  return words;
}

function wordWhere(from: number, to: number, accepts: (value: number) => boolean): number {
  let word = 0;
  for (let value = from; value < to; value++) if (accepts(value)) word |= 1 << (value - from);
  return word;
}

export function has(set: VersionSet, value: number): boolean {
  const word = typeof set === "number" ? set : (set[value >> 5] ?? 0);
  return (word & (1 << (value & 31))) !== 0;
}

/** True when every value of `a` is in `b`. */
export function isSubset(a: VersionSet, b: VersionSet): boolean {
  if (typeof a === "number") return (a & ~(b as number)) === 0;
  const other = b as readonly number[];
  for (let at = 0; at < a.length; at++) if (((a[at] ?? 0) & ~(other[at] ?? 0)) !== 0) return false;
  return true;
}

export function isDisjoint(a: VersionSet, b: VersionSet): boolean {
  if (typeof a === "number") return (a & (b as number)) === 0;
  const other = b as readonly number[];
  for (let at = 0; at < a.length; at++) if (((a[at] ?? 0) & (other[at] ?? 0)) !== 0) return false;
  return true;
}

export function intersect(a: VersionSet, b: VersionSet): VersionSet {
  if (typeof a === "number") return a & (b as number);
  const other = b as readonly number[];
  return a.map((word, at) => word & (other[at] ?? 0));
}

export function unite(a: VersionSet, b: VersionSet): VersionSet {
  if (typeof a === "number") return a | (b as number);
  const other = b as readonly number[];
  return a.map((word, at) => word | (other[at] ?? 0));
}

/** The values of `a` that are not in `b`. */
export function subtract(a: VersionSet, b: VersionSet): VersionSet {
  if (typeof a === "number") return a & ~(b as number);
  const other = b as readonly number[];
  return a.map((word, at) => word & ~(other[at] ?? 0));
}

/** True when the set has exactly one value. */
export function isSingle(set: VersionSet): boolean {
  if (typeof set === "number") return set !== 0 && (set & (set - 1)) === 0;
  let found = false;
  for (const word of set) {
    if (word === 0) continue;
    if (found || (word & (word - 1)) !== 0) return false;
    found = true;
  }
  return found;
}

/** The most preferred release of the set, or ABSENT when it has none. */
export function firstRelease(set: VersionSet): number {
  if (typeof set === "number") return lowest(set & ~1);
  for (let at = 0; at < set.length; at++) {
    const word = at === 0 ? (set[0] ?? 0) & ~1 : (set[at] ?? 0);
    if (word !== 0) return at * WORD + lowest(word);
  }
  return ABSENT;
}

/** The place of the lowest bit of a word; 0 when it has none. */
function lowest(word: number): number {
  return word === 0 ? 0 : 31 - Math.clz32(word & -word);
}

/** Every value of the set, smallest first. */
export function valuesOf(set: VersionSet): readonly number[] {
  const values: number[] = [];
  for (const [at, each] of wordsOf(set).entries()) {
    for (let word = each; word !== 0; word &= word - 1) values.push(at * WORD + lowest(word));
  }
  return values;
}

/** How many values the set has. */
export function sizeOf(set: VersionSet): number {
  let size = 0;
  for (const each of wordsOf(set)) for (let word = each; word !== 0; word &= word - 1) size++;
  return size;
}
