import type { RoboportError } from "../errors.ts";
import { findJsonFault } from "./json-fault.ts";

/** Deeper than any file of the game, and shallow enough for every recursive reader and writer. */
const DEPTH_MAX = 256;

/**
 * JSON as Factorio's files hold it: a byte-order mark is skipped and raw control characters inside strings
 * (old mods have literal line breaks there) are escaped before parsing. Everything else is strict JSON.
 *
 * @throws {SyntaxError} with the fault and its 1-based line and column in the message.
 * @see reference/formats.md §1, rules JSON-1 to JSON-5
 */
export function parseLenientJson(text: string): unknown {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const deep = findTooDeep(body);
  if (deep !== undefined) throw faultError(body, deep, `brackets are nested more than ${DEPTH_MAX} deep`);
  try {
    return JSON.parse(body);
  } catch (error) {
    const fault = findJsonFault(body);
    if (fault) throw faultError(body, fault.at, fault.why);
    if (!(error instanceof SyntaxError)) throw error;
    return JSON.parse(escapeControlsInStrings(body));
  }
}

/**
 * Read a JSON object as {@link parseLenientJson} does, up to a size in characters.
 *
 * @param refuse makes the error that is thrown when it cannot be read, from the reason why.
 */
export function parseJsonObject(
  text: string,
  sizeMax: number,
  refuse: (why: string) => RoboportError,
): Readonly<Record<string, unknown>> {
  if (text.length > sizeMax) throw refuse(`it is larger than ${sizeMax} characters`);
  let value: unknown;
  try {
    value = parseLenientJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refuse(error.message);
  }
  if (!isJsonObject(value)) throw refuse("it is not an object");
  return value;
}

/** True for a JSON object, not for null and arrays. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escapeControlsInStrings(text: string): string {
  let out = "";
  let from = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) inString = !inString;
    else if (code === 0x5c && inString) at++;
    else if (code < 0x20 && inString) {
      out += `${text.slice(from, at)}\\u${code.toString(16).padStart(4, "0")}`;
      from = at + 1;
    }
  }
  return out + text.slice(from);
}

/** Where a bracket opens that has too many others around it. Most of a text is strings, which are jumped over. */
function findTooDeep(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x5b || code === 0x7b) {
        if (++depth > DEPTH_MAX) return at;
      } else if (code === 0x5d || code === 0x7d) depth--;
    }
    at = endOfString(text, end);
  }
  return undefined;
}

/** Behind the string that begins at a quote: its last quote has an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (text.charCodeAt(before) === 0x5c) before--;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
  return text.length;
}

function faultError(text: string, at: number, why: string): SyntaxError {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const column = before.length - before.lastIndexOf("\n");
  return new SyntaxError(`${why} (line ${line}, column ${column})`);
}
