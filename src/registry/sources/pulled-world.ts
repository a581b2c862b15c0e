import { LRUCache } from "lru-cache";
import type { Clock } from "../../portal/clock.ts";
import type { ModRecords } from "../storage/mod-records.ts";
import type { World, WorldMod } from "../world.ts";
import { releaseOf } from "../worlds/memory-source.ts";
import type { Freshness, PulledMetadata } from "./pulled-metadata.ts";
import type { ZipPulls } from "./zip-pulls.ts";

export interface PulledWorldOptions {
  readonly records: ModRecords;
  readonly metadata: PulledMetadata;
  readonly zips: ZipPulls;
  readonly clock: Pick<Clock, "now">;
}

/** How long a release that the upstream did not name counts as absent, in milliseconds. */
const ABSENT_MS = 60_000;

/**
 * A registry's own world, in which whatever is asked for by name comes from an upstream first. What is listed or searched
 * is what is here.
 *
 * @see rules SRC-6 to SRC-12, PULL-1
 */
export function pulledWorld({ records, metadata, zips, clock }: PulledWorldOptions): World {
  const absentUntil = new LRUCache<string, number>({ max: 10_000 });
  const known = new WeakMap<WorldMod, Partial<Record<Freshness, WorldMod>>>();
  const withSources = (mod: WorldMod, freshness: Freshness): WorldMod => {
    const forms = known.get(mod) ?? {};
    known.set(mod, forms);
    return (forms[freshness] ??= {
      ...mod,
      ...(freshness === "stale" && { isStale: true }),
      releases: mod.releases.map((release) =>
        release.size === undefined ? { ...release, bring: () => zips.bring(mod.name, release) } : release,
      ),
    });
  };
  const find = async (name: string, freshness: Freshness) => {
    const mod = await records.findMod(name);
    return mod && withSources(mod, freshness);
  };
  const findMod = async (name: string) => find(name, await metadata.refresh(name));
  return {
    findMod,
    peekMod: (name) => {
      const mod = metadata.isSettled(name) ? records.peekMod?.(name) : undefined;
      return mod && withSources(mod, "fresh");
    },
    findRelease: async (name, id) => {
      const release = releaseOf(await findMod(name), id);
      const key = `${name}/${id}`;
      if (release || clock.now() < (absentUntil.get(key) ?? 0)) return release;
      await metadata.refreshNow(name);
      const found = releaseOf(await find(name, "fresh"), id);
      if (!found) absentUntil.set(key, clock.now() + ABSENT_MS);
      return found;
    },
    summaries: async (names) => {
      const asked = [...names];
      await metadata.refreshAll(asked);
      return await records.summaries(asked);
    },
    modCount: () => records.modCount(),
    allMods: () => records.allMods(),
    entries: (names, form) => records.entries(names, form),
  };
}
