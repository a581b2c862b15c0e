import { RoboportError } from "../errors.ts";
import { isJsonObject, parseJsonObject, parseLenientJson } from "../game/json-text.ts";
import type { Exchange } from "../portal/contract/gaps/exchange.ts";
import { findUrl, type QueryEntries } from "../portal/url.ts";

/** What a HAR holds. */
export interface Har {
  readonly exchanges: readonly Exchange[];
  /** Entries that tell no request over HTTP. */
  readonly unreadable: number;
}

/** Characters; larger ones are cut by whoever made them, per page for instance. */
const HAR_MAX = 256 * 1024 * 1024;
const ENTRIES_MAX = 100_000;
const FIELDS_MAX = 1_000;
const METHOD = /^[A-Z]{1,16}$/;
const JSON_TYPE = /^(?:application|text)\/(?:[\w.+-]*\+)?json\b/i;

/**
 * Read a HAR 1.2, of `roboport capture`, a browser or another proxy.
 *
 * @throws {RoboportError} `HAR_SHAPE`
 * @see rule HAR-1
 */
export function parseHar(text: string): Har {
  const { log } = parseJsonObject(text, HAR_MAX, notAHar);
  const entries = isJsonObject(log) ? log["entries"] : undefined;
  if (!Array.isArray(entries)) throw notAHar("it has no log with entries");
  if (entries.length > ENTRIES_MAX) throw notAHar(`it has more than ${ENTRIES_MAX} entries`);
  const exchanges = entries.map(findExchange).filter((exchange) => exchange !== undefined);
  return { exchanges, unreadable: entries.length - exchanges.length };
}

function notAHar(why: string): RoboportError {
  return new RoboportError("HAR_SHAPE", `Cannot read the HAR: ${why}`, {
    hint: "Pass what roboport capture, a browser's network tab or mitmproxy saved as HAR.",
  });
}

/**
 * Read an entry of a HAR.
 *
 * @returns undefined when it tells no request over HTTP.
 */
export function findExchange(entry: unknown): Exchange | undefined {
  const request = objectAt(entry, "request");
  const response = objectAt(entry, "response");
  const { method, url: address } = request;
  const url = typeof address === "string" ? findUrl(address) : undefined;
  if (typeof method !== "string" || !METHOD.test(method) || !url || !/^https?:$/.test(url.protocol)) return undefined;
  const sent = objectAt(request, "postData");
  const isJson = JSON_TYPE.test(textAt(sent, "mimeType"));
  const status = response["status"];
  return {
    method,
    url,
    form: isJson ? [] : formOf(sent),
    json: isJson ? findJson(textAt(sent, "text")) : undefined,
    status: typeof status === "number" && Number.isInteger(status) && status >= 100 && status < 600 ? status : 0,
    answer: findAnswer(objectAt(response, "content")),
  };
}

function objectAt(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const inner = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(inner) ? inner : {};
}

function textAt(value: Readonly<Record<string, unknown>>, name: string): string {
  const text = value[name];
  return typeof text === "string" ? text : "";
}

function findAnswer(content: Readonly<Record<string, unknown>>): unknown {
  if (!JSON_TYPE.test(textAt(content, "mimeType"))) return undefined;
  const text = textAt(content, "text");
  return findJson(content["encoding"] === "base64" ? Buffer.from(text, "base64").toString("utf8") : text);
}

/** @returns undefined for what is no JSON: a body that was cut off is as good as none. */
function findJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return parseLenientJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The fields of a form, from a list of them or from its text. */
function formOf(sent: Readonly<Record<string, unknown>>): QueryEntries {
  const { params } = sent;
  if (Array.isArray(params) && params.length > 0) {
    return params
      .slice(0, FIELDS_MAX)
      .filter(isJsonObject)
      .map((field): readonly [string, string] => [textAt(field, "name"), textAt(field, "value")]);
  }
  const [type, text] = [textAt(sent, "mimeType"), textAt(sent, "text")];
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return [...new URLSearchParams(text)].slice(0, FIELDS_MAX);
  if (!/^multipart\/form-data\b/i.test(type)) return [];
  const names = text.matchAll(/^content-disposition: form-data;[^\r\n]{0,200}?\bname="([^"\r\n]{0,200})"/gim);
  return [...names].slice(0, FIELDS_MAX).map(([, name = ""]): readonly [string, string] => [name, ""]);
}
