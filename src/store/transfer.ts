import { isRoboportError, RoboportError } from "../errors.ts";
import type { DownloadOptions } from "../portal/client.ts";
import type { Download } from "../portal/download.ts";
import type { Draft } from "./blob-draft.ts";
import type { Store } from "./blob-store.ts";
import { digestOpenFile, type Digests } from "./digest.ts";
import type { Digesters } from "./digesters.ts";
import type { StoreEvents } from "./events.ts";
import { closing, type OpenFile } from "./file-system.ts";
import { checkModZip } from "./mod-zip.ts";
import { openPlainFile } from "./plain-file.ts";
import { reasonOf, untilBroken } from "./until-broken.ts";
import { openSink, type ReleaseSink, wrongLength } from "./release-sink.ts";

/** A release that has to be in the store. */
export interface DownloadRequest {
  /** What events call it. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** The portal's, 40 hex digits; may be missing only when `sha256` is given. */
  readonly sha1?: string | undefined;
  /** Ours, 64 hex digits, from the lockfile. */
  readonly sha256?: string | undefined;
  /** Bytes. */
  readonly size?: number | undefined;
}

/** Begins a transfer: from the start or, with `range`, the rest of one that broke off. */
export type FetchRelease<R> = (request: R, options: DownloadOptions) => Promise<Omit<Download, "url">>;

export interface TransferOptions<R> {
  readonly fetch: FetchRelease<R>;
  readonly store: Store;
  readonly digesters: Digesters;
  readonly events: StoreEvents;
  readonly signal: AbortSignal;
}

/** Interruptions in a row of which none brought a mebibyte, and times that all of it had to come again. */
const STALLS_MAX = 5;
const RESTARTS_MAX = 3;
const PROGRESS = 1024 * 1024;

/** The server sends all of it again instead of the rest. */
class StartOver extends Error {
  override readonly name = "StartOver";
}

/**
 * Bring one release to the store: streamed once, measured, hashed, proved to be the mod that was asked for; what is left
 * to do is to keep it. What breaks off is continued; what is wrong is fetched once more.
 *
 * @throws {RoboportError} `DOWNLOAD_LENGTH`, `DOWNLOAD_NOT_ZIP`, `DOWNLOAD_DIGEST`, `RELEASE_MUTATED`, `ZIP_INVALID`,
 *   `PORTAL_UNREACHABLE`, or what `fetch` and the store throw.
 * @see reference/reliability.md §2 N and M1, rules FETCH-1 to FETCH-9
 */
export async function transfer<R extends DownloadRequest>(request: R, options: TransferOptions<R>): Promise<Draft> {
  const { store, events } = options;
  const refusals: RoboportError[] = [];
  for (let restarts = 0; ; restarts++) {
    let hasLeftover = false;
    try {
      return await store.draft(async (file, path) => {
        hasLeftover = (await file.stat()).size > 0;
        const whole = hasLeftover ? await findWhole(request, path, store) : undefined;
        const digests = whole ?? (await receiveBytes(request, { ...options, file, path }));
        requireDigests(request, digests);
        requireModZip(path, request);
        return digests;
      }, request.sha256 ?? request.sha1);
    } catch (error) {
      // What another process left may be of another whole: that is nobody's fault.
      if (isIntegrityFailure(error)) refusals.push(...(hasLeftover ? [] : [error]));
      else if (!(error instanceof StartOver)) throw error;
      const [first, second] = refusals;
      if (first && second) throw asMutation(request, first, second);
      if (restarts === RESTARTS_MAX) throw gaveUp(request, error);
      events({ kind: "download-restarted", id: request.id, received: 0, why: error.message });
    }
  }
}

/**
 * A killed process may have received all of it: then nobody is asked.
 *
 * @returns undefined for a file that holds anything else
 */
async function findWhole(request: DownloadRequest, path: string, { fs }: Store): Promise<Digests | undefined> {
  const digests = await closing(await openPlainFile(fs, path), digestOpenFile);
  return findDifference(request, digests) ? undefined : digests;
}

/** In a set of 200 mods the zip that is wrong has to be named. */
function requireModZip(path: string, request: DownloadRequest): void {
  try {
    checkModZip(path, request);
  } catch (error) {
    if (!isRoboportError(error, "ZIP_INVALID")) throw error;
    const message = error.message.replace("Cannot use this zip", `Cannot use ${request.id}`);
    const data = { ...error.data, name: request.name, version: request.version };
    throw new RoboportError("ZIP_INVALID", message, { hint: error.hint, data, cause: error });
  }
}

function isIntegrityFailure(error: unknown): error is RoboportError {
  return (["DOWNLOAD_LENGTH", "DOWNLOAD_NOT_ZIP", "DOWNLOAD_DIGEST"] as const).some((code) =>
    isRoboportError(error, code),
  );
}

/** The same other bytes twice are no accident of the wire: the release itself is another one than was locked. */
function asMutation(request: DownloadRequest, first: RoboportError, second: RoboportError): RoboportError {
  const isSame = (["sha256", "announced"] as const).some((fact) => {
    const actual = second.data?.[fact];
    return actual !== undefined && actual === first.data?.[fact];
  });
  return isSame && request.sha256 !== undefined ? mutated(request, second) : second;
}

interface Receiving<R> extends TransferOptions<R> {
  readonly file: OpenFile;
  readonly path: string;
}

/** All bytes of the release, in as many parts as it takes. */
async function receiveBytes<R extends DownloadRequest>(request: R, options: Receiving<R>): Promise<Digests> {
  const sink = openSink(request, options);
  await sink.resume(options.path, options.store.fs);
  let stalls = 0;
  let validator: string | undefined;
  for (;;) {
    const before = sink.received();
    const range = before > 0 ? { range: { start: before }, ifRange: validator } : {};
    const part = await options.fetch(request, { signal: options.signal, ...range });
    if (before > 0 && part.status === 200) {
      part.discard();
      throw new StartOver("The portal cannot continue and sends all of it again");
    }
    validator = validatorOf(part);
    const fault = await takePart(request, part, { sink, signal: options.signal });
    if (fault === undefined) return await sink.finish();
    options.signal.throwIfAborted();
    stalls = sink.received() - before < PROGRESS ? stalls + 1 : 0;
    if (stalls > STALLS_MAX) throw gaveUp(request, fault);
    options.events({ kind: "download-restarted", id: request.id, received: sink.received(), why: reasonOf(fault) });
  }
}

/** Only a strong validator may guard a range. */
function validatorOf({ etag, lastModified }: Pick<Download, "etag" | "lastModified">): string | undefined {
  return etag !== undefined && !etag.startsWith("W/") ? etag : lastModified;
}

/** @returns why the part broke off; undefined when the release is complete */
async function takePart(
  request: DownloadRequest,
  part: Omit<Download, "url">,
  { sink, signal }: { readonly sink: ReleaseSink; readonly signal: AbortSignal },
): Promise<unknown> {
  try {
    if (part.status === 416) part.discard();
    else {
      const broken = await drain(part, sink, signal);
      if (broken) return rethrowRefusal(broken.cause);
    }
  } catch (error) {
    part.discard();
    throw error;
  }
  const [received, total] = [sink.received(), sink.total()];
  return total !== undefined && received < total ? wrongLength(request, received, total) : undefined;
}

/** @returns what reading the body threw, if it did; what is thrown while a piece is used is thrown on */
async function drain(part: Omit<Download, "url">, sink: ReleaseSink, signal: AbortSignal) {
  const { pieces, broken } = untilBroken(part.body);
  sink.announce(part);
  for await (const piece of pieces) {
    signal.throwIfAborted();
    await sink.take(piece);
  }
  return broken();
}

/** An answer of the portal is no interruption. */
function rethrowRefusal(error: unknown): unknown {
  if (isRoboportError(error) && error.code !== "PORTAL_UNREACHABLE") throw error;
  return error;
}

/** A digest that is not the one that was announced or locked. */
interface Difference {
  readonly kind: "SHA-1" | "SHA-256";
  readonly expected: string;
  readonly found: string;
}

function findDifference({ sha1, sha256 }: DownloadRequest, actual: Digests): Difference | undefined {
  if (sha1 !== undefined && sha1 !== actual.sha1) return { kind: "SHA-1", expected: sha1, found: actual.sha1 };
  if (sha256 === undefined || sha256 === actual.sha256) return undefined;
  return { kind: "SHA-256", expected: sha256, found: actual.sha256 };
}

/** @see rules FETCH-4 to FETCH-6 */
function requireDigests(request: DownloadRequest, actual: Digests): void {
  const difference = findDifference(request, actual);
  if (!difference) return;
  const { kind, expected, found } = difference;
  const wrong = new RoboportError(
    "DOWNLOAD_DIGEST",
    `Cannot use ${request.id}: its ${kind} is ${found}, not ${expected}`,
    {
      hint: "Run the command again; if it stays so, the portal serves other bytes than it announces.",
      data: {
        name: request.name,
        version: request.version,
        ...actual,
        expected: { sha1: request.sha1, sha256: request.sha256 },
      },
    },
  );
  throw kind === "SHA-256" && request.sha1 === actual.sha1 ? otherSha256(request, wrong) : wrong;
}

/** One of two digests that were written down together fits. */
function otherSha256(request: DownloadRequest, wrong: RoboportError): RoboportError {
  const { message, data } = mutated(request, wrong);
  const hint =
    "Its SHA-1 is the locked one: restore roboport.lock if its sha256 was changed, else trust this portal no more.";
  return new RoboportError("RELEASE_MUTATED", message, { hint, data, cause: wrong });
}

function mutated(request: DownloadRequest, cause: RoboportError): RoboportError {
  return new RoboportError(
    "RELEASE_MUTATED",
    `Cannot use ${request.id}: the portal serves other bytes than were locked`,
    {
      hint: `Ask the author why ${request.version} changed; to accept it, remove the mod and add it again.`,
      data: cause.data,
      cause,
    },
  );
}

/** What no patience helped. */
function gaveUp(request: DownloadRequest, fault: unknown): unknown {
  if (isRoboportError(fault)) return fault;
  const message = `Cannot download ${request.id}: it keeps breaking off (${reasonOf(fault)})`;
  return new RoboportError("PORTAL_UNREACHABLE", message, {
    hint: "Check the network and run the command again; what is complete is not downloaded twice.",
    data: { name: request.name, version: request.version },
    cause: fault,
  });
}
