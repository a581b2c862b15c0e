import { setImmediate as pause } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import { entryOf, joinEntries, releaseOf, summaryOf } from "../worlds/memory-source.ts";
import type { EntryForm, ModDetails, ModSummary, World, WorldMod, WorldRelease } from "../world.ts";
import type { Database, Row, SqlValue, Statement } from "./database.ts";

/** Where a mod comes from. */
export type ModOrigin =
  /** Published here, by an account. */
  | { readonly source: "private"; readonly account: string }
  /** Taken over from another portal. */
  | { readonly source: "upstream" };

/** A release as it is kept. */
export interface ReleaseRecord extends Omit<WorldRelease, "open" | "size"> {
  /** SHA-256 of the zip in the store; undefined until it is there. */
  readonly sha256: string | undefined;
  /** In bytes; undefined until the zip is there. */
  readonly size: number | undefined;
  /** `download_url` at the portal it came from. */
  readonly upstreamPath: string | undefined;
}

/** A mod as it is kept. */
export interface ModRecord extends ModDetails {
  readonly name: string;
  readonly origin: ModOrigin;
  /** UTC instant with six decimals and `Z`. */
  readonly createdAt: string;
  /** Sorted by {@link WorldRelease.releasedAt}. */
  readonly releases: readonly ReleaseRecord[];
}

/** Gives the bytes of a release that is kept. */
export type OpenRelease = (mod: string, release: ReleaseRecord) => WorldRelease["open"];

/** All mods of a registry; every change is lasting when its method returns. */
export interface ModRecords extends World {
  findRecord(name: string): ModRecord | undefined;
  has(name: string): boolean;
  /** Make a mod be this, with exactly these releases. */
  put(record: ModRecord): void;
  /** Many at once. */
  putAll(records: Iterable<ModRecord>): number;
  /** The zip of a release is here now. */
  putBlob(
    release: { readonly mod: string; readonly id: string },
    blob: { readonly sha256: string; readonly size: number },
  ): void;
  /** @returns false when there was none */
  remove(name: string): boolean;
  /**
   * Drop what came from elsewhere and is meant.
   *
   * @returns its names
   */
  dropUpstream(isMeant: (name: string) => boolean): readonly string[];
  count(): { readonly mods: number; readonly releases: number; readonly blobs: number };
}

const KEPT_MODS = 2_000;
/** Lists and searches may be this much older than what was put last, everything else than what another process put. */
const LIST_AGE_MS = 1_000;

/**
 * The mods in a database.
 *
 * @param now milliseconds from any beginning that never run backwards
 * @see rules KEEP-4 to KEEP-6
 */
export function openModRecords(
  db: Database,
  { open, now }: { readonly open: OpenRelease; readonly now: () => number },
): ModRecords {
  const sql = statements(db);
  const kept = new LRUCache<string, WorldMod>({ max: KEPT_MODS });
  let summaries: readonly ModSummary[] | undefined;
  let reading: Promise<readonly ModSummary[]> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let isStale = false;
  let seenVersion = 0;
  let seenAt = Number.NEGATIVE_INFINITY;
  const changed = (name: string) => {
    kept.delete(name);
    isStale = true;
  };
  /** Another process that manages the same folder makes what is remembered here untrue. */
  const lookForOthers = () => {
    if (now() - seenAt < LIST_AGE_MS) return;
    seenAt = now();
    const version = Number(sql.version.get()?.["data_version"]);
    if (version !== seenVersion) {
      kept.clear();
      isStale = true;
    }
    seenVersion = version;
  };
  /** What changes meanwhile is for the next time. */
  const readSummaries = async () => {
    readAt = now();
    isStale = false;
    summaries = await readAll(sql.summaries);
    return summaries;
  };
  const findRecord = (name: string) => {
    const row = sql.mod.get(name);
    return row && readRecord(row);
  };
  const putOne = (record: ModRecord) => {
    const mod = worldMod(record, open);
    const { source } = record.origin;
    const account = record.origin.source === "private" ? record.origin.account : null;
    const details = JSON.stringify(detailsOf(record));
    const summary = summaryOf(mod);
    sql.putMod.run(record.name, source, account, record.createdAt, details, JSON.stringify(summary));
    sql.dropReleases.run(record.name);
    for (const [place, release] of record.releases.entries()) {
      sql.putRelease.run(record.name, place, ...releaseColumns(release));
    }
    sql.dropEntries.run(record.name);
    for (const line of ["", ...summary.lines]) {
      sql.putEntry.run(line, record.name, entryOf(mod, { kind: "list", line: line || undefined }));
    }
    changed(record.name);
  };
  const remove = (name: string) => {
    changed(name);
    return sql.remove.run(name).changes > 0;
  };
  const findMod = (name: string) => {
    lookForOthers();
    const known = kept.get(name);
    if (known) return known;
    const record = findRecord(name);
    if (!record) return undefined;
    const mod = worldMod(record, open);
    kept.set(name, mod);
    return mod;
  };
  return {
    findRecord,
    has: (name) => sql.has.get(name) !== undefined,
    findMod: async (name) => findMod(name),
    peekMod: findMod,
    findRelease: async (mod, id) => releaseOf(findMod(mod), id),
    summaries: async (names) => Array.from(names, (name) => sql.summary.get(name)).flatMap(readSummary),
    modCount: async () => Number(sql.modCount.get()?.["mods"]),
    allMods: async () => {
      lookForOthers();
      if (summaries && !(isStale && now() - readAt >= LIST_AGE_MS)) return summaries;
      reading ??= readSummaries().finally(() => (reading = undefined));
      return await reading;
    },
    entries: async (names, form) => entriesOf(names, form),
    put: (record) => db.transact(() => putOne(record)),
    putAll: (records) =>
      db.transact(() => {
        let count = 0;
        for (const record of records) {
          putOne(record);
          count++;
        }
        return count;
      }),
    putBlob: ({ mod, id }, { sha256, size }) => {
      sql.putBlob.run(sha256, size, mod, id);
      kept.delete(mod);
    },
    remove,
    dropUpstream: (isMeant) => {
      const names = sql.upstreamNames.all().map(({ name }) => String(name));
      return names.filter((name) => isMeant(name) && remove(name));
    },
    count: () => {
      const { mods, releases, blobs } = sql.count.get() ?? {};
      return { mods: Number(mods), releases: Number(releases), blobs: Number(blobs) };
    },
  };

  function entriesOf(names: readonly string[], form: EntryForm): Uint8Array {
    if (form.kind !== "list") return joinEntries(names.flatMap((name) => renderedEntry(findMod(name), form)));
    const { entries } = sql.entries.get(JSON.stringify(names), form.line ?? "") ?? {};
    return typeof entries === "string" ? Buffer.from(entries) : new Uint8Array();
  }
}

/** All of them, a few hundred at a time, so that nobody waits for the others. */
async function readAll(statement: Statement): Promise<readonly ModSummary[]> {
  const all: ModSummary[] = [];
  for (let after: SqlValue = ""; ; await pause()) {
    const { last = null, summaries }: Row = statement.get(after) ?? {};
    if (last === null) return all;
    all.push(...(JSON.parse(`[${String(summaries)}]`) as readonly ModSummary[]));
    after = last;
  }
}

function readSummary(row: Row | undefined): readonly ModSummary[] {
  return row ? [JSON.parse(String(row["summary"])) as ModSummary] : [];
}

function renderedEntry(mod: WorldMod | undefined, form: EntryForm): readonly Uint8Array[] {
  return mod ? [entryOf(mod, form)] : [];
}

function statements(db: Database) {
  return {
    // One text for all releases takes half the time of as many rows.
    mod: db.prepare(
      `SELECT name, source, account, created_at, details, (SELECT json_group_array(json_array(id, version,
       factorio_version, json(dependencies), json(feature_flags), released_at, file_name, sha1, sha256, size,
       upstream_path)) FROM (SELECT * FROM releases WHERE mod = mods.name ORDER BY place)) AS releases
       FROM mods WHERE name = ?`,
    ),
    has: db.prepare("SELECT 1 FROM mods WHERE name = ?"),
    version: db.prepare("PRAGMA data_version"),
    summary: db.prepare("SELECT summary FROM mods WHERE name = ?"),
    summaries: db.prepare(
      `SELECT max(name) AS last, group_concat(summary) AS summaries
       FROM (SELECT name, summary FROM mods WHERE name > ? ORDER BY name LIMIT 250)`,
    ),
    // The list of names comes first, whatever the planner thinks of it.
    entries: db.prepare(
      `SELECT group_concat(CAST(entry AS TEXT)) AS entries FROM (SELECT entries.json AS entry FROM json_each(?) AS wanted
       CROSS JOIN entries ON mod = wanted.value AND line = ? ORDER BY wanted.key)`,
    ),
    putMod: db.prepare(
      `INSERT INTO mods (name, source, account, created_at, details, summary) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET source = excluded.source, account = excluded.account,
       created_at = excluded.created_at, details = excluded.details, summary = excluded.summary`,
    ),
    dropReleases: db.prepare("DELETE FROM releases WHERE mod = ?"),
    putRelease: db.prepare(
      `INSERT INTO releases (mod, place, id, version, factorio_version, dependencies, feature_flags, released_at,
       file_name, sha1, sha256, size, upstream_path) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    dropEntries: db.prepare("DELETE FROM entries WHERE mod = ?"),
    putEntry: db.prepare("INSERT INTO entries (line, mod, json) VALUES (?, ?, ?)"),
    putBlob: db.prepare("UPDATE releases SET sha256 = ?, size = ? WHERE mod = ? AND id = ?"),
    remove: db.prepare("DELETE FROM mods WHERE name = ?"),
    upstreamNames: db.prepare("SELECT name FROM mods WHERE source = 'upstream' ORDER BY name"),
    modCount: db.prepare("SELECT count(*) AS mods FROM mods"),
    count: db.prepare(
      `SELECT (SELECT count(*) FROM mods) AS mods, (SELECT count(*) FROM releases) AS releases,
       (SELECT count(*) FROM releases WHERE sha256 IS NOT NULL) AS blobs`,
    ),
  };
}

function releaseColumns(release: ReleaseRecord) {
  return [
    release.id,
    release.version,
    release.factorioVersion ?? null,
    release.dependencies ? JSON.stringify(release.dependencies) : null,
    JSON.stringify(release.featureFlags),
    release.releasedAt,
    release.fileName,
    release.sha1,
    release.sha256 ?? null,
    release.size ?? null,
    release.upstreamPath ?? null,
  ] as const;
}

function readRecord(row: Row): ModRecord {
  const details = JSON.parse(String(row["details"])) as ModDetails;
  const origin: ModOrigin =
    row["source"] === "private" ? { source: "private", account: String(row["account"]) } : { source: "upstream" };
  const releases = JSON.parse(String(row["releases"])) as readonly ReleaseValues[];
  return {
    ...details,
    name: String(row["name"]),
    origin,
    createdAt: String(row["created_at"]),
    releases: releases.map(readRelease),
  };
}

/** A release as it is read: what the statement for a mod gathers of each. */
type ReleaseValues = readonly [
  id: string,
  version: string,
  factorioVersion: string | null,
  dependencies: readonly string[] | null,
  featureFlags: readonly string[],
  releasedAt: string,
  fileName: string,
  sha1: string,
  sha256: string | null,
  size: number | null,
  upstreamPath: string | null,
];

function readRelease(values: ReleaseValues): ReleaseRecord {
  const [id, version, factorioVersion, dependencies, featureFlags, releasedAt, ...rest] = values;
  const [fileName, sha1, sha256, size, upstreamPath] = rest;
  return {
    id,
    version,
    factorioVersion: factorioVersion ?? undefined,
    dependencies: dependencies ?? undefined,
    featureFlags,
    releasedAt,
    fileName,
    sha1,
    sha256: sha256 ?? undefined,
    size: size ?? undefined,
    upstreamPath: upstreamPath ?? undefined,
  };
}

function detailsOf(record: ModRecord): ModDetails {
  const { name: _name, origin: _origin, createdAt: _created, releases: _releases, ...details } = record;
  return details;
}

function worldMod(record: ModRecord, open: OpenRelease): WorldMod {
  const { origin: _origin, releases, ...rest } = record;
  return { ...rest, releases: releases.map((release) => worldRelease(record.name, release, open)) };
}

/** Written out, because taking an object apart for each release costs more than reading them. */
function worldRelease(mod: string, release: ReleaseRecord, open: OpenRelease): WorldRelease {
  return {
    id: release.id,
    version: release.version,
    factorioVersion: release.factorioVersion,
    dependencies: release.dependencies,
    featureFlags: release.featureFlags,
    releasedAt: release.releasedAt,
    fileName: release.fileName,
    sha1: release.sha1,
    size: release.size,
    open: (range) => open(mod, release)(range),
  };
}
