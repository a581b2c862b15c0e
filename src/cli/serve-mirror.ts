import { exitCodeOf, RoboportError } from "../errors.ts";
import { systemClock } from "../portal/clock.ts";
import type { MirrorOptions, MirrorSummary } from "../registry/sources/mirror.ts";
import type { RegistryData } from "../registry/storage/registry-data.ts";
import type { CommandContext } from "./context.ts";
import { eventShower } from "./event-shower.ts";
import { readInputFile } from "./input-file.ts";
import { formatBytes, formatCount } from "./quantity.ts";
import { lines, type Styled } from "./styled.ts";
import { openUpstreamService } from "./upstream-service.ts";

/** The options that mirroring takes. */
export interface MirrorFlags {
  readonly upstream: string | undefined;
  readonly list: string | undefined;
  readonly withDependencies: boolean;
  readonly metadataOnly: boolean;
  readonly newest: number | undefined;
  readonly rate: number | undefined;
  readonly dryRun: boolean;
}

interface Job extends MirrorFlags {
  readonly context: CommandContext;
  readonly registry: RegistryData;
  /** Names of mods. */
  readonly words: readonly string[];
}

/** Requests per second to the upstream, unless told otherwise. */
const MIRROR_RATE = 1;
/** A run has time: it waits for as long as the upstream asks. */
const RETRY = { attempts: 8, maxWaitMs: 3_600_000, totalMs: 7_200_000 } as const;
const TELL_EVERY = 500;

/**
 * `serve mirror`: one run, which the next one goes on with when it is stopped.
 *
 * @throws {RoboportError} `USAGE` without an upstream.
 * @see rules MIRROR-1 to MIRROR-8
 */
export async function mirrorMods(job: Job): Promise<number | void> {
  const { context, registry, withDependencies, metadataOnly, newest, dryRun } = job;
  const { output, signal, globals } = context;
  const { mirror } = await import("../registry/sources/mirror.ts");
  const options: MirrorOptions = {
    data: registry,
    upstream: await openMirrored(job),
    clock: systemClock,
    names: await namesOf(job),
    withDependencies,
    metadataOnly,
    dryRun,
    choice: { newest, game: globals.factorio },
    report: ({ file, reason }) => output.warn(`Left out ${file}: ${reason}`),
    events: eventShower(output),
    progress: (mods) => {
      if (mods % TELL_EVERY === 0) output.note(`${formatCount(mods, "mod")} looked through`);
    },
    signal,
  };
  const summary = await mirror(options);
  const { mods, zips } = summary;
  if (!dryRun)
    registry.audit.add({ user: undefined, action: "mirror", subject: options.upstream.url, data: { mods, zips } });
  output.data({ ...summary, dryRun }, () => describe(summary));
  if (summary.stopped) return exitCodeOf(summary.stopped.code);
  if (summary.failures.length > 0) return exitCodeOf("PORTAL_STATUS");
  if (summary.absent.length > 0) return exitCodeOf("NO_SUCH_MOD");
}

async function openMirrored({ context, upstream: url, rate: perSecond = MIRROR_RATE }: Job) {
  if (url === undefined) {
    throw new RoboportError("USAGE", '"serve mirror" needs to know what to mirror', {
      hint: "Name a portal with --upstream, such as https://mods.factorio.com.",
    });
  }
  const { openUpstream } = await import("../registry/sources/upstream.ts");
  const { pacedTransport } = await import("../registry/sources/paced-transport.ts");
  const service = await openUpstreamService(context, url);
  const pace = { origin: URL.canParse(url) ? new URL(url).origin : url, perSecond, clock: systemClock };
  const events = eventShower(context.output);
  return openUpstream({ ...service, transport: pacedTransport(service.transport, pace), retry: RETRY, events });
}

/** The names on the command line and in the list; undefined when there are none, which means every mod. */
async function namesOf({ context, words, list }: Job): Promise<readonly string[] | undefined> {
  if (list === undefined) return words.length === 0 ? undefined : words;
  const text = (await readInputFile(context, list)).toString("utf8");
  const listed = text.split(/\r?\n/).map((line) => line.replace(/#.*$/, "").trim());
  return [...words, ...listed.filter((line) => line !== "")];
}

function describe({ mods, zips, bytes, absent, own, failures, stopped }: MirrorSummary): Styled {
  const wanted = zips.wanted > 0 ? `, ${zips.wanted} to come` : "";
  return lines(
    ...failures.map(({ subject, message }) => `${subject}: ${message}`),
    ...absent.map((name) => `${name}: neither here nor there`),
    ...own.map((name) => `${name}: belongs to this registry and was not asked for`),
    `${formatCount(mods, "mod")}: ${formatCount(zips.here, "zip")} here, ${zips.fetched} fetched (${formatBytes(bytes)})${wanted}`,
    ...(stopped ? [`Stopped: ${stopped.message}; the next run goes on`] : []),
  );
}
