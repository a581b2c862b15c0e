import type { BuiltIn } from "../game/built-ins.ts";
import { compareModNames } from "../game/mod-name.ts";
import { compareVersions, type Version } from "../game/version.ts";
import type { Finding } from "./finding.ts";

/** A mod of a set to audit. */
export interface AuditedMod {
  readonly name: string;
  readonly version: Version;
  /** As written in its info.json. */
  readonly factorioVersion: string;
  /** Dependency strings as published. */
  readonly dependencies: readonly string[];
  /** What is switched off asks for nothing and answers nothing. */
  readonly enabled: boolean;
  /** True when its info.json asks for what only owners of the expansion have. */
  readonly needsExpansion?: boolean;
  /** True when its author is known to have given it up. */
  readonly deprecated?: boolean;
  /** Name of its licence, where it is known. */
  readonly licence?: string;
}

/** An exact set of mods, and the game that is to load it. */
export interface AuditRequest {
  /** The full version of the game, such as 2.0.60. */
  readonly game: Version;
  /** What ships with the game, switched on or not. */
  readonly builtIns: readonly BuiltIn[];
  /** Built-ins that are switched off; `base` loads nevertheless. */
  readonly disabledBuiltIns?: ReadonlySet<string>;
  /** In any order. */
  readonly mods: readonly AuditedMod[];
}

/** A fact about an exact set of mods, with what to do about it. */
export interface AuditFinding extends Finding {
  /** One imperative sentence; none where nothing has to be done. */
  readonly hint?: string;
}

/** What is loaded, built-in or not. */
export interface Member {
  readonly name: string;
  readonly version: Version;
  readonly dependencies: readonly string[];
}

/** A set of mods, sorted into what loads and what does not. */
export interface AuditedSet {
  readonly game: Version;
  /** Names of what ships with the game. */
  readonly shipped: ReadonlySet<string>;
  /** The built-ins that load, ordered by name. */
  readonly builtIns: readonly BuiltIn[];
  /** The mods that load, one per name, ordered by name. */
  readonly mods: readonly AuditedMod[];
  /** Everything that loads, by name and ordered by it. */
  readonly loaded: ReadonlyMap<string, Member>;
  /** Names of mods that are there and switched off. */
  readonly off: ReadonlySet<string>;
}

/**
 * Sort a set into what the game loads and what it does not: of several mods with one name the highest version that is
 * switched on, of a mod with the name of a built-in none.
 *
 * @see rules AUDIT-1 and AUDIT-13 to AUDIT-14
 */
export function sortSet({ game, builtIns, disabledBuiltIns, mods }: AuditRequest): AuditedSet {
  const shipped = new Set(builtIns.map(({ name }) => name));
  const on = builtIns.filter(({ name }) => name === "base" || !disabledBuiltIns?.has(name));
  const picks = new Map<string, AuditedMod>();
  for (const mod of mods.filter(({ name, enabled }) => enabled && !shipped.has(name))) {
    const pick = picks.get(mod.name);
    if (!pick || compareVersions(pick.version, mod.version) < 0) picks.set(mod.name, mod);
  }
  const members = sortByName([...on, ...picks.values()]);
  return {
    game,
    shipped,
    builtIns: sortByName(on),
    mods: sortByName([...picks.values()]),
    loaded: new Map(members.map((member) => [member.name, member])),
    off: new Set(mods.filter(({ enabled }) => !enabled).map(({ name }) => name)),
  };
}

function sortByName<M extends { readonly name: string }>(members: readonly M[]): readonly M[] {
  return members.toSorted((a, b) => compareModNames(a.name, b.name));
}
