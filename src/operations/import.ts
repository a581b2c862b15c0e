import { RoboportError } from "../errors.ts";
import { runsOn } from "../game/game-version.ts";
import { parseModName } from "../game/mod-name.ts";
import { compareVersions, type Version } from "../game/version.ts";
import { formatNewManifest, type Manifest, parseManifest } from "../plan/manifest.ts";
import { editManifest, type ManifestEdit } from "../plan/manifest-edit.ts";
import type { SettingValue } from "../plan/wanted-settings.ts";
import type { Requirement, Universe } from "../resolve/universe.ts";
import { settled } from "./alone.ts";
import { findLockfile, findManifestText } from "./files.ts";
import { look, type Looked } from "./look.ts";
import { prepare, type Prepared, type Unsolvable } from "./prepare.ts";
import type { Game, Session } from "./session.ts";

/** A set of mods from elsewhere that this server is to run. */
export interface ForeignSet {
  /** What it is called: `save saves/world.zip`. */
  readonly origin: string;
  /** The game it comes from, where that is known. */
  readonly game?: Version | undefined;
  /** Every mod that is on, built-ins too. */
  readonly mods: readonly ForeignMod[];
  /** Built-ins of any game that are off, as opposed to those it says nothing of. */
  readonly off: ReadonlySet<string>;
  readonly settings?: readonly SettingValue[];
}

export interface ForeignMod {
  readonly name: string;
  /** Undefined for any version. */
  readonly version?: Version | undefined;
}

/** Which releases to take: exactly the named ones, the nearest where one is gone, or the newest. */
export type ImportChoice = "exact" | "nearest" | "newest";

export interface ImportRequest {
  readonly choice: ImportChoice;
  /** Leave out mods that no portal has. */
  readonly skipMissing: boolean;
}

/** A release that no portal has. */
export interface MissingRelease {
  readonly name: string;
  readonly wanted: string | undefined;
  /** The newest release before it that runs on this game, else the oldest after it; undefined when there is none. */
  readonly nearest: string | undefined;
}

/**
 * Plan to run a set from elsewhere: its mods are wanted and on, every other one is switched off. The manifest pins no
 * versions; the lockfile holds those that were chosen until the next update.
 *
 * @throws {RoboportError} `NO_SUCH_RELEASE` with `data.missing` when portals lack what is wanted, `MOD_NAME`,
 *   `NO_INSTALLATION`, `NO_GAME_VERSION`, and whatever looking and asking throws.
 * @see rules IMPORT-1 to IMPORT-5
 */
export async function planImport(
  session: Session,
  set: ForeignSet,
  { choice, skipMissing }: ImportRequest,
): Promise<Prepared | Unsolvable> {
  const state = await lookForImport(session, set);
  const exact = choice === "newest" ? [] : exactRequirements(state);
  const first = await prepareImport(session, state, { leftOut: new Set(), extra: exact });
  if (first.ok) return first;
  const missing = findMissing(first.universe, { ...state, choice });
  if (missing.length === 0) return first;
  const gone = missing.filter(({ nearest }) => nearest === undefined);
  if ((choice !== "nearest" && missing.length > gone.length) || (gone.length > 0 && !skipMissing)) {
    throw notOffered(set, missing);
  }
  const leftOut = new Set(gone.map(({ name }) => name));
  const extra = exact.flatMap((requirement) => nearestRequirement(requirement, first.universe, state));
  return await prepareImport(session, state, { leftOut, extra });
}

/** What an import is decided from. */
interface ImportState {
  readonly set: ForeignSet;
  readonly text: string;
  readonly manifest: Manifest;
  readonly game: Game;
  readonly looked: Looked;
  /** What is wanted of portals, or lies in the folder already. */
  readonly mods: readonly ForeignMod[];
}

async function lookForImport(session: Session, set: ForeignSet): Promise<ImportState> {
  const installation = await settled(session);
  const game = await session.game();
  const text = (await findManifestText(installation.root)) ?? newManifest(installation.game === undefined, game);
  const shipped = new Set(game.builtIns.map(({ name }) => name));
  const mods = set.mods.filter(({ name }) => !shipped.has(name));
  for (const { name } of mods) parseModName(name);
  return { set, text, manifest: parseManifest(text), game, looked: await look(session), mods };
}

function newManifest(isGameUnknown: boolean, game: Game): string {
  const empty: Manifest = { mods: [], builtIns: new Map(), without: [], portals: [] };
  return formatNewManifest(isGameUnknown ? { ...empty, factorio: game.version.text } : empty);
}

interface Attempt {
  readonly leftOut: ReadonlySet<string>;
  readonly extra: readonly Requirement[];
}

async function prepareImport(session: Session, state: ImportState, attempt: Attempt): Promise<Prepared | Unsolvable> {
  const { set, text, looked } = state;
  const wanted = state.mods.map(({ name }) => name).filter((name) => !attempt.leftOut.has(name));
  const isWanted = new Set(wanted);
  const byHand = looked.actual.mods.filter((mod) => !mod.owned).map(({ name }) => name);
  const listed = new Map(looked.actual.modList?.mods.map((entry) => [entry.name, entry]));
  const { root } = await session.installation();
  return await prepare(session, {
    command: `import ${set.origin}`,
    manifestText: editManifest(text, [...modEdits(state, wanted, new Set(byHand)), ...builtInEdits(state)]),
    previous: await findLockfile(root),
    freedom: isWanted,
    extra: attempt.extra.filter(({ name }) => isWanted.has(name)),
    entries: [...new Set(byHand)].map((name) => ({ ...listed.get(name), name, enabled: isWanted.has(name) })),
    settings: set.settings,
  });
}

/** A mod that lies in the folder by hand is switched on there, and not asked of a portal. */
function modEdits(
  { manifest }: ImportState,
  wanted: readonly string[],
  byHand: ReadonlySet<string>,
): readonly ManifestEdit[] {
  const known = new Map(manifest.mods.map((mod) => [mod.name, mod]));
  const isWanted = new Set(wanted);
  const off = manifest.mods.filter((mod) => mod.enabled && !isWanted.has(mod.name));
  return [
    ...wanted
      .filter((name) => !byHand.has(name))
      .map((name): ManifestEdit => ({ set: { name, constraints: [], ...known.get(name), enabled: true } })),
    ...off.map((mod): ManifestEdit => ({ set: { ...mod, enabled: false } })),
  ];
}

function builtInEdits({ set, game }: ImportState): readonly ManifestEdit[] {
  const on = new Set(set.mods.map(({ name }) => name));
  return game.builtIns
    .filter(({ name }) => name !== "base" && (on.has(name) || set.off.has(name)))
    .map(({ name }) => ({ builtIn: name, enabled: on.has(name) }));
}

function exactRequirements({ mods }: ImportState): readonly Requirement[] {
  return mods.map(({ name, version }) => ({
    name,
    constraints: version === undefined ? [] : [{ operator: "=", version }],
  }));
}

function nearestRequirement(
  requirement: Requirement,
  universe: Universe,
  { game }: ImportState,
): readonly Requirement[] {
  const [bound] = requirement.constraints;
  if (!bound) return [requirement];
  const version = findNearest(universe, { name: requirement.name, version: bound.version }, game.version);
  return version ? [{ name: requirement.name, constraints: [{ operator: "=", version }] }] : [];
}

/** @see rule IMPORT-4 */
function findMissing(
  universe: Universe,
  { mods, looked, game, choice }: ImportState & { readonly choice: ImportChoice },
): readonly MissingRelease[] {
  const byHand = new Set(looked.actual.mods.filter((mod) => !mod.owned).map(({ name }) => name));
  return mods
    .filter(({ name }) => !byHand.has(name))
    .map((mod) => ({ mod, nearest: findNearest(universe, mod, game.version) }))
    .filter(({ mod, nearest }) => {
      if (nearest === undefined) return true;
      return choice !== "newest" && mod.version !== undefined && compareVersions(nearest, mod.version) !== 0;
    })
    .map(({ mod, nearest }) => ({ name: mod.name, wanted: mod.version?.text, nearest: nearest?.text }));
}

/** The version itself where a portal has it. */
function findNearest(universe: Universe, { name, version }: ForeignMod, game: Version): Version | undefined {
  const releases = universe.mods.get(name)?.releases ?? [];
  const fitting = releases
    .filter((release) => runsOn(release.factorioVersion, game))
    .map((release) => release.version)
    .toSorted(compareVersions);
  if (version === undefined) return fitting.at(-1);
  return fitting.findLast((each) => compareVersions(each, version) <= 0) ?? fitting[0];
}

function notOffered({ origin }: ForeignSet, missing: readonly MissingRelease[]): RoboportError {
  const named = missing.slice(0, 5).map(({ name, wanted, nearest }) => {
    const version = wanted === undefined ? "" : ` ${wanted}`;
    return `${name}${version} (${nearest === undefined ? "no release for this game" : `nearest: ${nearest}`})`;
  });
  const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : "";
  const isGone = missing.some(({ nearest }) => nearest === undefined);
  return new RoboportError("NO_SUCH_RELEASE", `Cannot import ${origin}: no portal has ${named.join(", ")}${more}`, {
    hint: isGone
      ? "Put the missing zips into the mods folder, or pass --skip-missing and --nearest to go without them."
      : "Pass --nearest to take those releases instead, or --newest for the newest of all.",
    data: { missing },
  });
}
