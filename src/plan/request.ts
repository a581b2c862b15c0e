import type { BuiltIn } from "../game/built-ins.ts";
import type { ModList } from "../game/mod-list.ts";
import type { Version } from "../game/version.ts";
import type { Manifest } from "./manifest.ts";
import { formatConstraints } from "./requirement.ts";

/** Built-ins that are switched off: by the manifest, else by mod-list.json; base never is. */
export function disabledBuiltIns(
  builtIns: readonly BuiltIn[],
  manifest: Manifest,
  modList: ModList | undefined,
): ReadonlySet<string> {
  const listed = new Map(modList?.mods.map((entry) => [entry.name, entry.enabled]));
  const off = builtIns.filter(({ name }) => !(manifest.builtIns.get(name) ?? listed.get(name) ?? true));
  return new Set(off.map(({ name }) => name).filter((name) => name !== "base"));
}

/** What a lockfile answers, beside what the portal offered at the time. */
export interface RequestFacts {
  readonly manifest: Manifest;
  readonly game: Version;
  readonly builtIns: readonly BuiltIn[];
  readonly disabled: ReadonlySet<string>;
  /** Mods put into the folder by hand, as `name version` texts. */
  readonly fixed: readonly string[];
}

/**
 * The request in one canonical line: as long as it stays the same, the lockfile still answers it and nothing is solved.
 *
 * @see rule LOCK-5
 */
export function describeRequest({ manifest, game, builtIns, disabled, fixed }: RequestFacts): string {
  const mods = manifest.mods.map((mod) => {
    const marks = `${mod.enabled ? "" : " off"}${mod.portal === undefined ? "" : ` from ${mod.portal}`}`;
    return `${mod.name}@${formatConstraints(mod.constraints)}${marks}`;
  });
  const switches = builtIns.map(({ name, version }) => `${name} ${version.text}${disabled.has(name) ? " off" : ""}`);
  const parts: [string, readonly string[]][] = [
    ["factorio", [game.text]],
    ["built-ins", switches.sort()],
    ["mods", mods],
    ["without", [...manifest.without].sort()],
    ["by hand", [...fixed].sort()],
  ];
  return parts.flatMap(([label, each]) => (each.length > 0 ? [`${label}: ${each.join("; ")}`] : [])).join(" | ");
}
