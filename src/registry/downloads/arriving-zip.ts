import { setTimeout as pause } from "node:timers/promises";
import { streamPieces } from "../byte-pieces.ts";
import { unavailable, unlessRefused } from "../sources/unavailable.ts";
import type { Arrival, ByteRange, WorldRelease } from "../world.ts";

/** A release whose zip can be sent. */
export interface SendableRelease extends WorldRelease {
  readonly size: number;
}

/** What to send of a zip that was on its way. */
export interface ArrivingZip {
  readonly release: SendableRelease;
  /** True when its bytes are not proved yet: they end early, and the connection with them, when they never are. */
  readonly mayEndEarly: boolean;
}

/** Milliseconds until whoever waits for a zip is told its length, so that the wait is not taken for silence. */
const SILENCE_MS = 15_000;

/**
 * To the first who asks for all of a zip its bytes as they come, to everybody else those of the proved zip.
 *
 * @throws {HTTPException} when it does not come.
 * @see rules PULL-2 to PULL-5
 */
export async function awaitZip(request: Request, release: WorldRelease, arrival: Arrival): Promise<ArrivingZip> {
  const early = (size: number, open: WorldRelease["open"]) => ({
    release: { ...release, size, open },
    mayEndEarly: true,
  });
  try {
    const size = await arrival.length;
    if (size === undefined) return { release: await arrival.here, mayEndEarly: false };
    const later: WorldRelease["open"] = async (range) => ReadableStream.from(bytesAfter(arrival, range));
    if (request.method === "HEAD") return early(size, later);
    const followed = request.headers.has("Range") ? undefined : arrival.follow(size);
    if (followed) return early(size, async () => streamPieces(followed));
    return (await isSoon(arrival.here)) ? { release: await arrival.here, mayEndEarly: false } : early(size, later);
  } catch (error) {
    throw unavailable(error);
  }
}

async function isSoon(here: Arrival["here"]): Promise<boolean> {
  const stop = new AbortController();
  const late = pause(SILENCE_MS, false, { signal: stop.signal, ref: false });
  late.catch(() => {});
  try {
    return await Promise.race([here.then(() => true), late]);
  } finally {
    stop.abort();
  }
}

async function* bytesAfter({ here }: Arrival, range?: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
  const release = await unlessRefused(here);
  const body = await release?.open(range);
  if (body instanceof Uint8Array) yield body;
  else if (body) yield* body;
}
