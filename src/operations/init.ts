import { RoboportError } from "../errors.ts";
import type { ModListEntry } from "../game/mod-list.ts";
import type { Installation } from "../installation/installation.ts";
import { findAccess, type ModsAccess, planAccess } from "../installation/permissions.ts";
import type { PresentMod } from "../plan/actual.ts";
import type { Lockfile } from "../plan/lockfile.ts";
import { formatNewManifest, type Manifest, type ManifestMod } from "../plan/manifest.ts";
import { describeRequest, disabledBuiltIns } from "../plan/request.ts";
import type { AuditFinding } from "../resolve/audited-set.ts";
import { parseConstraints } from "../plan/requirement.ts";
import { makeFolder } from "../store/ownership.ts";
import { settled } from "./alone.ts";
import { auditModsFolder } from "./audit.ts";
import { findManifest } from "./files.ts";
import { lockPresent } from "./known-releases.ts";
import { look, type Looked } from "./look.ts";
import { planFor, type Prepared } from "./prepare.ts";
import type { Game, Session } from "./session.ts";

/** What `init` found and is about to write down; the mods folder itself stays as it is. */
export interface Initialisation {
  readonly installation: Installation;
  readonly game: Game;
  /** Zips that become the manifest and are known by their bytes from now on. */
  readonly adopted: readonly PresentMod[];
  /** Mods that stay the admin's own: switched off, shadowed, or unpacked. */
  readonly byHand: readonly PresentMod[];
  /** What is not a mod the game would load. */
  readonly foreign: Looked["actual"]["foreign"];
  /** Switched on in mod-list.json, but nowhere on disk: the game ignores them, and so does `init`. */
  readonly missing: readonly string[];
  /** What the owner of the mods folder cannot use, and the command that mends it. */
  readonly access: ModsAccess | undefined;
  /** Why a game would not start with the mods that are there. */
  readonly problems: readonly AuditFinding[];
  readonly prepared: Prepared;
}

/**
 * Make the mods folder of a server that is named but has none yet.
 *
 * @throws {RoboportError} `PERMISSION`, `DISK_FULL` or `DISK_ERROR`
 */
export async function makeModsFolder(session: Session, path: string): Promise<void> {
  await makeFolder(session.store().fs, path, session.owner);
}

const EMPTY: Manifest = { mods: [], builtIns: new Map(), without: [], portals: [] };

/**
 * Plan to adopt an installation: what the game would load becomes the manifest, its zips become the lockfile.
 *
 * @param portals to write into the manifest
 * @throws {RoboportError} `ALREADY_INITIALISED`, `NO_INSTALLATION`, `NO_GAME_VERSION`, `MOD_LIST_SHAPE`
 * @see rules OPS-18 to OPS-20
 */
export async function planInit(session: Session, portals: readonly string[]): Promise<Initialisation> {
  const installation = await settled(session);
  if (await findManifest(installation.root)) throw alreadyThere(installation.root);
  const game = await session.game();
  const before = await look(session);
  const adopted = before.effective.enabled.filter((mod) => mod.form === "zip");
  const manifest = manifestFor(before, { adopted, game, installation, portals });
  const manifestText = formatNewManifest(manifest);
  const looking = { adopt: new Set(adopted.map((mod) => mod.file)) };
  const looked = await look(session, looking);
  const lockfile = lockfileFor(looked, { manifest, game, files: looking.adopt });
  const planned = await planFor(session, { manifestText, lockfile, looked, looking, command: "init" });
  const onDisk = new Set(before.actual.mods.map((mod) => mod.name));
  const shipped = new Set(game.builtIns.map((builtIn) => builtIn.name));
  return {
    installation,
    game,
    adopted,
    byHand: before.actual.mods.filter((mod) => !adopted.includes(mod)),
    foreign: before.actual.foreign,
    missing: (before.actual.modList?.mods ?? [])
      .filter(({ name, enabled }) => enabled && !onDisk.has(name) && !shipped.has(name))
      .map(({ name }) => name),
    access: await lookAtAccess(installation.modsDir),
    problems: (await auditModsFolder(session)).findings.filter(({ severity }) => severity === "error"),
    prepared: { ...planned, findings: [], previous: undefined },
  };
}

async function lookAtAccess(modsDir: string): Promise<ModsAccess | undefined> {
  const access = await findAccess(modsDir);
  return access && planAccess(access);
}

function alreadyThere(root: string): RoboportError {
  return new RoboportError("ALREADY_INITIALISED", `Cannot initialise ${root}: it has a roboport.json`, {
    hint: 'Run "roboport install" to make the mods folder equal it, or "roboport list" to see what it holds.',
    data: { root },
  });
}

interface Facts {
  readonly adopted: readonly PresentMod[];
  readonly game: Game;
  readonly installation: Installation;
  readonly portals: readonly string[];
}

function manifestFor({ actual }: Looked, { adopted, game, installation, portals }: Facts): Manifest {
  const entries = new Map(actual.modList?.mods.map((entry) => [entry.name, entry]));
  const off = disabledBuiltIns(game.builtIns, EMPTY, actual.modList);
  return {
    ...(installation.game === undefined && { factorio: game.version.text }),
    mods: adopted.map((mod) => adoptedMod(mod, entries.get(mod.name))),
    builtIns: new Map([...off].map((name) => [name, false])),
    without: [],
    portals,
  };
}

/** A version the admin had pinned stays pinned. */
function adoptedMod({ name }: PresentMod, entry: ModListEntry | undefined): ManifestMod {
  const constraints = entry?.version === undefined ? [] : parseConstraints(entry.version);
  return { name, constraints, enabled: true };
}

function lockfileFor(looked: Looked, about: { manifest: Manifest; game: Game; files: ReadonlySet<string> }): Lockfile {
  const { manifest, game, files } = about;
  const disabled = disabledBuiltIns(game.builtIns, manifest, looked.actual.modList);
  const fixed = [...looked.fixed].map(([name, mod]) => `${name} ${mod.version.text}`);
  return {
    factorio: game.version,
    builtIns: game.builtIns.map(({ name, version }) => ({ name, version, enabled: !disabled.has(name) })),
    request: describeRequest({ manifest, game: game.version, builtIns: game.builtIns, disabled, fixed }),
    mods: looked.actual.mods.filter((mod) => files.has(mod.file)).map(lockPresent),
  };
}
