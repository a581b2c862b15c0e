import { findVersion } from "../../game/version.ts";
import type { ModRecord, ReleaseRecord } from "../storage/mod-records.ts";
import type { ToldMod } from "./upstream-record.ts";

/**
 * What is known of a mod after another portal told about it.
 *
 * A zip that is here stays what it is and stays here, whatever becomes of it elsewhere; a release without a zip goes when
 * it went there.
 *
 * @see rules SRC-4 and SRC-5
 */
export function mergeRecord(known: ModRecord | undefined, { record, isWhole }: ToldMod): ModRecord {
  if (!known) return record;
  const told = record.releases.map((release) => mergeRelease(findSame(known.releases, release), release));
  const gone = known.releases.filter(
    (release) => !findSame(record.releases, release) && (release.sha256 !== undefined || !isWhole),
  );
  const releases = [...told, ...gone].sort((a, b) => (a.releasedAt < b.releasedAt ? -1 : 1));
  return isWhole ? { ...record, releases } : { ...known, ...record, createdAt: known.createdAt, releases };
}

/** Releases whose zips are here and that are told to have other bytes now. */
export function changedReleases(known: ModRecord | undefined, { record }: ToldMod): readonly ReleaseRecord[] {
  return record.releases.filter((told) => {
    const same = known && findSame(known.releases, told);
    return same?.sha256 !== undefined && told.sha1 !== "" && told.sha1 !== same.sha1;
  });
}

function mergeRelease(known: ReleaseRecord | undefined, told: ReleaseRecord): ReleaseRecord {
  if (!known) return told;
  const { id, sha1, sha256, size, upstreamPath } = known;
  const dependencies = told.dependencies ?? known.dependencies;
  if (sha256 !== undefined) return told.sha1 === sha1 ? { ...told, dependencies, id, sha256, size } : known;
  return { ...told, dependencies, sha1: told.sha1 || sha1, upstreamPath: told.upstreamPath ?? upstreamPath };
}

/** A version is published once, so it tells a release apart; an id may have been made up where none was known. */
function findSame(releases: readonly ReleaseRecord[], wanted: ReleaseRecord): ReleaseRecord | undefined {
  const key = findVersion(wanted.version)?.key;
  return releases.find((release) => release.id === wanted.id || findVersion(release.version)?.key === key);
}
