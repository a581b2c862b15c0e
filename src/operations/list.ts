import { computeLoadOrder } from "../game/load-order.ts";
import type { PresentMod } from "../plan/actual.ts";
import { readDependencies } from "../resolve/dependency-texts.ts";
import { settled } from "./alone.ts";
import { findLockfile, getManifest } from "./files.ts";
import { look } from "./look.ts";
import type { Session } from "./session.ts";

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

/**
 * Everything installed, by name: what is locked, and what the admin put there.
 *
 * @throws {RoboportError} `NO_INSTALLATION`
 * @see rules OPS-21 and AUDIT-26
 */
export async function listMods(session: Session): Promise<Listing> {
  const { root } = await settled(session);
  const { manifest } = await getManifest(root);
  const lockfile = await findLockfile(root);
  const { actual, effective } = await look(session);
  const asked = new Set(manifest.mods.map((mod) => mod.name));
  const onDisk = new Set(actual.mods.map((mod) => mod.file));
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
  const byHand = actual.mods
    .filter((mod) => !known.has(mod.file))
    .map(({ name, version, file }): ListedMod => {
      return { name, version: version.text, enabled: loaded.has(file), origin: "by-hand", file, present: true };
    });
  const { version: game, builtIns } = await session.game();
  const on = new Set(effective.builtIns.map((builtIn) => builtIn.name));
  return {
    factorio: game.text,
    builtIns: builtIns.map(({ name, version }) => ({ name, version: version.text, enabled: on.has(name) })),
    mods: [...locked, ...byHand].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    loadOrder: loadOrderOf([...effective.builtIns, ...effective.enabled]),
    foreign: actual.foreign,
  };
}

function loadOrderOf(mods: readonly Pick<PresentMod, "name" | "dependencies">[]): readonly string[] {
  const loaded = mods.map(({ name, dependencies }) => ({
    name,
    dependencies: readDependencies(dependencies).map(({ dependency }) => dependency),
  }));
  return computeLoadOrder(loaded).names;
}
