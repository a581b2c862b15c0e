import { RoboportError } from "../../errors.ts";
import type { StoredBlob } from "../../store/blob-store.ts";
import { downloadAll } from "../../store/download.ts";
import type { StoreEvent } from "../../store/events.ts";
import type { ReleaseRecord } from "../storage/mod-records.ts";
import { openZip, type RegistryData } from "../storage/registry-data.ts";
import { openSpan } from "../storage/file-span.ts";
import { NO_PIECES, type Pieces } from "../byte-pieces.ts";
import type { Arrival, WorldRelease } from "../world.ts";
import type { Guarded } from "./outage.ts";
import type { Upstream } from "./upstream.ts";
import { unlessRefused } from "./unavailable.ts";
import { openZipFlight } from "./zip-flight.ts";

export interface BringOptions {
  readonly data: Pick<RegistryData, "records" | "store" | "claims">;
  readonly upstream: Pick<Upstream, "download">;
  readonly events: (event: StoreEvent) => void;
  readonly signal: AbortSignal;
}

/** A zip that is here. */
export interface BroughtZip {
  readonly blob: StoredBlob;
  /** True when no byte had to come. */
  readonly reused: boolean;
}

/**
 * Have the zip of a release here: received in quarantine, proved, kept, and only then recorded.
 *
 * @throws {RoboportError} `NO_SUCH_RELEASE` for one that no portal is known to have, and what downloading throws.
 * @see rules PULL-1 and PULL-7
 */
export async function bringZip(mod: string, release: ReleaseRecord, options: BringOptions): Promise<BroughtZip> {
  const { data, upstream, events, signal } = options;
  const { id, version, sha1, upstreamPath } = release;
  const [brought] = await downloadAll([{ id: `${mod} ${version}`, name: mod, version, sha1 }], {
    fetch: async (_request, part) => {
      if (upstreamPath === undefined || data.claims.covers(mod)) throw nowhere(mod, version);
      return await upstream.download(upstreamPath, part);
    },
    store: data.store,
    jobs: 1,
    events,
    signal,
  });
  if (!brought) throw new Error(`Nothing came of downloading ${mod} ${version}`);
  const { blob, reused } = brought;
  data.records.putBlob({ mod, id }, blob);
  return { blob, reused };
}

function nowhere(mod: string, version: string): RoboportError {
  return new RoboportError("NO_SUCH_RELEASE", `The zip of ${mod} ${version} is at no portal that may be asked`, {
    hint: "Run `roboport serve check` to see which zips are missing.",
    data: { mod, version },
  });
}

export interface ZipPullOptions extends Omit<BringOptions, "events"> {
  readonly data: RegistryData;
  readonly guard: Guarded;
  /** Told of transfers that failed. */
  readonly report: (error: Error) => void;
}

/** Zips on their way: each comes once, however many wait for it and whoever of them goes away. */
export interface ZipPulls {
  /** Begin to bring a zip, or join whoever does. */
  bring(mod: string, release: WorldRelease): Arrival;
  /** Resolves when none is under way any more. */
  idle(): Promise<void>;
}

/** @see rules PULL-1 to PULL-8 */
export function openZipPulls(options: ZipPullOptions): ZipPulls {
  const underWay = new Map<string, Arrival>();
  const begin = (key: string, mod: string, release: WorldRelease): Arrival => {
    const arrival = pullZip(mod, release, options);
    const over = () => void underWay.delete(key);
    arrival.here.then(over, (error: unknown) => {
      over();
      options.report(error as Error);
    });
    underWay.set(key, arrival);
    return arrival;
  };
  return {
    bring: (mod, release) => {
      const key = `${mod}/${release.id}`;
      return underWay.get(key) ?? begin(key, mod, release);
    },
    idle: async () => void (await Promise.allSettled([...underWay.values()].map(({ here }) => here))),
  };
}

function pullZip(mod: string, release: WorldRelease, { data, upstream, guard, signal }: ZipPullOptions): Arrival {
  const flight = openZipFlight(data.store);
  const run = async () => {
    const record = data.records.findRecord(mod)?.releases.find(({ id }) => id === release.id);
    if (!record) throw nowhere(mod, release.version);
    const { blob } = await bringZip(mod, record, {
      data: { ...data, store: flight.store },
      upstream: { download: (path, part) => guard(() => upstream.download(path, part)) },
      events: flight.onEvent,
      signal,
    });
    return blob;
  };
  const brought = run();
  const here = brought.then(({ size, sha256 }) => {
    return { ...release, size, open: openZip(data.store, sha256, release.fileName) };
  });
  here.then(
    () => flight.end(),
    (error: unknown) => flight.end({ error }),
  );
  let isTaken = false;
  return {
    here,
    length: flight.length,
    follow: (length) => {
      if (isTaken) return undefined;
      isTaken = true;
      return () => followOrWait(flight.follow(length), brought);
    },
  };
}

/** The bytes as they come; all of them afterwards where none came: a short zip may be kept before anybody could follow it. */
async function followOrWait(followed: Promise<Pieces>, brought: Promise<StoredBlob>): Promise<Pieces> {
  let pieces = await followed;
  let isFirst = true;
  return {
    read: async (room) => {
      const count = await pieces.read(room);
      const isAsItIs = count > 0 || !isFirst;
      isFirst = false;
      if (isAsItIs) return count;
      await pieces.close();
      pieces = await openBrought(brought);
      return await pieces.read(room);
    },
    close: () => pieces.close(),
  };
}

async function openBrought(brought: Promise<StoredBlob>): Promise<Pieces> {
  const blob = await unlessRefused(brought);
  return blob ? await openSpan({ path: blob.path, start: 0, end: blob.size - 1 }) : NO_PIECES;
}
