import { findVersion, type Version } from "./version.ts";

/** How bad an entry is; the game leaves it out of most. */
export type LogLevel = "Info" | "Warning" | "Error" | "Verbose";

/** One entry of a factorio-current.log. */
export interface LogRecord {
  /** Number of its first line in the file, from 1. */
  readonly line: number;
  /** Seconds since the game was started. */
  readonly time: number;
  /** Undefined for lines that carry neither level nor place. */
  readonly level: LogLevel | undefined;
  /** Place in the game's source, such as `ModManager.cpp:258`; its number changes with every version. */
  readonly source: string | undefined;
  readonly text: string;
  /** Lines that belong to it, such as the bullets below a mod that cannot be loaded. */
  readonly more: readonly string[];
}

const LINE = /^ {0,7}(\d+\.\d{3}) (?:(Info|Warning|Error|Verbose) ([^ ]+?:\d+): )?(.*)$/s;

/**
 * Read a line that begins an entry; undefined for one that goes on with the entry before, or belongs to none.
 *
 * @see reference/formats.md §13, rule LOG-1
 */
export function findLogRecord(text: string, line: number): LogRecord | undefined {
  const [, time, level, source, rest = ""] = LINE.exec(text) ?? [];
  if (time === undefined) return undefined;
  return { line, time: Number(time), level: level as LogLevel | undefined, source, text: rest, more: [] };
}

/** The version of the game that writes a log, which is the first thing it says. */
export function findLogVersion({ text }: LogRecord): Version | undefined {
  const [, version] = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d; Factorio (\d+\.\d+\.\d+)/.exec(text) ?? [];
  return version === undefined ? undefined : findVersion(version);
}

/** A mod that a log speaks of; the core of the game is none. */
export interface LoggedMod {
  readonly name: string;
  readonly version?: Version | undefined;
  /** The game's checksum of its prototypes. */
  readonly crc?: number | undefined;
}

/**
 * What a line says of a mod that is on: its version where one of its files is loaded, its checksum where it is computed.
 *
 * @see rule LOG-2
 */
export function findLoggedMod({ text, level }: LogRecord): LoggedMod | undefined {
  if (level !== undefined) return undefined;
  const [, sum, crc] = /^Checksum of (.+): (\d+)$/.exec(text) ?? [];
  if (sum !== undefined) return { name: sum, crc: Number(crc) };
  const [, name = "", number = "", file = ""] = /^Loading mod (.+) (\d+\.\d+\.\d+) \((\S+\.lua)\)$/.exec(text) ?? [];
  const version = findVersion(number);
  const own = file.startsWith("settings") ? name.replace(/^settings /, "") : name;
  return version && own !== "core" ? { name: own, version } : undefined;
}

/** A request that a log shows. */
export interface LoggedRequest {
  /** Undefined where the line does not tell, as the game's own never do. */
  readonly method: string | undefined;
  readonly url: URL;
}

/**
 * The HTTP request that a line of the game speaks of. What mods write is none.
 *
 * @see rule LOG-3
 */
export function findLoggedRequest({ text, level, source }: LogRecord): LoggedRequest | undefined {
  const isOfTheGame = level !== undefined || (source === undefined && !text.startsWith("Script "));
  const [, method, address] =
    /^(?:(GET|HEAD|POST|PUT|PATCH|DELETE)|Downloading|Uploading|Requesting)(?: to| from)? (https?:\/\/\S+)/.exec(
      text,
    ) ?? [];
  if (!isOfTheGame || address === undefined || !URL.canParse(address)) return undefined;
  return { method, url: new URL(address) };
}

/** The answer to a request: the lines of several at once may come in any order, and not every one is there. */
export function findLoggedStatus({ text }: LogRecord): number | undefined {
  const [, status] = /^Status code: (\d{3})$/.exec(text) ?? [];
  return status === undefined ? undefined : Number(status);
}

/** Named in an entry as the cause: a mod that cannot be loaded, or whose script stopped the game. */
export function findFailedMod({ text, more }: LogRecord): string | undefined {
  const whole = [text, ...more].join("\n");
  // Mods write into logs what they like: without bounds a long line would take the square of its length.
  return (
    /Failed to load mods?:? "([^"]{1,100})"/.exec(whole)?.[1] ??
    /The mod (.{1,100}?) \(\d{1,5}\.\d{1,5}\.\d{1,5}\) caused a non-recoverable error/.exec(whole)?.[1] ??
    /__([A-Za-z0-9 _-]{1,100}?)__\/[\w./-]{1,1000}\.lua:\d+/.exec(whole)?.[1]
  );
}

const HARMLESS = [
  /^Got EOF on stdin/,
  /^Reading stdin failed/,
  /^Matching server connection failed: .*Missing token/,
  /^Failed to parse changelog for mod /,
];

/**
 * True for an error that a healthy server has as well.
 *
 * @see rule LOG-5
 */
export function isHarmless({ text }: LogRecord): boolean {
  return HARMLESS.some((pattern) => pattern.test(text));
}

const SECRET_PARAMETER = /([?&](?:user_?name|token|password|secret|api_?key|key|signature|sig|secure)=)[^&\s"']*/gi;
const CREDENTIALS = /(https?:\/\/)[^/\s@]+@/gi;

/**
 * A text of a log without what must not be shown: the game writes tokens of its requests in clear.
 *
 * @see rule LOG-4
 */
export function redactLogText(text: string): string {
  return text.replace(CREDENTIALS, "$1[redacted]@").replace(SECRET_PARAMETER, "$1[redacted]");
}
