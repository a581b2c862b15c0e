import { join } from "node:path";
import { type BuiltIn, defaultBuiltIns } from "../game/built-ins.ts";
import { factorioLine } from "../game/game-version.ts";
import { compareVersions, type Version } from "../game/version.ts";
import { findGameData } from "../installation/game-data.ts";
import type { Lockfile } from "../plan/lockfile.ts";
import type { Manifest, ManifestMod } from "../plan/manifest.ts";
import { editManifest } from "../plan/manifest-edit.ts";
import { solve } from "../resolve/solve.ts";
import type { Universe } from "../resolve/universe.ts";
import { findManifest, getWish, type Wish } from "./files.ts";
import { findHeldGame } from "./game-folders.ts";
import type { GamePlace } from "./game-place.ts";
import { prepare, type Prepared, type Unsolvable } from "./prepare.ts";
import type { Session } from "./session.ts";

/** A mod that another game would have to do without. */
export interface DroppedMod {
  readonly name: string;
  /** The version that is installed. */
  readonly installed: string | undefined;
  /** Its newest release, and the line of the game that is for; undefined where no portal has one. */
  readonly newest: { readonly version: string; readonly factorio: string } | undefined;
  /** Sentences that prove it. */
  readonly why: readonly string[];
}

/** What another game would mean for the mods. */
export interface GamePlan {
  readonly to: Version;
  /** What ships with it, as far as it is known. */
  readonly builtIns: readonly BuiltIn[];
  /** Mods of the manifest that cannot be with it. */
  readonly dropped: readonly DroppedMod[];
  /** The set that fits, without the dropped ones; undefined for a server whose mods nobody manages. */
  readonly mods: Prepared | Unsolvable | undefined;
}

export interface GamePlanRequest {
  readonly to: Version;
  /** As the history will name it. */
  readonly command: string;
}

/**
 * Solve the mods for another game, before anything of it is downloaded. Mods that cannot be with it are left out and named.
 *
 * @throws whatever looking and asking throws.
 * @see rules GAMEMODS-1 to GAMEMODS-3
 */
export async function planGame(session: Session, place: GamePlace, request: GamePlanRequest): Promise<GamePlan> {
  const builtIns = await builtInsOf(place.root, request.to);
  const nothing = { to: request.to, builtIns, dropped: [], mods: undefined };
  const root = place.installation?.root;
  if (root === undefined || !(await findManifest(root))) return nothing;
  const target = sessionFor(session, { version: request.to, builtIns });
  const wish = await getWish(root);
  const first = await prepareFor(target, wish, { ...request, manifestText: wish.text });
  if (first.ok) return { ...nothing, mods: first };
  const dropped = findDropped(first.universe, wish);
  if (dropped.length === 0) return { ...nothing, mods: first };
  const manifestText = editManifest(
    wish.text,
    dropped.map(({ mod }) => ({ set: { ...mod, enabled: false } })),
  );
  const mods = await prepareFor(target, wish, { ...request, manifestText });
  return { ...nothing, dropped: dropped.map(({ about }) => about), mods };
}

/** The same session for another game than the one that is there. */
export function sessionFor(
  session: Session,
  game: { readonly version: Version; readonly builtIns: readonly BuiltIn[] },
): Session {
  return { ...session, game: async () => ({ ...game, isChosen: false }) };
}

/** What ships with a version: as it is kept, else as far as is known. */
export async function builtInsOf(root: string, version: Version): Promise<readonly BuiltIn[]> {
  const held = await findHeldGame(root, version);
  const data = held && (await findGameData(join(held.folder, "data")));
  return data?.builtIns ?? defaultBuiltIns(version);
}

function prepareFor(
  target: Session,
  { previous, texts }: Wish,
  request: Pick<GamePlanRequest, "command"> & { readonly manifestText: string },
): Promise<Prepared | Unsolvable> {
  return prepare(target, { ...request, previous, texts, freedom: "nothing" });
}

/** Mods that cannot be with the game, each on its own. */
function findDropped(
  universe: Universe,
  { manifest, previous }: { readonly manifest: Manifest; readonly previous: Lockfile | undefined },
): readonly { readonly mod: ManifestMod; readonly about: DroppedMod }[] {
  const installed = new Map(previous?.mods.map((mod) => [mod.name, mod.version.text]));
  return manifest.mods.flatMap((mod) => {
    const answer = mod.enabled ? solve({ universe, requirements: [mod] }) : undefined;
    if (!answer || answer.ok) return [];
    const why = answer.explanation.map(({ text }) => text);
    const about = { name: mod.name, installed: installed.get(mod.name), newest: findNewest(universe, mod.name), why };
    return { mod, about };
  });
}

function findNewest(universe: Universe, name: string): DroppedMod["newest"] {
  const releases = universe.mods.get(name)?.releases ?? [];
  const newest = releases.toSorted((a, b) => compareVersions(a.version, b.version)).at(-1);
  return newest && { version: newest.version.text, factorio: factorioLine(newest.factorioVersion) };
}
