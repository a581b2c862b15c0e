import type { EffectiveMods, LocalMod } from "../game/effective-mods.ts";
import { computeLoadOrder } from "../game/load-order.ts";
import type { Lockfile } from "../plan/lockfile.ts";
import type { Manifest } from "../plan/manifest.ts";
import { readDependencies } from "../resolve/dependency-texts.ts";
import type { Game } from "./session.ts";

/** One mod, as `list` shows it. */
export interface ListedMod {
  readonly name: string;
  readonly version: string;
  readonly enabled: boolean;
  /** `asked`: in roboport.json. `needed`: because of others. `by-hand`: put there by the admin, not managed. */
  readonly origin: "asked" | "needed" | "by-hand";
  readonly file: string;
  /** False when the lockfile names it and the mods folder lacks it. */
  readonly present: boolean;
}

/** What is installed, for whom, and beside it. */
export interface Listing {
  readonly factorio: string;
  readonly builtIns: readonly { readonly name: string; readonly version: string; readonly enabled: boolean }[];
  readonly mods: readonly ListedMod[];
  /** Names of what a game would load, built-ins included, in its order. */
  readonly loadOrder: readonly string[];
  /** What else lies in the mods folder. */
  readonly foreign: readonly { readonly file: string; readonly reason: string }[];
}

interface LoadableMod extends LocalMod {
  readonly dependencies: readonly string[];
}

/** What a listing is made of. */
export interface ListingSource {
  readonly manifest: Manifest;
  readonly lockfile: Lockfile | undefined;
  /** Everything in the mods folder that is a mod. */
  readonly mods: readonly LocalMod[];
  readonly foreign: Listing["foreign"];
  /** What the game would load of it. */
  readonly effective: EffectiveMods<LoadableMod>;
  readonly game: Game;
}

/**
 * Everything installed, by name: what is locked, and what the admin put there.
 *
 * @see rules OPS-21 and AUDIT-26
 */
export function describeListing({ manifest, lockfile, mods, foreign, effective, game }: ListingSource): Listing {
  const asked = new Set(manifest.mods.map((mod) => mod.name));
  const onDisk = new Set(mods.map((mod) => mod.file));
  const locked = (lockfile?.mods ?? []).map(
    (mod): ListedMod => ({
      name: mod.name,
      version: mod.version.text,
      enabled: mod.enabled,
      origin: asked.has(mod.name) ? "asked" : "needed",
      file: mod.file,
      present: onDisk.has(mod.file),
    }),
  );
  const known = new Set(locked.map((mod) => mod.file));
  const loaded = new Set(effective.enabled.map((mod) => mod.file));
  const byHand = mods
    .filter((mod) => !known.has(mod.file))
    .map(({ name, version, file }): ListedMod => {
      return { name, version: version.text, enabled: loaded.has(file), origin: "by-hand", file, present: true };
    });
  const on = new Set(effective.builtIns.map((builtIn) => builtIn.name));
  return {
    factorio: game.version.text,
    builtIns: game.builtIns.map(({ name, version }) => ({ name, version: version.text, enabled: on.has(name) })),
    mods: [...locked, ...byHand].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    // Most lists are shown without it.
    get loadOrder() {
      return loadOrderOf([...effective.builtIns, ...effective.enabled]);
    },
    foreign,
  };
}

function loadOrderOf(mods: readonly Pick<LoadableMod, "name" | "dependencies">[]): readonly string[] {
  const loaded = mods.map(({ name, dependencies }) => ({
    name,
    dependencies: readDependencies(dependencies).map(({ dependency }) => dependency),
  }));
  return computeLoadOrder(loaded).names;
}
