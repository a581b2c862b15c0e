import { join } from "node:path";
import { RoboportError } from "../../errors.ts";
import { openStore, type Store } from "../../store/blob-store.ts";
import { makeFolder } from "../../store/ownership.ts";
import { nodeFileSystem, unlessErrno } from "../../store/file-system.ts";
import type { ByteRange, WorldRelease } from "../world.ts";
import { type Accounts, openAccounts } from "./accounts.ts";
import { type Assets, openAssets } from "./assets.ts";
import { type AuditLog, openAuditLog } from "./audit-log.ts";
import { type Bookmarks, openBookmarks } from "./bookmarks.ts";
import { type Claims, openClaims } from "./claims.ts";
import { type Database, openDatabase } from "./database.ts";
import { streamSpan } from "./file-span.ts";
import { type ModRecords, openModRecords } from "./mod-records.ts";
import { openUpstreamAnswers, type UpstreamAnswers } from "./upstream-answers.ts";

/** Everything a registry keeps, in one folder. */
export interface RegistryData {
  readonly dir: string;
  readonly records: ModRecords;
  readonly accounts: Accounts;
  readonly bookmarks: Bookmarks;
  readonly audit: AuditLog;
  readonly claims: Claims;
  readonly answers: UpstreamAnswers;
  readonly assets: Assets;
  readonly store: Store;
  readonly db: Database;
  close(): void;
}

export interface RegistryDataOptions {
  /** The time, as a UTC text. */
  readonly clock: () => string;
  /** Milliseconds from any beginning that never run backwards. */
  readonly now: () => number;
}

/**
 * Open a registry's folder, or make one: `registry.sqlite`, `blobs-v1/` with the zips by their SHA-256, `assets/`.
 *
 * @throws {RoboportError} `STATE_SHAPE`, `PERMISSION`, `DISK_FULL`, `DISK_ERROR`
 * @see rules KEEP-1 to KEEP-6
 */
export async function openRegistryData(dir: string, { clock, now }: RegistryDataOptions): Promise<RegistryData> {
  await makeFolder(nodeFileSystem, dir);
  const store = openStore({ dir });
  await store.sweep();
  const db = await openDatabase(databaseFile(dir));
  return {
    dir,
    db,
    store,
    records: openModRecords(db, { now, open: (_mod, release) => openZip(store, release.sha256, release.fileName) }),
    accounts: openAccounts(db, clock),
    bookmarks: openBookmarks(db),
    audit: openAuditLog(db, clock),
    claims: openClaims(db, clock),
    answers: openUpstreamAnswers(db),
    assets: openAssets(join(dir, "assets")),
    close: () => db.close(),
  };
}

/** True when a registry was made in this folder. */
export async function hasRegistry(dir: string): Promise<boolean> {
  return (await unlessErrno(["ENOENT", "ENOTDIR"], nodeFileSystem.stat(databaseFile(dir)))) !== undefined;
}

function databaseFile(dir: string): string {
  return join(dir, "registry.sqlite");
}

/** What gives the bytes of a zip in the store. */
export function openZip(store: Store, sha256: string | undefined, fileName: string): WorldRelease["open"] {
  return async (range?: ByteRange) => {
    const blob = sha256 === undefined ? undefined : await store.find(sha256);
    if (!blob) throw missingZip(fileName);
    const { start, end } = range ?? { start: 0, end: blob.size - 1 };
    return streamSpan({ path: blob.path, start, end });
  };
}

function missingZip(fileName: string): RoboportError {
  return new RoboportError("STATE_SHAPE", `${fileName} is not in the store`, {
    hint: "Run `roboport serve check` to see what is missing.",
    data: { fileName },
  });
}
