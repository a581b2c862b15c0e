import { type Version, versionParts } from "./version.ts";

/** A mod that ships with the game: read from `data/<name>/info.json`, never downloaded. */
export interface BuiltIn {
  readonly name: string;
  readonly version: Version;
  readonly dependencies: readonly string[];
}

/** Order of the built-ins in a mod-list.json; `core` is never listed. */
const LIST_ORDER = ["base", "elevated-rails", "recycler", "quality", "space-age"];

/**
 * Names no portal has and nobody may register.
 *
 * @see reference/formats.md §7, rule BUILTIN-1
 */
export const BUILT_IN_NAMES: ReadonlySet<string> = new Set(["core", ...LIST_ORDER]);

/**
 * Order of two built-ins in mod-list.json: the known ones as the game lists them, unknown ones after, by name.
 *
 * @see reference/formats.md §8, rule BUILTIN-2
 */
export function compareBuiltIns(a: string, b: string): number {
  return rankOf(a) - rankOf(b) || (a < b ? -1 : a > b ? 1 : 0);
}

function rankOf(name: string): number {
  const at = LIST_ORDER.indexOf(name);
  return at === -1 ? LIST_ORDER.length : at;
}

/**
 * The built-ins of a game whose `data/` cannot be read, by its version: each as new as the game.
 *
 * Real versions may lag (2.0.74 shipped its expansion mods at 2.0.73), so this is only the fallback.
 *
 * @see reference/formats.md §7, rule BUILTIN-3
 */
export function defaultBuiltIns(game: Version): readonly BuiltIn[] {
  const [major, minor] = versionParts(game);
  const base: BuiltIn = { name: "base", version: game, dependencies: [] };
  if (major < 2) return [base];
  if (major === 2 && minor === 0) {
    return [
      base,
      { name: "elevated-rails", version: game, dependencies: ["base >= 2.0.0"] },
      { name: "quality", version: game, dependencies: ["base >= 2.0.0"] },
      {
        name: "space-age",
        version: game,
        dependencies: ["base >= 2.0.0", "elevated-rails >= 2.0.0", "quality >= 2.0.0"],
      },
    ];
  }
  return [
    base,
    { name: "elevated-rails", version: game, dependencies: ["base >= 2.1.0"] },
    { name: "recycler", version: game, dependencies: ["base >= 2.1.0"] },
    { name: "quality", version: game, dependencies: ["base >= 2.1.0", "recycler >= 2.1.0"] },
    {
      name: "space-age",
      version: game,
      dependencies: ["base >= 2.1.0", "elevated-rails >= 2.1.0", "recycler >= 2.1.0", "+ quality >= 2.1.0"],
    },
  ];
}
