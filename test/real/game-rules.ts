/**
 * The game's rules on versions and dependencies, written down a second time: nothing here comes from `src/`, so that an
 * error there cannot hide itself.
 *
 * @see reference/formats.md §3, §5 and §7
 */

/** What a dependency asks for, once its prefix is read. */
export interface Dependency {
  readonly name: string;
  /** The other mod has to be there. */
  readonly needed: boolean;
  /** The other mod may not be there. */
  readonly excluded: boolean;
  /** The other mod comes along, unless it is turned down. */
  readonly recommended: boolean;
  /** What its version has to be, where it is there. */
  readonly bound: Bound | undefined;
}

export interface Bound {
  readonly operator: string;
  readonly version: string;
}

const DEPENDENCY = /^(?:(\?|\(\?\)|!|~|\+) *)?(.+?)(?: *([<>]=?|=) *([0-9.]+))?$/;

/** Undefined for an empty text. */
export function readDependency(text: string): Dependency | undefined {
  const [, prefix, name, operator, version] = DEPENDENCY.exec(text.trim()) ?? [];
  if (name === undefined) return undefined;
  const bound = operator !== undefined && version !== undefined ? { operator, version } : undefined;
  return {
    name,
    needed: prefix === undefined || prefix === "~",
    excluded: prefix === "!",
    recommended: prefix === "+",
    bound: prefix === "!" ? undefined : bound,
  };
}

/** Negative, zero or positive; a part that is not written is 0. */
export function compareNumbers(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const differing = left.findIndex((part, at) => part !== right[at]);
  return differing < 0 ? 0 : (left[differing] ?? 0) - (right[differing] ?? 0);
}

function numbersOf(version: string): readonly number[] {
  const written = version.split(".").map((part) => Number.parseInt(part, 10));
  return [0, 1, 2].map((at) => written[at] || 0);
}

export function isWithin(version: string, bound: Bound | undefined): boolean {
  if (!bound) return true;
  const order = compareNumbers(version, bound.version);
  if (bound.operator.includes("=") && order === 0) return true;
  return (bound.operator.startsWith("<") && order < 0) || (bound.operator.startsWith(">") && order > 0);
}

/** Whether a game loads what was made for this `factorio_version`. */
export function loadsIn(game: string, factorioVersion: string | null | undefined): boolean {
  const made = lineOf(factorioVersion ?? "0.12");
  return made === lineOf(game) || (made === "0.18" && lineOf(game) === "1.0");
}

/** `2.0` of `2.0.77`. */
export function lineOf(version: string): string {
  return numbersOf(version).slice(0, 2).join(".");
}
