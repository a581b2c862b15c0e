import type { StoreEvent } from "../store/events.ts";

/** One file that is on its way. */
export interface ActiveDownload {
  readonly id: string;
  /** Bytes. */
  readonly received: number;
  /** Bytes, when known. */
  readonly size: number | undefined;
}

/** How far all downloads are. */
export interface DownloadTotals {
  /** Files to be fetched, those that are done included. */
  readonly files: number;
  readonly done: number;
  /** Bytes. */
  readonly received: number;
  /** Bytes of all files, as far as sizes are known. */
  readonly size: number;
  /** Bytes per second over the last seconds; undefined while there is nothing to measure. */
  readonly rate: number | undefined;
  /** Milliseconds; undefined while nobody can tell. */
  readonly left: number | undefined;
}

/** The sum of the events so far. */
export interface DownloadTally {
  /** `now` in milliseconds, never going back. */
  add(event: StoreEvent, now: number): void;
  totals(): DownloadTotals;
  /** In the order in which they were queued. */
  active(): readonly ActiveDownload[];
}

interface Entry {
  received: number;
  size: number | undefined;
  state: "waiting" | "active" | "done" | "failed";
}

interface Sample {
  readonly at: number;
  readonly received: number;
}

/** Milliseconds; a fast download sends thousands of events in one second. */
const SAMPLE_EVERY = 100;
const RATE_OVER = 5_000;
const RATE_AFTER = 500;

/** Start counting. */
export function createDownloadTally(): DownloadTally {
  const entries = new Map<string, Entry>();
  let received = 0;
  let samples: readonly Sample[] = [];
  let latest: Sample = { at: 0, received };

  return {
    add(event, now) {
      if (event.kind === "download-reused") return;
      const entry = entries.get(event.id) ?? { received: 0, size: undefined, state: "waiting" };
      entries.set(event.id, entry);
      const before = entry.received;
      update(entry, event);
      received += entry.received - before;
      latest = { at: now, received };
      if (now - (samples.at(-1)?.at ?? Number.NEGATIVE_INFINITY) < SAMPLE_EVERY) return;
      samples = [...samples.filter(({ at }) => at > now - RATE_OVER), latest];
    },
    totals() {
      const all = [...entries.values()];
      const size = all.reduce((sum, entry) => sum + Math.max(entry.size ?? 0, entry.received), 0);
      const rate = rateOf(samples[0], latest);
      return {
        files: all.length,
        done: all.filter(({ state }) => state === "done").length,
        received,
        size,
        rate,
        left: rate ? ((size - received) / rate) * 1000 : undefined,
      };
    },
    active: () =>
      [...entries].flatMap(([id, { state, received, size }]) => (state === "active" ? [{ id, received, size }] : [])),
  };
}

function update(entry: Entry, event: Exclude<StoreEvent, { readonly kind: "download-reused" }>): void {
  if ("size" in event) entry.size = event.size ?? entry.size;
  if ("received" in event) entry.received = event.received;
  if (event.kind === "download-started" || event.kind === "download-progress") entry.state = "active";
  if (event.kind === "download-failed") entry.state = "failed";
  if (event.kind === "download-verified") {
    entry.state = "done";
    entry.received = event.size;
  }
}

function rateOf(first: Sample | undefined, last: Sample): number | undefined {
  if (!first || last.at - first.at < RATE_AFTER) return undefined;
  return Math.max(0, ((last.received - first.received) / (last.at - first.at)) * 1000);
}
