import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { RoboportError } from "../errors.ts";
import { isJsonObject } from "../game/json-text.ts";
import { isModName } from "../game/mod-name.ts";
import { ModListSchema } from "../portal/contract/list.ts";
import type { ModListEntry, PortalLicense } from "../portal/contract/mod.ts";
import type { PortalRelease } from "../portal/contract/release.ts";
import type { ModRecord, ModRecords, ReleaseRecord } from "./storage/mod-records.ts";
import { EPOCH, findInstant } from "./worlds/instant.ts";
import { readModDetails } from "./worlds/mod-details.ts";
import { releaseId } from "./worlds/release-id.ts";
import { readUniverseWorld } from "./worlds/universe-world.ts";
import { everyModOf } from "./worlds/memory-source.ts";
import type { ReportProblem, WorldMod } from "./world.ts";

/** What became of an import. */
export interface Imported {
  readonly mods: number;
  readonly releases: number;
  /** Names that were published here and stay what they are. */
  readonly kept: readonly string[];
}

/**
 * Take over the metadata of a file: the answer of `/api/mods?page_size=max` or `/api/mods/NAME/full`, or a universe file;
 * plain or gzipped. Zips are not in such files; they come from the portal when they are asked for.
 *
 * @throws {RoboportError} `UNIVERSE_SHAPE` when the file is none of these.
 * @see rules REG-90 to REG-92
 */
export async function importMods(records: ModRecords, file: string, report: ReportProblem): Promise<Imported> {
  const found = await readRecords(file, report);
  const kept: string[] = [];
  let releases = 0;
  const wanted = found.filter((record) => {
    const isPrivate = records.findRecord(record.name)?.origin.source === "private";
    if (isPrivate) kept.push(record.name);
    else releases += record.releases.length;
    return !isPrivate;
  });
  return { mods: records.putAll(wanted), releases, kept };
}

async function readRecords(file: string, report: ReportProblem): Promise<readonly ModRecord[]> {
  const bytes = await readWhole(file);
  const value = parse(bytes, file);
  if (isJsonObject(value) && isJsonObject(value.mods)) {
    return (await everyModOf(readUniverseWorld(bytes, file, report))).map(recordOfWorld);
  }
  const list = ModListSchema.safeParse(isJsonObject(value) && "name" in value ? { results: [value] } : value);
  if (!list.success) throw shape(file, "it is neither a universe nor an answer of /api/mods");
  return list.data.results.flatMap((entry) => recordOfEntry(entry, report));
}

/** The zips of a universe file would be made up, so they count as not there. */
function recordOfWorld(mod: WorldMod): ModRecord {
  const releases = mod.releases.map(({ open: _open, size: _size, sha1: _sha1, ...release }) => ({
    ...release,
    sha1: "",
    sha256: undefined,
    size: undefined,
    upstreamPath: undefined,
  }));
  return { ...mod, origin: { source: "upstream" }, releases };
}

/** A mod as a portal's answer tells it, however much of it that is. */
function recordOfEntry(entry: ModListEntry, report: ReportProblem): readonly ModRecord[] {
  if (!isModName(entry.name)) {
    report({ file: entry.name.slice(0, 100), reason: "it is not a mod name" });
    return [];
  }
  const told = entry.releases ?? (entry.latest_release ? [entry.latest_release] : []);
  const releases = told.map(recordOfRelease).sort((a, b) => (a.releasedAt < b.releasedAt ? -1 : 1));
  const details = readModDetails(entry as Readonly<Record<string, unknown>>);
  const createdAt = findInstant(entry.created_at ?? "") ?? releases[0]?.releasedAt ?? EPOCH;
  const origin = { source: "upstream" } as const;
  return [{ ...details, ...licenseOf(entry), ...imagesOf(entry), name: entry.name, origin, createdAt, releases }];
}

function licenseOf(entry: ModListEntry): Pick<ModRecord, "license"> {
  const license = Array.isArray(entry.license) ? entry.license[0] : entry.license;
  if (!license) return {};
  const { id, name, title, description, url } = license as PortalLicense;
  const text = (value: string | null | undefined) => value ?? "";
  return {
    license: {
      ...(id && { id }),
      name: text(name),
      title: text(title),
      description: text(description),
      url: text(url),
    },
  };
}

function imagesOf({ images }: ModListEntry): Pick<ModRecord, "images"> {
  if (!images) return {};
  return {
    images: images.flatMap(({ id, thumbnail, url }) => (id && thumbnail && url ? [{ id, thumbnail, url }] : [])),
  };
}

function recordOfRelease(release: PortalRelease): ReleaseRecord {
  const { download_url, file_name, info_json, released_at, version, sha1, feature_flags } = release;
  const releasedAt = findInstant(released_at) ?? EPOCH;
  return {
    id: /\/([0-9a-f]{24})$/.exec(download_url)?.[1] ?? releaseId(file_name, releasedAt),
    version,
    factorioVersion: info_json.factorio_version ?? undefined,
    dependencies: info_json.dependencies ?? undefined,
    featureFlags: feature_flags ?? [],
    releasedAt,
    fileName: file_name,
    sha1: sha1?.toLowerCase() ?? "",
    sha256: undefined,
    size: undefined,
    upstreamPath: download_url,
  };
}

async function readWhole(file: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(file);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  } catch (error) {
    throw shape(file, error instanceof Error ? error.message : String(error), error);
  }
}

function parse(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw shape(file, "it is not JSON", error);
    throw error;
  }
}

function shape(file: string, why: string, cause: unknown = undefined): RoboportError {
  return new RoboportError("UNIVERSE_SHAPE", `Cannot import ${file}: ${why}`, {
    hint: "Give an answer of /api/mods?page_size=max, of /api/mods/NAME/full, or a universe file.",
    cause,
  });
}
