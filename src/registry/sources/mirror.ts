import { type ErrorCode, exitCodeOf, isRoboportError, type RoboportError } from "../../errors.ts";
import { isModName } from "../../game/mod-name.ts";
import type { StoreEvent } from "../../store/events.ts";
import type { ModRecord, ReleaseRecord } from "../storage/mod-records.ts";
import { chooseReleases, type MirrorChoice, requiredNames } from "./mirror-choice.ts";
import { type MirrorMetadata, mirrorMetadata, type MirrorMetadataOptions } from "./mirror-metadata.ts";
import { isOutage } from "./outage.ts";
import { isOfUpstream } from "./unavailable.ts";
import { bringZip } from "./zip-pulls.ts";

export interface MirrorOptions extends MirrorMetadataOptions {
  /** Every mod of the upstream when not given. */
  readonly names?: readonly string[] | undefined;
  /** With the mods that they cannot do without, and those of these. */
  readonly withDependencies: boolean;
  /** No zips. */
  readonly metadataOnly: boolean;
  readonly choice: MirrorChoice;
  readonly events: (event: StoreEvent) => void;
  /** Told how many mods were looked through. */
  readonly progress: (mods: number) => void;
}

/** Something that could not be mirrored. */
export interface MirrorFailure {
  /** A mod, or a mod and a version. */
  readonly subject: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** What a run did. */
export interface MirrorSummary {
  readonly mods: number;
  /** Zips that were here, that came, and, in a dry run, that would have come. */
  readonly zips: { readonly here: number; readonly fetched: number; readonly wanted: number };
  /** Of the zips that came. */
  readonly bytes: number;
  /** Names that neither this registry nor the upstream has. */
  readonly absent: readonly string[];
  /** Names that belong to this registry and were not asked for. */
  readonly own: readonly string[];
  readonly failures: readonly MirrorFailure[];
  /** Why the run ended before its end. */
  readonly stopped: MirrorFailure | undefined;
}

/**
 * Copy mods of an upstream into a registry: what is here is not fetched again, what went there stays here. A run that was
 * stopped is gone on with by the next one.
 *
 * @see rules MIRROR-1 to MIRROR-7
 */
export async function mirror(options: MirrorOptions): Promise<MirrorSummary> {
  const tally = openTally();
  try {
    for await (const record of wantedMods(options, tally)) {
      tally.mods++;
      options.progress(tally.mods);
      if (!options.metadataOnly) await mirrorZips(record, options, tally);
    }
  } catch (error) {
    if (!isRoboportError(error) && !options.signal.aborted) throw error;
    tally.stopped = failureOf("the run", error);
  }
  return tally;
}

type Tally = { -readonly [Key in keyof MirrorSummary]: MirrorSummary[Key] } & {
  readonly zips: { here: number; fetched: number; wanted: number };
  readonly absent: string[];
  readonly own: string[];
  readonly failures: MirrorFailure[];
};

function openTally(): Tally {
  return {
    mods: 0,
    zips: { here: 0, fetched: 0, wanted: 0 },
    bytes: 0,
    absent: [],
    own: [],
    failures: [],
    stopped: undefined,
  };
}

async function* wantedMods(options: MirrorOptions, tally: Tally): AsyncGenerator<ModRecord, void, undefined> {
  const metadata = mirrorMetadata(options);
  if (options.names) yield* namedMods(options.names, { ...options, metadata, tally });
  else for await (const batch of metadata.everyMod()) yield* batch;
}

interface Naming extends MirrorOptions {
  readonly metadata: MirrorMetadata;
  readonly tally: Tally;
}

async function* namedMods(first: readonly string[], options: Naming): AsyncGenerator<ModRecord, void, undefined> {
  const { data, metadata, tally, withDependencies, choice } = options;
  // Grows while it is gone through.
  const names = new Set(first);
  for (const name of names) {
    if (data.claims.covers(name)) {
      tally.own.push(name);
      continue;
    }
    const record = isModName(name) ? await attempt(name, tally, () => metadata.findMod(name)) : undefined;
    if (!record) {
      if (!tally.failures.some(({ subject }) => subject === name)) tally.absent.push(name);
      continue;
    }
    if (withDependencies) for (const each of requiredNames(chooseReleases(record, choice))) names.add(each);
    yield record;
  }
}

async function mirrorZips(record: ModRecord, options: MirrorOptions, tally: Tally): Promise<void> {
  for (const release of chooseReleases(record, options.choice)) {
    if (release.sha256 !== undefined) tally.zips.here++;
    else if (options.dryRun) tally.zips.wanted++;
    else await attempt(`${record.name} ${release.version}`, tally, () => mirrorZip(record, release, options, tally));
  }
}

async function mirrorZip(record: ModRecord, release: ReleaseRecord, options: MirrorOptions, tally: Tally) {
  const { blob, reused } = await bringZip(record.name, release, options);
  if (reused) tally.zips.here++;
  else {
    tally.zips.fetched++;
    tally.bytes += blob.size;
  }
}

/** Go on after what concerns one mod or zip alone; an upstream that is down concerns all. */
async function attempt<T>(subject: string, tally: Tally, run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!isRoboportError(error) || !isOfSubject(error)) throw error;
    tally.failures.push(failureOf(subject, error));
    return undefined;
  }
}

function isOfSubject(error: RoboportError): boolean {
  const { code } = error;
  // Without an account, or with a wrong one, no zip comes at all.
  const isOfAll = isOutage(error) || exitCodeOf(code) === 7;
  return code === "NO_SUCH_RELEASE" || (isOfUpstream(error) && !isOfAll);
}

function failureOf(subject: string, error: unknown): MirrorFailure {
  if (isRoboportError(error)) return { subject, code: error.code, message: error.message };
  return { subject, code: "INTERRUPTED", message: "Stopped before everything was looked through" };
}
