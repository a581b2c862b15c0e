import pLimit from "p-limit";
import { RoboportError } from "../errors.ts";
import { BUILT_IN_NAMES, type BuiltIn } from "../game/built-ins.ts";
import { findDependency, mustBePresent } from "../game/dependency.ts";
import { DEFAULT_FACTORIO_VERSION, runsOn } from "../game/game-version.ts";
import { isModName } from "../game/mod-name.ts";
import { findVersion, type Version } from "../game/version.ts";
import type { Mod, Release, Universe } from "../resolve/universe.ts";
import type { Portal } from "./client.ts";
import type { ModListEntry } from "./contract/mod.ts";
import type { PortalRelease } from "./contract/release.ts";
import type { PortalEvents } from "./events.ts";
import { type SafeUrl, safeUrl } from "./secret.ts";

/** Whom to ask for what. */
export interface LoadUniverseOptions {
  /** Asked in this order; the first that has a mod gives all of its releases. */
  readonly portals: readonly Portal[];
  /** The mods to begin with. */
  readonly names: Iterable<string>;
  /** The full version of the game. */
  readonly game: Version;
  /** Never asked for. */
  readonly builtIns: readonly BuiltIn[];
  /** Mods that may come from one portal only: name → URL of a portal in `portals`. */
  readonly pinned?: ReadonlyMap<string, string> | undefined;
  /** Releases for which this is false are left out, and with them what only they need. Default: all are kept. */
  readonly keep?: ((name: string, version: Version) => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly events?: PortalEvents | undefined;
}

/** What a person wants to know about a mod, beside its releases. */
export interface ModDetails {
  readonly title: string;
  readonly owner: string;
  readonly summary: string;
  readonly downloadsCount: number;
  readonly portal: SafeUrl;
}

/** What the portals know that matters here. */
export interface LoadedUniverse {
  readonly universe: Universe;
  /** Of every mod in the universe, by name. */
  readonly details: ReadonlyMap<string, ModDetails>;
  /** Releases left out because their version cannot be read. */
  readonly unreadable: number;
}

/** Requests for single mods at the same time, where a portal cannot tell dependencies in a list. */
const PARALLEL = 4;

/**
 * Fetch every release that choosing among the named mods can lead to: their own, and those of whatever a release that
 * runs on this game requires or recommends, level by level. Optional mods are not followed.
 *
 * A mod that no portal knows is absent from the universe; a portal that cannot answer is an error, never an absence.
 *
 * @throws {RoboportError} `PORTAL_NOT_CONFIGURED` when a mod is pinned to a portal that is not given, and as
 *   {@link Portal} does.
 * @see rules LOAD-1 to LOAD-10
 */
export async function loadUniverse(options: LoadUniverseOptions): Promise<LoadedUniverse> {
  const { game, builtIns, keep = () => true, events = () => {} } = options;
  const mods = new Map<string, Mod>();
  const details = new Map<string, ModDetails>();
  const asked = new Set([...BUILT_IN_NAMES, ...builtIns.map((each) => each.name)]);
  const findTargets = targetFinder(game);
  let unreadable = 0;
  let open = [...new Set(options.names)].filter((name) => !asked.has(name));
  while (open.length > 0) {
    for (const name of open) asked.add(name);
    const targets = new Set<string>();
    for (const { entry, portal } of await loadLevel(options, open.filter(isModName))) {
      const published = releasesOf(entry).map((each) => readRelease(each, portal.url));
      const readable = published.filter((each) => each !== undefined);
      const releases = readable.filter((each) => keep(entry.name, each.version));
      unreadable += published.length - readable.length;
      mods.set(entry.name, { name: entry.name, deprecated: entry.deprecated === true, releases });
      details.set(entry.name, detailsOf(entry, portal));
      for (const target of findTargets(releases)) if (!asked.has(target)) targets.add(target);
    }
    open = [...targets];
    events({ kind: "universe-grew", mods: mods.size, open: open.length });
  }
  return { universe: { game, builtIns, mods }, details, unreadable };
}

interface Found {
  readonly entry: ModListEntry;
  readonly portal: Portal;
}

/** Ask each portal for what none before it knows and no pin forbids. */
async function loadLevel(options: LoadUniverseOptions, names: readonly string[]): Promise<readonly Found[]> {
  const { portals, pinned, signal } = options;
  const found = new Map<string, Found>();
  for (const name of names) checkPin(options, name);
  for (const portal of portals) {
    const mayComeFrom = (name: string) => isSamePortal(pinned?.get(name) ?? portal.url, portal);
    const wanted = names.filter((name) => !found.has(name) && mayComeFrom(name));
    if (wanted.length === 0) continue;
    const entries = await portal.getModsByName(wanted, { full: true, signal });
    const limit = pLimit(PARALLEL);
    const complete = await Promise.all(entries.map((entry) => limit(() => completeEntry(options, portal, entry))));
    for (const entry of complete) found.set(entry.name, { entry, portal });
  }
  return [...found.values()];
}

function checkPin({ portals, pinned }: LoadUniverseOptions, name: string): void {
  const url = pinned?.get(name);
  if (url === undefined || portals.some((portal) => isSamePortal(url, portal))) return;
  throw new RoboportError(
    "PORTAL_NOT_CONFIGURED",
    `Cannot load ${name}: its portal ${safeUrl(url)} is not configured`,
    {
      hint: "Add this portal with --portal, or take the mod from another one on purpose.",
      data: { name, portal: safeUrl(url) },
    },
  );
}

function isSamePortal(url: string, portal: Portal): boolean {
  return safeUrl(url).replace(/\/+$/, "") === portal.url;
}

/** The entry with its dependencies, asked for singly when the list has none and they matter. */
async function completeEntry(options: LoadUniverseOptions, portal: Portal, entry: ModListEntry): Promise<ModListEntry> {
  const { game, signal } = options;
  const releases = releasesOf(entry);
  const isFull = typeof entry.created_at === "string" || releases.some((each) => each.info_json.dependencies);
  const matters = !entry.releases || releases.some((each) => runsOn(each.info_json.factorio_version, game));
  if (isFull || !matters) return entry;
  return (await portal.findModFull(entry.name, { signal })) ?? entry;
}

function releasesOf(entry: ModListEntry): readonly PortalRelease[] {
  return entry.releases ?? (entry.latest_release ? [entry.latest_release] : []);
}

/** Undefined when the version cannot be read. */
function readRelease(release: PortalRelease, portal: SafeUrl): Release | undefined {
  const version = findVersion(release.version);
  if (!version) return undefined;
  const sha1 = release.sha1?.toLowerCase() ?? "";
  return {
    version,
    factorioVersion: release.info_json.factorio_version ?? DEFAULT_FACTORIO_VERSION,
    dependencies: release.info_json.dependencies ?? ["base"],
    releasedAt: release.released_at,
    ...(/^[0-9a-f]{40}$/.test(sha1) && { sha1 }),
    fileName: release.file_name,
    downloadUrl: release.download_url,
    portal,
  };
}

function detailsOf(entry: ModListEntry, portal: Portal): ModDetails {
  return {
    title: entry.title,
    owner: entry.owner,
    summary: entry.summary ?? "",
    downloadsCount: entry.downloads_count ?? 0,
    portal: portal.url,
  };
}

/** Names that releases for this game require or recommend; reads each dependency string once. */
function targetFinder(game: Version): (releases: readonly Release[]) => Iterable<string> {
  const read = new Set<string>();
  return function* (releases) {
    for (const release of releases) {
      if (!runsOn(release.factorioVersion, game)) continue;
      for (const text of release.dependencies) {
        if (read.has(text)) continue;
        read.add(text);
        const dependency = findDependency(text);
        if (dependency && (mustBePresent(dependency.kind) || dependency.kind === "recommended")) yield dependency.name;
      }
    }
  };
}
