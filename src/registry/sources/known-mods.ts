import { LRUCache } from "lru-cache";
import { isModName } from "../../game/mod-name.ts";
import type { Clock } from "../../portal/clock.ts";
import type { RegistryData } from "../storage/registry-data.ts";
import type { UpstreamAnswer } from "../storage/upstream-answers.ts";
import type { Upstream } from "./upstream.ts";

/** What is known of an upstream's mods, and for how long it counts. */
export interface KnownMods {
  isHere(name: string): boolean;
  /** False for what is no mod name and for names that belong to this registry: they are never asked for. */
  isForeign(name: string): boolean;
  /** True when what is here of a mod, or that nothing is, counts without asking. */
  isSettled(name: string): boolean;
  /** What the upstream said last of a mod that is here. */
  lastAnswer(name: string): UpstreamAnswer | undefined;
  /** The upstream has it; the answer counts for 15 minutes unless it says how long. */
  confirm(name: string, answer?: UpstreamAnswer): void;
  /** The upstream does not have it. */
  miss(name: string): void;
}

export interface KnownModsOptions {
  readonly data: Pick<RegistryData, "records" | "claims" | "answers">;
  readonly upstream: Pick<Upstream, "url">;
  readonly clock: Pick<Clock, "now">;
}

/** As the official portal says of its own answers. */
const FRESH_MS = 900_000;
const ABSENT_MS = 60_000;
const ABSENT_MAX = 50_000;

/** @see rules SRC-10, SRC-12 and CLAIM-2 */
export function openKnownMods({ data, upstream: { url }, clock }: KnownModsOptions): KnownMods {
  const { records, claims, answers } = data;
  const absentUntil = new LRUCache<string, number>({ max: ABSENT_MAX });
  const isForeign = (name: string) => isModName(name) && !claims.covers(name);
  const confirm = (name: string, answer: UpstreamAnswer = { freshUntil: clock.now() + FRESH_MS }) =>
    answers.put(name, url, answer);
  return {
    isHere: records.has,
    isForeign,
    isSettled: (name) => {
      const until = records.has(name) ? answers.find(name, url)?.freshUntil : absentUntil.get(name);
      return until === undefined ? !isForeign(name) : clock.now() < until;
    },
    lastAnswer: (name) => (records.has(name) ? answers.find(name, url) : undefined),
    confirm,
    miss: (name) => {
      if (records.has(name)) confirm(name);
      else absentUntil.set(name, clock.now() + ABSENT_MS);
    },
  };
}
