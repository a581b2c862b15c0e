import { type Clock, systemClock } from "../../portal/clock.ts";
import type { ServiceOptions } from "../../portal/context.ts";
import type { RegistryData } from "../storage/registry-data.ts";
import type { World } from "../world.ts";
import { guardAgainstOutage } from "./outage.ts";
import { pulledWorld } from "./pulled-world.ts";
import { pullMetadata } from "./pulled-metadata.ts";
import { openUpstream } from "./upstream.ts";
import { openZipPulls } from "./zip-pulls.ts";

export interface PullThroughOptions {
  readonly data: RegistryData;
  /** How to reach the upstream, and as whom. */
  readonly upstream: ServiceOptions;
  /** Told of every failure of the upstream, whoever it was hidden from. */
  readonly report: (error: Error) => void;
}

/** A registry's world with another portal behind it. */
export interface PullThrough {
  readonly world: World;
  /** Gives up what is on its way. */
  close(): Promise<void>;
}

/** Whoever waits for an answer does not wait for many attempts. */
const RETRY = { attempts: 3, maxWaitMs: 5_000, totalMs: 60_000 } as const;

/**
 * Put an upstream behind a registry: what is asked for and not here is fetched, proved, kept and served.
 *
 * @throws {RoboportError} `USAGE` when the address of the upstream is none.
 * @see rules SRC-1 to SRC-13, PULL-1 to PULL-8
 */
export function openPullThrough({ data, upstream: service, report }: PullThroughOptions): PullThrough {
  const stop = new AbortController();
  const { signal } = stop;
  const clock: Clock = service.clock ?? systemClock;
  const upstream = openUpstream({ ...service, retry: { ...RETRY, ...service.retry } });
  const shared = { data, upstream, guard: guardAgainstOutage(clock), report, signal } as const;
  const zips = openZipPulls(shared);
  return {
    world: pulledWorld({ records: data.records, metadata: pullMetadata({ ...shared, clock }), zips, clock }),
    close: async () => {
      stop.abort();
      await zips.idle();
    },
  };
}
