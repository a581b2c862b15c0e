import { modFileName, isModName } from "../../game/mod-name.ts";
import { findVersion } from "../../game/version.ts";
import type { ModListEntry, PortalLicense } from "../../portal/contract/mod.ts";
import type { PortalRelease } from "../../portal/contract/release.ts";
import type { ModRecord, ReleaseRecord } from "../storage/mod-records.ts";
import { EPOCH, findInstant } from "../worlds/instant.ts";
import { readModDetails } from "../worlds/mod-details.ts";
import { releaseId } from "../worlds/release-id.ts";
import type { ReportProblem } from "../world.ts";

/** A mod as another portal tells it. */
export interface ToldMod {
  readonly record: ModRecord;
  /** True when these are all its releases, not just the newest one. */
  readonly isWhole: boolean;
}

/**
 * Read an entry of another portal's list, or its answer about one mod.
 *
 * @returns undefined for what is no mod, which is reported; so is a release without a readable version
 * @see rule SRC-3
 */
export function findToldMod(entry: ModListEntry, report: ReportProblem): ToldMod | undefined {
  const { name } = entry;
  if (!isModName(name)) {
    report({ file: name.slice(0, 100), reason: "it is not a mod name" });
    return undefined;
  }
  const told = entry.releases ?? (entry.latest_release ? [entry.latest_release] : []);
  const releases = told
    .filter(({ version }) => {
      if (findVersion(version)) return true;
      report({ file: `${name} ${version.slice(0, 40)}`, reason: "it is not a version" });
      return false;
    })
    .map((release) => releaseRecord(name, release))
    .sort((a, b) => (a.releasedAt < b.releasedAt ? -1 : 1));
  const details = readModDetails(entry as Readonly<Record<string, unknown>>);
  const createdAt = findInstant(entry.created_at ?? "") ?? releases[0]?.releasedAt ?? EPOCH;
  const origin = { source: "upstream" } as const;
  const record = { ...details, ...licenseOf(entry), ...imagesOf(entry), name, origin, createdAt, releases };
  return { record, isWhole: Array.isArray(entry.releases) };
}

function licenseOf(entry: ModListEntry): Pick<ModRecord, "license"> {
  const license = Array.isArray(entry.license) ? entry.license[0] : entry.license;
  if (!license) return {};
  const { id, name, title, description, url } = license as PortalLicense;
  const text = (value: string | null | undefined) => value ?? "";
  return {
    license: {
      description: text(description),
      ...(id && { id }),
      name: text(name),
      title: text(title),
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

function releaseRecord(name: string, release: PortalRelease): ReleaseRecord {
  const { download_url, file_name, info_json, released_at, version, sha1, feature_flags } = release;
  const releasedAt = findInstant(released_at) ?? EPOCH;
  const fileName = isPlainName(file_name) ? file_name : modFileName(name, version);
  return {
    id: /\/([0-9a-f]{24})$/.exec(download_url)?.[1] ?? releaseId(fileName, releasedAt),
    version,
    factorioVersion: info_json.factorio_version ?? undefined,
    dependencies: info_json.dependencies ?? undefined,
    featureFlags: feature_flags ?? [],
    releasedAt,
    fileName,
    sha1: sha1?.toLowerCase() ?? "",
    sha256: undefined,
    size: undefined,
    upstreamPath: download_url,
  };
}

/** False for whatever could become another path than a file's in the folder it is saved to. */
function isPlainName(fileName: string): boolean {
  return /^[\w -][\w .-]{0,250}\.zip$/.test(fileName);
}
