import { findDependency, mustBePresent } from "../../game/dependency.ts";
import { compareVersions, parseVersion } from "../../game/version.ts";
import { fullMod, listEntry, namelistEntry, updatedAt } from "../mods/mod-json.ts";
import { latestRelease, linesOf } from "../mods/mod-lines.ts";
import { renderedMod } from "../mods/ready-body.ts";
import {
  compareNames,
  type EntryForm,
  type ModSummary,
  type World,
  type WorldMod,
  type WorldRelease,
} from "../world.ts";

/** Mods that are all in memory. */
export interface MemorySource {
  findMod(name: string): Promise<WorldMod | undefined>;
  /** Every mod in the byte order of the names; the same array as long as nothing changed. */
  allMods(): Promise<readonly WorldMod[]>;
}

/** A world over mods in memory. */
export function worldOver(source: MemorySource): World {
  const present = async (names: Iterable<string>) => {
    const mods = await Promise.all(Array.from(names, (name) => source.findMod(name)));
    return mods.filter((mod) => mod !== undefined);
  };
  return {
    findMod: (name) => source.findMod(name),
    findRelease: async (mod, id) => releaseOf(await source.findMod(mod), id),
    summaries: async (names) => (await present(names)).map(summaryOf),
    modCount: async () => (await source.allMods()).length,
    allMods: async () => summariesOf(await source.allMods()),
    entries: async (names, form) => joinEntries((await present(names)).map((mod) => entryOf(mod, form))),
  };
}

/** The release of a mod that has this id. */
export function releaseOf(mod: WorldMod | undefined, id: string): WorldRelease | undefined {
  return mod?.releases.find((release) => release.id === id);
}

/** A world of mods that do not change. */
export function staticWorld(mods: Iterable<WorldMod>): World {
  const sorted = [...mods].sort(compareNames);
  const byName = new Map(sorted.map((mod) => [mod.name, mod]));
  const peekMod = (name: string) => byName.get(name);
  return { ...worldOver({ findMod: async (name) => peekMod(name), allMods: async () => sorted }), peekMod };
}

/** One entry of a list, as JSON. */
export function entryOf(mod: WorldMod, form: EntryForm): Uint8Array {
  if (form.kind === "full") return renderedMod(mod, "full", () => fullMod(mod)).bytes;
  if (form.kind === "named") return renderedMod(mod, "namelist", () => namelistEntry(mod)).bytes;
  const { line } = form;
  return renderedMod(mod, `list ${line ?? ""}`, () => listEntry(mod, latestRelease(mod, line))).bytes;
}

const COMMA = Buffer.from(",");

/** Entries of a list with commas between them. */
export function joinEntries(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(entries.flatMap((entry, place) => (place === 0 ? [entry] : [COMMA, entry])));
}

const SUMMARIES = new WeakMap<readonly WorldMod[], readonly ModSummary[]>();

function summariesOf(mods: readonly WorldMod[]): readonly ModSummary[] {
  const known = SUMMARIES.get(mods) ?? mods.map(summaryOf);
  SUMMARIES.set(mods, known);
  return known;
}

const SPACE_AGE = "space-age";

/** What lists and searches need of a mod. */
export function summaryOf(mod: WorldMod): ModSummary {
  const latest = mod.releases.at(-1);
  const dependencies = (latest?.dependencies ?? []).map(findDependency);
  return {
    name: mod.name,
    title: mod.title ?? mod.name,
    owner: mod.owner ?? "",
    summary: mod.summary ?? "",
    category: mod.category,
    deprecated: mod.deprecated ?? false,
    downloadsCount: mod.downloadsCount ?? 0,
    score: mod.score ?? 0,
    createdAt: mod.createdAt,
    updatedAt: updatedAt(mod),
    sourceUrl: mod.sourceUrl,
    tags: mod.tags ?? [],
    thumbnail: mod.thumbnail,
    lines: [...linesOf(mod)].sort((a, b) => compareVersions(parseVersion(a), parseVersion(b))),
    latest: latest && { id: latest.id, version: latest.version },
    requiresSpaceAge: dependencies.some((each) => each?.name === SPACE_AGE && mustBePresent(each.kind)),
  };
}

/** Every mod of a world with all its releases, in the byte order of the names. */
export async function everyModOf(world: World): Promise<readonly WorldMod[]> {
  const mods = await Promise.all((await world.allMods()).map(({ name }) => world.findMod(name)));
  return mods.filter((mod) => mod !== undefined);
}
