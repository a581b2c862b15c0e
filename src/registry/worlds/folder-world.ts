import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isRoboportError, RoboportError } from "../../errors.ts";
import { compareVersions, parseVersion } from "../../game/version.ts";
import { type FolderZip, readFolderZip, stampOf } from "./folder-zip.ts";
import { EPOCH } from "./instant.ts";
import type { ReportProblem, World, WorldMod } from "../world.ts";
import { staticWorld } from "./memory-source.ts";

/** How long an answer may be older than the folder, in milliseconds. */
const FRESH_MS = 1000;

/** What a folder world tells, and what it tells the time by. */
export interface FolderWorldOptions {
  /** Told of every zip that is not served, again when the file changed and is still bad. */
  readonly report: ReportProblem;
  /** Milliseconds from any beginning that never run backwards. */
  readonly now: () => number;
}

/** What was found out about a file, for as long as its stamp stays the same. */
interface ZipRecord {
  readonly stamp: string;
  readonly zip: FolderZip | undefined;
  /** Why there is no zip. */
  readonly problem: string | undefined;
}

/** A folder as it was seen at one moment. */
interface Snapshot {
  readonly records: ReadonlyMap<string, ZipRecord>;
  readonly world: World;
}

/**
 * A world of the real zips in a folder. What changes there is seen within a second; files that are no zips are passed over.
 *
 * A zip that is not exactly `{name}_{version}.zip` of its info.json, or that the game would not load, is reported and
 * never served.
 *
 * @throws {RoboportError} `NO_INSTALLATION` when there is no such folder.
 * @see rules REG-60 to REG-65
 */
export async function openFolderWorld(folder: string, { report, now }: FolderWorldOptions): Promise<World> {
  const look = (last: ReadonlyMap<string, ZipRecord>) => readFolder(folder, last, report);
  let snapshot = look(new Map()).then(snapshotOf);
  let seenAt = now();
  await snapshot;
  const refresh = async (last: Snapshot) => {
    const records = await look(last.records);
    return sameRecords(records, last.records) ? last : snapshotOf(records);
  };
  const current = async () => {
    if (now() - seenAt >= FRESH_MS) {
      seenAt = now();
      snapshot = snapshot.then(refresh, async () => snapshotOf(await look(new Map())));
    }
    return (await snapshot).world;
  };
  return {
    findMod: async (name) => (await current()).findMod(name),
    findRelease: async (mod, id) => (await current()).findRelease(mod, id),
    summaries: async (names) => (await current()).summaries(names),
    modCount: async () => (await current()).modCount(),
    allMods: async () => (await current()).allMods(),
    entries: async (names, form) => (await current()).entries(names, form),
  };
}

async function readFolder(
  folder: string,
  last: ReadonlyMap<string, ZipRecord>,
  report: ReportProblem,
): Promise<ReadonlyMap<string, ZipRecord>> {
  const records = new Map<string, ZipRecord>();
  for (const file of await zipsIn(folder)) {
    const stats = await findStats(join(folder, file));
    if (!stats) continue;
    const known = last.get(file);
    const record = known?.stamp === stampOf(stats) ? known : await readRecord(folder, file, stats);
    if (record !== known && record.problem) report({ file, reason: record.problem });
    records.set(file, record);
  }
  return records;
}

async function zipsIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((file) => file.toLowerCase().endsWith(".zip")).sort();
  } catch (error) {
    throw new RoboportError("NO_INSTALLATION", `Cannot read the folder ${folder}`, {
      hint: "Name a folder that holds mod zips and that this user may read.",
      cause: error,
    });
  }
}

/** Undefined when the file went away since the folder was listed. */
async function findStats(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function readRecord(folder: string, file: string, stats: Stats): Promise<ZipRecord> {
  const stamp = stampOf(stats);
  try {
    return { stamp, zip: await readFolderZip(join(folder, file), stats), problem: undefined };
  } catch (error) {
    if (!isRoboportError(error)) throw error;
    return { stamp, zip: undefined, problem: error.message };
  }
}

function sameRecords(a: ReadonlyMap<string, ZipRecord>, b: ReadonlyMap<string, ZipRecord>): boolean {
  return a.size === b.size && [...a].every(([file, record]) => b.get(file) === record);
}

function snapshotOf(records: ReadonlyMap<string, ZipRecord>): Snapshot {
  const zips = [...records.values()].map((record) => record.zip).filter((zip) => zip !== undefined);
  const byName = new Map<string, FolderZip[]>();
  for (const zip of zips) byName.set(zip.name, [...(byName.get(zip.name) ?? []), zip]);
  return { records, world: staticWorld([...byName].map(([name, ofMod]) => folderMod(name, ofMod))) };
}

/**
 * The newest version describes the mod. A folder that was copied has dates in any order, so a version never comes out
 * before the versions below it.
 */
function folderMod(name: string, zips: readonly FolderZip[]): WorldMod {
  const sorted = zips
    .map((zip) => ({ ...zip, version: parseVersion(zip.release.version) }))
    .sort((a, b) => compareVersions(a.version, b.version));
  let releasedAt = "";
  const releases = sorted.map(({ release }) => {
    if (release.releasedAt > releasedAt) releasedAt = release.releasedAt;
    return { ...release, releasedAt };
  });
  return { ...sorted.at(-1)?.details, name, createdAt: releases[0]?.releasedAt ?? EPOCH, releases };
}
