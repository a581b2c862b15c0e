import {
  findFailedMod,
  findLoggedMod,
  findLoggedRequest,
  findLoggedStatus,
  findLogVersion,
  isHarmless,
  type LoggedMod,
  type LogRecord,
  redactLogText,
} from "../game/factorio-log.ts";
import type { Version } from "../game/version.ts";
import { readLog } from "../installation/log-file.ts";
import { findEndpoint } from "../portal/contract/match-request.ts";

/** The mods of a server as its log tells them. */
export interface LogMods {
  /** Undefined for a log whose beginning is missing. */
  readonly factorio: Version | undefined;
  /** In the order of the log; a version is missing where a mod has no file that is loaded early. */
  readonly mods: readonly LoggedMod[];
  /** True when the log names every mod that was on. */
  readonly isComplete: boolean;
}

/**
 * The mods that were on, with their versions, of the last start in a log.
 *
 * @throws {RoboportError} `LOG_SHAPE`, `USAGE`, `PERMISSION`, `DISK_ERROR`
 * @see rule LOG-2
 */
export async function readLogMods(path: string): Promise<LogMods> {
  return await collectMods(path, () => false);
}

/**
 * The same of the first start alone, without reading what a server logged in the months since.
 *
 * @throws {RoboportError} as {@link readLogMods}.
 */
export async function readStartedMods(path: string): Promise<LogMods> {
  return await collectMods(path, ({ text }) => text === "Factorio initialised");
}

async function collectMods(path: string, isEnd: (record: LogRecord) => boolean): Promise<LogMods> {
  const mods = new Map<string, LoggedMod>();
  let factorio: Version | undefined;
  for await (const record of readLog(path)) {
    if (isEnd(record)) break;
    const version = findLogVersion(record);
    if (version) mods.clear();
    factorio = version ?? factorio;
    const mod = findLoggedMod(record);
    if (mod) mods.set(mod.name, { ...mods.get(mod.name), ...mod });
  }
  const all = [...mods.values()];
  return { factorio, mods: all, isComplete: all.length > 0 && all.every(({ crc }) => crc !== undefined) };
}

/** A request of a log, matched with what is known of the web APIs. */
export interface LogRequest extends Pick<LogRecord, "line" | "time"> {
  readonly method: string;
  /** Without secrets: of parameters that are not known the names alone. */
  readonly url: string;
  readonly status: number | undefined;
  /** Name and summary of the endpoint; undefined when the contract has none like it. */
  readonly endpoint: { readonly id: string; readonly summary: string } | undefined;
  /** Parameters the contract does not know. */
  readonly unknown: readonly string[];
}

/**
 * The HTTP requests in a log, each matched with the contract.
 *
 * @throws {RoboportError} `LOG_SHAPE`, `USAGE`, `PERMISSION`, `DISK_ERROR`
 * @see rules LOG-3 and LOG-4
 */
export async function readLogRequests(path: string): Promise<readonly LogRequest[]> {
  const requests: LogRequest[] = [];
  for await (const record of readLog(path)) {
    const request = describeRequest(record);
    if (request) requests.push(request);
    const status = findLoggedStatus(record);
    const last = requests.at(-1);
    if (status !== undefined && last && last.status === undefined) requests[requests.length - 1] = { ...last, status };
  }
  return requests;
}

/** Shown with their values wherever they stand. */
const PLAIN = new Set(["lang", "version"]);
const SECRET = new Set(["username", "token"]);

function describeRequest(record: LogRecord): LogRequest | undefined {
  const found = findLoggedRequest(record);
  if (!found) return undefined;
  const { method = "GET", url } = found;
  const match = findEndpoint({ method, url });
  const known = new Set(match?.endpoint.parameters?.map(({ name }) => name));
  const isShown = (name: string) => !SECRET.has(name) && (PLAIN.has(name) || known.has(name));
  const query = [...url.searchParams].map(
    ([name, value]) => `${encodeURIComponent(name)}=${isShown(name) ? encodeURIComponent(value) : "[redacted]"}`,
  );
  return {
    line: record.line,
    time: record.time,
    method: found.method ?? match?.endpoint.method ?? method,
    url: `${url.origin}${url.pathname}${query.length > 0 ? `?${query.join("&")}` : ""}`,
    status: undefined,
    endpoint: match && { id: match.endpoint.id, summary: match.endpoint.summary },
    unknown: match ? match.unknown : [...new Set(url.searchParams.keys())],
  };
}

/** An error of a log, without secrets. */
export interface LogError extends Pick<LogRecord, "line" | "time" | "source" | "text" | "more"> {
  /** The mod it names as the cause. */
  readonly mod: string | undefined;
  /** True for what a healthy server logs as well. */
  readonly isHarmless: boolean;
}

/**
 * The errors in a log.
 *
 * @throws {RoboportError} `LOG_SHAPE`, `USAGE`, `PERMISSION`, `DISK_ERROR`
 * @see rule LOG-5
 */
export async function readLogErrors(path: string): Promise<readonly LogError[]> {
  const errors: LogError[] = [];
  for await (const record of readLog(path)) {
    if (record.level !== "Error") continue;
    const { line, time, source, text, more } = record;
    errors.push({
      line,
      time,
      source,
      text: redactLogText(text),
      more: more.map(redactLogText),
      mod: findFailedMod(record),
      isHarmless: isHarmless(record),
    });
  }
  return errors;
}
