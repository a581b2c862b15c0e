import { RoboportError } from "../errors.ts";
import { findVersion, type Version } from "./version.ts";

/** What a dependency asks of the other mod. */
export type DependencyKind =
  | "required"
  /** `~`: must be present, but does not order loading, so cycles are legal (since 1.1.28). */
  | "unordered"
  /** `+`: installed by default, may be turned off (since 2.1.7). */
  | "recommended"
  /** `?`: its version counts only when the other mod is there. */
  | "optional"
  /** `(?)`: as optional, not shown to players (since 0.17.0). */
  | "hidden-optional"
  /** `!`: must not be there, in any version. */
  | "incompatible";

/** How a version compares with the bound. */
export type Operator = "<" | "<=" | "=" | ">=" | ">";

/** One bound on a version. */
export interface Constraint {
  readonly operator: Operator;
  readonly version: Version;
}

/** One entry of `dependencies` in an info.json. */
export interface Dependency {
  readonly kind: DependencyKind;
  readonly name: string;
  readonly constraint: Constraint | undefined;
  /** True when the other mod, if there, loads first. */
  readonly orders: boolean;
}

const TEXT_MAX = 4096;

/** What prefixes begin with. */
const PREFIX_MARKS = "(+~?!";

interface Prefix {
  readonly text: string;
  readonly kind: DependencyKind;
  readonly orders: boolean;
}

const NO_PREFIX: Prefix = { text: "", kind: "required", orders: true };

/** Longest prefix first. */
const PREFIXES: readonly Prefix[] = [
  { text: "(?)", kind: "hidden-optional", orders: true },
  { text: "+~", kind: "recommended", orders: false },
  { text: "~+", kind: "recommended", orders: false },
  { text: "?", kind: "optional", orders: true },
  { text: "!", kind: "incompatible", orders: false },
  { text: "~", kind: "unordered", orders: false },
  { text: "+", kind: "recommended", orders: true },
];

/**
 * Read one entry of `dependencies`: `[prefix] name [operator version]`, spaces optional everywhere.
 *
 * A version without an operator is part of the name, as in the game; so is a prefix that nothing follows.
 *
 * @throws {RoboportError} `DEPENDENCY_SYNTAX` when no name is left or the version is not one.
 * @see reference/formats.md §5, rules DEP-1 to DEP-8
 */
export function parseDependency(text: string): Dependency {
  const dependency = findDependency(text);
  if (dependency) return dependency;
  throw new RoboportError("DEPENDENCY_SYNTAX", `Cannot read dependency ${JSON.stringify(text.slice(0, 120))}`, {
    hint: 'Write it as "name", "name >= 1.2.3" or with one of the prefixes ! ? (?) ~ + in front.',
  });
}

/** As {@link parseDependency}, with undefined instead of an error. */
export function findDependency(text: string): Dependency | undefined {
  if (text.length > TEXT_MAX) return undefined;
  const whole = text.trim();
  const { text: prefix, kind, orders } = prefixOf(whole);
  const rest = whole.slice(prefix.length).trimStart();
  if (rest === "") return undefined;
  const bound = splitBound(rest);
  if (!bound) return { kind, name: rest, constraint: undefined, orders };
  const version = findVersion(bound.version);
  if (!version && kind !== "incompatible") return undefined;
  return { kind, name: bound.name, constraint: version && { operator: bound.operator, version }, orders };
}

/** The prefix, if something follows it. Most dependencies have none, which their first character tells. */
function prefixOf(whole: string): Prefix {
  if (!PREFIX_MARKS.includes(whole.charAt(0))) return NO_PREFIX;
  const found = PREFIXES.find(({ text }) => whole.startsWith(text) && whole.length > text.length);
  return found ?? NO_PREFIX;
}

/** Split `name operator version` from the right: the version is the last run of digits and dots. */
function splitBound(text: string): { name: string; operator: Operator; version: string } | undefined {
  let at = text.length;
  while (at > 0 && isVersionCharacter(text.charCodeAt(at - 1))) at--;
  const version = text.slice(at);
  if (version === "") return undefined;
  const head = text.slice(0, at).trimEnd();
  const operator = operatorAtEnd(head);
  if (!operator) return undefined;
  const name = head.slice(0, head.length - operator.length).trimEnd();
  return name === "" ? undefined : { name, operator, version };
}

function operatorAtEnd(text: string): Operator | undefined {
  const last = text.slice(-1);
  if (last === "<" || last === ">") return last;
  if (last !== "=") return undefined;
  const both = text.slice(-2);
  return both === "<=" || both === ">=" ? both : last;
}

function isVersionCharacter(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 46;
}

/**
 * True when the version is inside the bound; no bound holds for every version.
 *
 * @see reference/formats.md §5, rule DEP-9
 */
export function satisfies(version: Version, constraint: Constraint | undefined): boolean {
  if (!constraint) return true;
  const difference = version.key - constraint.version.key;
  switch (constraint.operator) {
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
    case "=":
      return difference === 0;
    case ">=":
      return difference >= 0;
    case ">":
      return difference > 0;
  }
}

/** True when the other mod comes along: because it must be there, or because it is recommended. */
export function bringsIn(kind: DependencyKind): boolean {
  return mustBePresent(kind) || kind === "recommended";
}

/**
 * True when the other mod must be there.
 *
 * @see reference/formats.md §5, rule DEP-2
 */
export function mustBePresent(kind: DependencyKind): boolean {
  return kind === "required" || kind === "unordered";
}

/** A bound as it is written: `>= 1.2.3`. */
export function formatConstraint(constraint: Constraint): string {
  return `${constraint.operator} ${constraint.version.text}`;
}

const PREFIX_OF: Readonly<Record<DependencyKind, string>> = {
  required: "",
  unordered: "~ ",
  recommended: "+ ",
  optional: "? ",
  "hidden-optional": "(?) ",
  incompatible: "! ",
};

/**
 * A dependency in the spelling the game's documentation uses.
 *
 * @see rule DEP-10
 */
export function formatDependency(dependency: Dependency): string {
  const prefix = dependency.kind === "recommended" && !dependency.orders ? "+~ " : PREFIX_OF[dependency.kind];
  const bound = dependency.constraint ? ` ${formatConstraint(dependency.constraint)}` : "";
  return `${prefix}${dependency.name}${bound}`;
}
