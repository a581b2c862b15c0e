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

const RATE_OVER = 5_000;
const RATE_AFTER = 500;

/** Start counting. */
export function createDownloadTally(): DownloadTally {
  const entries = new Map<string, Entry>();
  let received = 0;
  let samples: readonly Sample[] = [];

  return {
    add(event, now) {
      if (event.kind === "download-reused") return;
      const entry = entries.get(event.id) ?? { received: 0, size: undefined, state: "waiting" };
      entries.set(event.id, entry);
      const before = entry.received;
      update(entry, event);
      received += entry.received - before;
      samples = [...samples.filter(({ at }) => at > now - RATE_OVER && at < now), { at: now, received }];
    },
    totals() {
      const all = [...entries.values()];
      const size = all.reduce((sum, entry) => sum + Math.max(entry.size ?? 0, entry.received), 0);
      const rate = rateOf(samples);
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

function rateOf(samples: readonly Sample[]): number | undefined {
  const [first, last] = [samples.at(0), samples.at(-1)];
  if (!first || !last || last.at - first.at < RATE_AFTER) return undefined;
  return Math.max(0, ((last.received - first.received) / (last.at - first.at)) * 1000);
}
