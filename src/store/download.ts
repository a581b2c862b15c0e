import { isRoboportError, RoboportError } from "../errors.ts";
import type { Store, StoredBlob } from "./blob-store.ts";
import { openDigesters } from "./digesters.ts";
import { diskError } from "./disk-error.ts";
import type { DownloadFailed, StoreEvents } from "./events.ts";
import { checkModZip } from "./mod-zip.ts";
import { isOtherMount } from "./mount-point.ts";
import { makeFolder } from "./ownership.ts";
import { openKeeper } from "./keeper.ts";
import { type DownloadRequest, type FetchRelease, transfer } from "./transfer.ts";

export type { DownloadRequest, FetchRelease } from "./transfer.ts";

export interface DownloadAllOptions<R extends DownloadRequest> {
  readonly fetch: FetchRelease<R>;
  readonly store: Store;
  /** Transfers at the same time; 4 by default, as in the game. */
  readonly jobs?: number | undefined;
  readonly events?: StoreEvents | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where the zips are placed next, if they are: copies are made meanwhile when that is the store's own file system. */
  readonly placedIn?: string | undefined;
}

/** A release that is in the store. */
export interface Downloaded<R extends DownloadRequest> {
  readonly request: R;
  readonly blob: StoredBlob;
  /** True when no byte was transferred. */
  readonly reused: boolean;
}

const JOBS = 4;

/**
 * Have all of these releases in the store, proved and lasting. What is there already is not fetched; the largest come
 * first, so that the end is not one slow file alone. The first failure stops the others and leaves nothing unproved.
 *
 * @returns in the order of the requests
 * @throws {RoboportError} `PORTAL_SHAPE` for a release without a digest, `DISK_FULL` before anything is fetched when it
 *   cannot fit, `INTERRUPTED` when the signal aborts, and what {@link transfer} throws.
 * @see rules FETCH-1 to FETCH-12
 */
export async function downloadAll<R extends DownloadRequest>(
  requests: readonly R[],
  options: DownloadAllOptions<R>,
): Promise<readonly Downloaded<R>[]> {
  const { store, events = () => {} } = options;
  for (const request of requests) requireDigest(request);
  const done = new Map<R, Downloaded<R>>();
  const missing: R[] = [];
  for (const request of requests) {
    const blob = await findProved(request, store);
    if (!blob) missing.push(request);
    else {
      done.set(request, { request, blob, reused: true });
      events({ kind: "download-reused", id: request.id, size: blob.size });
    }
  }
  if (missing.length > 0) await fetchMissing(missing, { ...options, events, done });
  else if (requests.length > 0) await store.sweep(LABELLED);
  return requests.flatMap((request) => done.get(request) ?? []);
}

/** What somebody may go on with: a request that finds everything there says nothing about it. */
const LABELLED = { has: (label: string) => label !== "" };

/** A portal that gives no digest is not trusted blindly: nothing is ever accepted unproved. */
function requireDigest({ id, sha1, sha256 }: DownloadRequest): void {
  const isProvable = sha1 === undefined ? sha256 !== undefined : /^[0-9a-f]{40}$/.test(sha1);
  if (isProvable && (sha256 === undefined || /^[0-9a-f]{64}$/.test(sha256))) return;
  throw new RoboportError("PORTAL_SHAPE", `Cannot download ${id}: there is no digest to prove it by`, {
    hint: "Choose another release, or another portal.",
    data: { id, sha1, sha256 },
  });
}

/** A blob that does not look like the release any more counts as missing: fetching it mends the store. */
async function findProved(request: DownloadRequest, store: Store): Promise<StoredBlob | undefined> {
  const { sha1 = "", sha256 } = request;
  const blob = await (sha256 === undefined ? store.findBySha1(sha1) : store.find(sha256));
  if (!blob) return undefined;
  try {
    checkModZip(blob.path, request);
    return blob;
  } catch (error) {
    if (isRoboportError(error, "ZIP_INVALID")) return undefined;
    throw error;
  }
}

interface Fetching<R extends DownloadRequest> extends DownloadAllOptions<R> {
  readonly events: StoreEvents;
  readonly done: Map<R, Downloaded<R>>;
}

async function fetchMissing<R extends DownloadRequest>(missing: readonly R[], options: Fetching<R>): Promise<void> {
  const { store, events, jobs = JOBS, done } = options;
  await store.sweep(new Set(missing.map(({ sha1 = "", sha256 = sha1 }) => sha256)));
  const room = await requireSpace(missing, store);
  const queue = [...missing].sort((a, b) => (b.size ?? 0) - (a.size ?? 0));
  for (const { id, size } of queue) events({ kind: "download-queued", id, size });
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const failures: unknown[] = [];
  const fail = (error: unknown) => {
    failures.push(error);
    stop.abort(error);
  };
  const isCopied = await placesSoon(room, options);
  const keeper = openKeeper(store, {
    placesSoon: () => isCopied && !signal.aborted,
    kept: (request: R, blob) => done.set(request, { request, blob, reused: false }),
    failed: fail,
  });
  const digesters = openDigesters();
  const lane = async () => {
    for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) {
      try {
        const draft = await transfer(next, { fetch: options.fetch, store, digesters, events, signal });
        events({ kind: "download-verified", id: next.id, size: draft.size });
        keeper.add(next, draft);
      } catch (error) {
        if (!signal.aborted) events(failedEvent(next.id, error));
        fail(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, lane));
  await digesters.close();
  await keeper.end();
  if (options.signal?.aborted) throw interrupted(options.signal.reason);
  if (failures.length > 0) throw failures[0];
  await store.settle();
}

/** Bytes that are wanted, and bytes that are free. */
interface Room {
  readonly needed: number;
  readonly free: number;
}

/** Where the second half does not fit, a download must not fail of it. */
async function placesSoon(
  { needed, free }: Room,
  { store, placedIn }: Pick<Fetching<DownloadRequest>, "store" | "placedIn">,
): Promise<boolean> {
  return placedIn !== undefined && 2 * needed < free && !(await isOtherMount(store.fs, store.dir, placedIn));
}

/** @throws {RoboportError} `DISK_FULL` when the sizes that are known do not fit already. */
async function requireSpace(requests: readonly DownloadRequest[], { fs, dir, owner }: Store): Promise<Room> {
  const needed = requests.reduce((sum, { size = 0 }) => sum + size, 0);
  await makeFolder(fs, dir, owner);
  const free = await fs.freeSpace(dir).catch(async (error: unknown) => {
    throw await diskError(error, { message: `Cannot use the store ${dir}`, folder: dir, fs });
  });
  if (needed <= free) return { needed, free };
  throw new RoboportError("DISK_FULL", `Cannot download ${needed} bytes: ${dir} has room for ${free}`, {
    hint: `Free some space on the file system of ${dir} and run the command again.`,
    data: { needed, free, folder: dir },
  });
}

function failedEvent(id: string, error: unknown): DownloadFailed {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "download-failed", id, code: isRoboportError(error) ? error.code : "INTERNAL", message };
}

function interrupted(reason: unknown): unknown {
  if (isRoboportError(reason)) return reason;
  return new RoboportError("INTERRUPTED", "Stopped before every download was complete", {
    hint: "Run the command again; what is complete is not downloaded twice.",
    cause: reason,
  });
}
