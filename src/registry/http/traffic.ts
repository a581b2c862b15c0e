import type { Observer, Outcome } from "./front.ts";
import type { Passage } from "./passage.ts";

/** What requests are told apart by where they are counted: few, whatever clients send. */
const KINDS = [
  ["/api/mods/", "mod"],
  ["/api/mods", "list"],
  ["/api/search", "search"],
  ["/api/bookmarks", "bookmarks"],
  ["/api/v2/", "publishing"],
  ["/api-login", "login"],
  ["/download/", "download"],
  ["//download/", "download"],
  ["/assets/", "asset"],
] as const;

/** One of those, or `other`. */
export type RequestKind = (typeof KINDS)[number][1] | "other";

/** Upper ends of the times that answers are counted under, in seconds. */
export const DURATIONS: readonly number[] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60];

/** What was answered to requests of one kind. */
export interface KindTraffic {
  /** How often, by status. */
  readonly statuses: Map<number, number>;
  /** How often within each of {@link DURATIONS} but not within the one before, and at last beyond all. */
  readonly durations: number[];
  seconds: number;
  bytes: number;
}

/** Everything that was answered since the start. */
export interface Traffic {
  readonly kinds: ReadonlyMap<RequestKind, KindTraffic>;
  readonly observe: Observer;
}

/** Counters that cost a request two looks into maps. */
export function openTraffic(): Traffic {
  const kinds = new Map<RequestKind, KindTraffic>();
  const open = (kind: RequestKind): KindTraffic => {
    const traffic = { statuses: new Map(), durations: DURATIONS.map(() => 0).concat(0), seconds: 0, bytes: 0 };
    kinds.set(kind, traffic);
    return traffic;
  };
  return {
    kinds,
    observe: ({ target }: Passage, { status, milliseconds, bytes }: Outcome) => {
      const kind = kindOf(target);
      const traffic = kinds.get(kind) ?? open(kind);
      const seconds = milliseconds / 1000;
      const place = DURATIONS.findIndex((end) => seconds <= end);
      const slot = place < 0 ? DURATIONS.length : place;
      traffic.statuses.set(status, (traffic.statuses.get(status) ?? 0) + 1);
      traffic.durations[slot] = (traffic.durations[slot] ?? 0) + 1;
      traffic.seconds += seconds;
      traffic.bytes += bytes;
    },
  };
}

function kindOf(target: string): RequestKind {
  for (const [start, kind] of KINDS) if (target.startsWith(start)) return kind;
  return "other";
}
