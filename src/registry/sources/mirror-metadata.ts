import type { Clock } from "../../portal/clock.ts";
import type { ModListEntry } from "../../portal/contract/mod.ts";
import type { ModRecord } from "../storage/mod-records.ts";
import type { RegistryData } from "../storage/registry-data.ts";
import { keepMods } from "./keep-mods.ts";
import { openKnownMods } from "./known-mods.ts";
import { mergeRecord } from "./merge-record.ts";
import type { Upstream } from "./upstream.ts";
import { findToldMod, type ToldMod } from "./upstream-record.ts";
import type { ReportProblem } from "../world.ts";

export interface MirrorMetadataOptions {
  readonly data: RegistryData;
  readonly upstream: Upstream;
  readonly clock: Pick<Clock, "now">;
  /** Nothing is written down. */
  readonly dryRun: boolean;
  /** Told of what is left out. */
  readonly report: ReportProblem;
  readonly signal: AbortSignal;
}

/** Metadata of an upstream, asked for as sparingly as it can be. */
export interface MirrorMetadata {
  /** What there is of a mod now; undefined when it is nowhere. */
  findMod(name: string): Promise<ModRecord | undefined>;
  /** Every mod of the upstream, a few at a time. */
  everyMod(): AsyncGenerator<readonly ModRecord[], void, undefined>;
}

/** Mods in one question. */
const BATCH = 100;
/** The list of all mods. */
const EVERY_MOD = "";

/** @see rules MIRROR-1 and MIRROR-2 */
export function mirrorMetadata(options: MirrorMetadataOptions): MirrorMetadata {
  const { data, upstream, dryRun, report, signal } = options;
  const { records, answers } = data;
  const { isForeign, lastAnswer, confirm } = openKnownMods(options);
  const keep = (told: readonly ToldMod[]): readonly ModRecord[] => {
    if (dryRun) return told.map((mod) => mergeRecord(records.findRecord(mod.record.name), mod));
    keepMods(data, told, report);
    return told.flatMap(({ record }) => records.findRecord(record.name) ?? []);
  };
  const isKnown = (entry: ModListEntry) => {
    const known = records.findRecord(entry.name);
    return known !== undefined && lastAnswer(entry.name) !== undefined && tellsNothingNew(entry, known);
  };
  const batchOf = async (entries: readonly ModListEntry[]): Promise<readonly ModRecord[]> => {
    const here = entries.filter(isKnown).flatMap(({ name }) => records.findRecord(name) ?? []);
    const changed = entries.filter((entry) => !isKnown(entry)).map(({ name }) => name);
    const full = changed.length === 0 ? [] : await upstream.findMods(changed, signal);
    const kept = keep(full.flatMap((entry) => findToldMod(entry, report) ?? []));
    if (!dryRun) for (const { name } of full) confirm(name);
    return [...here, ...kept];
  };
  return {
    findMod: async (name) => {
      const told = await upstream.findMod(name, lastAnswer(name), signal);
      if (told.kind === "absent") return records.findRecord(name);
      const mod = told.kind === "told" ? findToldMod(told.value, report) : undefined;
      const [kept] = mod ? keep([mod]) : [];
      if (!dryRun) confirm(name, told.answer);
      return kept ?? records.findRecord(name);
    },
    everyMod: async function* () {
      const told = await upstream.listMods(answers.find(EVERY_MOD, upstream.url), signal);
      if (told.kind !== "told") {
        for (const names of batches((await records.allMods()).map(({ name }) => name).filter(isForeign))) {
          yield names.flatMap((name) => records.findRecord(name) ?? []);
        }
        return;
      }
      const entries = told.value.filter((entry) => findToldMod(entry, report) && isForeign(entry.name));
      for (const batch of batches(entries)) yield await batchOf(batch);
      if (!dryRun) answers.put(EVERY_MOD, upstream.url, told.answer);
    },
  };
}

/** True when an entry of a list says of a mod what is known of it; how often it was downloaded is no news. */
function tellsNothingNew(entry: ModListEntry, known: ModRecord): boolean {
  const told = findToldMod(entry, () => {})?.record;
  if (!told) return true;
  const texts = (["title", "owner", "summary", "category"] as const).every((key) => told[key] === known[key]);
  return (
    texts && told.releases.every(({ id, sha1 }) => known.releases.some((each) => each.id === id && each.sha1 === sha1))
  );
}

function* batches<T>(values: readonly T[]): Generator<readonly T[], void, undefined> {
  for (let at = 0; at < values.length; at += BATCH) yield values.slice(at, at + BATCH);
}
