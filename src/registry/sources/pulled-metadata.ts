import { LRUCache } from "lru-cache";
import { isRoboportError } from "../../errors.ts";
import { isModName } from "../../game/mod-name.ts";
import type { Clock } from "../../portal/clock.ts";
import type { RegistryData } from "../storage/registry-data.ts";
import { keepMods } from "./keep-mods.ts";
import type { Guarded } from "./outage.ts";
import { singleFlight } from "./single-flight.ts";
import { isOfUpstream, unavailable } from "./unavailable.ts";
import type { Upstream } from "./upstream.ts";
import { findToldMod } from "./upstream-record.ts";

export interface PulledMetadataOptions {
  readonly data: RegistryData;
  readonly upstream: Upstream;
  readonly guard: Guarded;
  readonly clock: Pick<Clock, "now">;
  /** Told of failures that were answered from what is here. */
  readonly report: (error: Error) => void;
  readonly signal: AbortSignal;
}

/** Whether what is here was confirmed lately; `stale` when the upstream could not be asked. */
export type Freshness = "fresh" | "stale";

/** What the upstream says about mods, kept here and asked for again when it is old. */
export interface PulledMetadata {
  /** True when what is here of a mod, or that nothing is, counts without asking. */
  isSettled(name: string): boolean;
  /**
   * Have here what there is of a mod.
   *
   * @throws {HTTPException} when nothing is here and the upstream does not answer.
   */
  refresh(name: string): Promise<Freshness>;
  /** The same however fresh it is, because something in it is missing. */
  refreshNow(name: string): Promise<Freshness>;
  /** The same for many, in one question. */
  refreshAll(names: Iterable<string>): Promise<void>;
}

/** How long an answer without a lifetime of its own counts, in milliseconds; the portal's own say the same. */
const FRESH_MS = 900_000;
/** How long "there is no such mod" counts. */
const ABSENT_MS = 60_000;
const ABSENT_MAX = 50_000;

/**
 * Ask an upstream for metadata: once at a time for each mod, with validators, and never for a name that belongs here.
 *
 * @see rules SRC-6 to SRC-12
 */
export function pullMetadata(options: PulledMetadataOptions): PulledMetadata {
  const { data, upstream, guard, clock, report, signal } = options;
  const { records, claims, answers } = data;
  const absentUntil = new LRUCache<string, number>({ max: ABSENT_MAX });
  const one = singleFlight<void>();
  const many = singleFlight<void>();
  const reported = new WeakSet<Error>();
  const isForeign = (name: string) => isModName(name) && !claims.covers(name);
  const isHere = (name: string) => records.has(name);
  const isSettled = (name: string) => {
    const until = isHere(name) ? answers.find(name, upstream.url)?.freshUntil : absentUntil.get(name);
    return until === undefined ? !isForeign(name) : clock.now() < until;
  };
  const tell = (error: Error) => {
    if (!reported.has(error)) report(error);
    reported.add(error);
  };
  const missing = (name: string) => {
    if (isHere(name)) answers.put(name, upstream.url, { freshUntil: clock.now() + FRESH_MS });
    else absentUntil.set(name, clock.now() + ABSENT_MS);
  };
  const askOne = async (name: string) => {
    const known = isHere(name) ? answers.find(name, upstream.url) : undefined;
    const told = await guard(() => upstream.findMod(name, known, signal));
    if (told.kind === "absent" || (told.kind === "told" && told.value.name !== name)) return missing(name);
    const mod = told.kind === "told" ? findToldMod(told.value, leftOut(report)) : undefined;
    if (mod) keepMods(data, [mod]);
    answers.put(name, upstream.url, told.answer);
  };
  const askMany = async (names: readonly string[]) => {
    const entries = await guard(() => upstream.findMods(names, signal));
    const told = entries.flatMap((entry) => findToldMod(entry, leftOut(report)) ?? []);
    keepMods(data, told);
    const found = new Set(entries.map(({ name }) => name));
    for (const name of names.filter((each) => !found.has(each))) missing(name);
    for (const { name, created_at } of entries) {
      // Where it is missing, the portal does not know what a full answer is.
      if (created_at) answers.put(name, upstream.url, { freshUntil: clock.now() + FRESH_MS });
    }
  };
  const served = async (names: readonly string[], asked: Promise<void>): Promise<Freshness> => {
    try {
      await asked;
      return "fresh";
    } catch (error) {
      if (!isRoboportError(error) || !isOfUpstream(error)) throw error;
      tell(error);
      if (names.every(isHere)) return "stale";
      throw unavailable(error);
    }
  };
  const refreshNow = async (name: string) =>
    isForeign(name)
      ? await served(
          [name],
          one(name, () => askOne(name)),
        )
      : "fresh";
  return {
    isSettled,
    refreshNow,
    refresh: async (name) => (isSettled(name) ? "fresh" : await refreshNow(name)),
    refreshAll: async (names) => {
      const wanted = [...names].filter((name) => !isSettled(name) && isForeign(name)).sort();
      if (wanted.length > 0)
        await served(
          wanted,
          many(wanted.join(","), () => askMany(wanted)),
        );
    },
  };
}

function leftOut(report: (error: Error) => void) {
  return ({ file, reason }: { readonly file: string; readonly reason: string }) =>
    report(new Error(`Left out ${file}: ${reason}`));
}
