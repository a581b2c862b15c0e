/**
 * Some of the values a package can take, as bits: bit 0 means "absent", bit n its nth preferred release.
 *
 * Immutable; two sets of one package have the same number of 32-bit words.
 */
export type VersionSet = readonly number[];

/** The bit for "not installed". */
export const ABSENT = 0;

/** The sets of one word that turn up all the time, made once. */
const SMALL: readonly VersionSet[] = Array.from({ length: 1024 }, (_, word) => [word]);

function oneWord(word: number): VersionSet {
  return SMALL[word] ?? [word];
}

/** The set of values 0 to `count - 1`. */
export function firstValues(count: number): VersionSet {
  return valuesWhere(count, () => true);
}

/** The set with this one value, for a package of `words` words. */
export function onlyValue(value: number, words: number): VersionSet {
  if (words === 1) return oneWord(1 << value);
  return Array.from({ length: words }, (_, at) => (at === value >> 5 ? 1 << (value & 31) : 0));
}

/** The values among 0 to `count - 1` that a test accepts. */
export function valuesWhere(count: number, accepts: (value: number) => boolean): VersionSet {
  const words: number[] = [];
  for (let base = 0; base < count || base === 0; base += 32) {
    let word = 0;
    for (let bit = 0; bit < 32 && base + bit < count; bit++) if (accepts(base + bit)) word |= 1 << bit;
    if (count <= 32) return oneWord(word);
    words.push(word);
  }
  return words;
}

export function has(set: VersionSet, value: number): boolean {
  return ((set[value >> 5] ?? 0) & (1 << (value & 31))) !== 0;
}

/** True when every value of `a` is in `b`. */
export function isSubset(a: VersionSet, b: VersionSet): boolean {
  for (let at = 0; at < a.length; at++) if (((a[at] ?? 0) & ~(b[at] ?? 0)) !== 0) return false;
  return true;
}

export function isDisjoint(a: VersionSet, b: VersionSet): boolean {
  for (let at = 0; at < a.length; at++) if (((a[at] ?? 0) & (b[at] ?? 0)) !== 0) return false;
  return true;
}

export function intersect(a: VersionSet, b: VersionSet): VersionSet {
  if (a.length === 1) return oneWord((a[0] ?? 0) & (b[0] ?? 0));
  const words: number[] = [];
  for (let at = 0; at < a.length; at++) words.push((a[at] ?? 0) & (b[at] ?? 0));
  return words;
}

export function unite(a: VersionSet, b: VersionSet): VersionSet {
  if (a.length === 1) return oneWord((a[0] ?? 0) | (b[0] ?? 0));
  const words: number[] = [];
  for (let at = 0; at < a.length; at++) words.push((a[at] ?? 0) | (b[at] ?? 0));
  return words;
}

/** The values of `a` that are not in `b`. */
export function subtract(a: VersionSet, b: VersionSet): VersionSet {
  if (a.length === 1) return oneWord((a[0] ?? 0) & ~(b[0] ?? 0));
  const words: number[] = [];
  for (let at = 0; at < a.length; at++) words.push((a[at] ?? 0) & ~(b[at] ?? 0));
  return words;
}

/** True when the set has exactly one value. */
export function isSingle(set: VersionSet): boolean {
  let found = false;
  for (let at = 0; at < set.length; at++) {
    const word = set[at] ?? 0;
    if (word === 0) continue;
    if (found || (word & (word - 1)) !== 0) return false;
    found = true;
  }
  return found;
}

/** The most preferred release of the set, or ABSENT when it has none. */
export function firstRelease(set: VersionSet): number {
  for (let at = 0; at < set.length; at++) {
    const word = at === 0 ? (set[0] ?? 0) & ~1 : (set[at] ?? 0);
    if (word !== 0) return at * 32 + (31 - Math.clz32(word & -word));
  }
  return ABSENT;
}

/** Every value of the set, smallest first. */
export function valuesOf(set: VersionSet): readonly number[] {
  const values: number[] = [];
  for (let at = 0; at < set.length; at++) {
    for (let word = set[at] ?? 0; word !== 0; word &= word - 1) values.push(at * 32 + (31 - Math.clz32(word & -word)));
  }
  return values;
}

/** How many values the set has. */
export function sizeOf(set: VersionSet): number {
  let size = 0;
  for (let at = 0; at < set.length; at++) for (let word = set[at] ?? 0; word !== 0; word &= word - 1) size++;
  return size;
}
