import { parseLenientJson } from "../game/json-text.ts";
import { type ApiDocument, operationOf } from "../portal/contract/gaps/api-document.ts";
import { jsonPath, type SchemaNode } from "../portal/contract/gaps/schema-node.ts";
import { shownName } from "../portal/contract/gaps/shown-name.ts";
import { fieldNames, findEndpoint, type RequestMatch } from "../portal/contract/match-request.ts";
import { findUrl } from "../portal/url.ts";
import type { KnownSecrets } from "./known-secrets.ts";
import { headerOf, type Headers, type RawBody, type RawExchange } from "./raw-exchange.ts";
import { redactJson } from "./redact-json.ts";
import { redactText } from "./redact-text.ts";
import { redactUrl } from "./redact-url.ts";

type Json = Readonly<Record<string, unknown>>;

/** Shown with their values: what they say is of the wire, and nobody's. */
const SHOWN_HEADERS = new Set([
  "accept",
  "accept-encoding",
  "accept-ranges",
  "age",
  "allow",
  "cache-control",
  "connection",
  "content-encoding",
  "content-length",
  "content-range",
  "date",
  "etag",
  "expires",
  "host",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "last-modified",
  "range",
  "retry-after",
  "server",
  "user-agent",
  "vary",
]);
/** Their answers are made of secrets. */
const SECRET_ANSWERS = new Set(["login", "generateServerPadlock"]);

export interface RedactionOptions {
  readonly document: ApiDocument;
  readonly secrets: KnownSecrets;
}

/**
 * An entry of a HAR 1.2 without secrets.
 *
 * @see rules CAPTURE-4 to CAPTURE-7
 */
export function harEntry(raw: RawExchange, { document, secrets }: RedactionOptions): Json {
  const { url, method, form } = { ...raw, form: formOf(raw.sent) };
  const fields = (form ?? []).map(([name]) => name);
  const match = findEndpoint({ method, url, fields });
  const scene: Scene = {
    raw,
    document,
    secrets,
    match: match?.endpoint.method === methodOf(raw) ? match : undefined,
  };
  learnHeaders(raw.requestHeaders, secrets.learn);
  const shown = redactUrl(url, match, secrets.learn);
  const request = requestOf(scene, { shown, form });
  const [wait, receive] = [Math.round(raw.waitMs), Math.round(raw.receiveMs)];
  return secrets.redacted({
    startedDateTime: raw.startedAt.toISOString(),
    time: wait + receive,
    request,
    response: responseOf(scene),
    cache: {},
    timings: { send: 0, wait, receive },
    ...(raw.failure !== undefined && { comment: raw.failure }),
  });
}

interface Scene {
  readonly raw: RawExchange;
  readonly document: ApiDocument;
  readonly secrets: KnownSecrets;
  readonly match: RequestMatch | undefined;
}

function methodOf({ method }: RawExchange): string {
  return method === "HEAD" ? "GET" : method;
}

function requestOf(scene: Scene, { shown, form }: { shown: URL; form: Form | undefined }): Json {
  const { raw } = scene;
  return {
    method: raw.method,
    url: shown.href,
    httpVersion: "HTTP/1.1",
    cookies: [],
    headers: redactHeaders(raw.requestHeaders, scene),
    queryString: [...shown.searchParams].map(([name, value]) => ({ name, value })),
    ...(raw.sent.size > 0 && { postData: postData(scene, form) }),
    headersSize: -1,
    bodySize: raw.sent.size,
  };
}

function responseOf(scene: Scene): Json {
  const { status, statusText, responseHeaders, received } = scene.raw;
  return {
    status,
    statusText,
    httpVersion: "HTTP/1.1",
    cookies: [],
    headers: redactHeaders(responseHeaders, scene),
    content: content(scene),
    redirectURL: redactLocation(headerOf(responseHeaders, "location"), scene),
    headersSize: -1,
    bodySize: received.size,
  };
}

type Form = readonly (readonly [name: string, text: string | undefined])[];

function formOf({ mimeType, text, parts }: RawBody): Form | undefined {
  if (mimeType === "application/x-www-form-urlencoded") return [...new URLSearchParams(text ?? "")];
  return mimeType === "multipart/form-data" ? parts.map((part) => [part.name, part.text]) : undefined;
}

function postData({ raw: { sent }, document, secrets, match }: Scene, form: Form | undefined): Json {
  const { mimeType } = sent;
  if (form) {
    const known = new Set(match ? [...fieldNames(match.endpoint)] : []);
    const params = form.map(([name, text]) => {
      if (text === undefined) return { name: shownName(name), contentType: "application/octet-stream" };
      return {
        name: shownName(name),
        value: redactText(text, { name, isKnown: known.has(name), learn: secrets.learn }),
      };
    });
    return { mimeType, params, text: "" };
  }
  const value = jsonOf(sent);
  if (value === undefined) return { mimeType, params: [], text: "", comment: notKept(sent) };
  const schema = match && operationOf(document, match.endpoint).requestBody?.content["application/json"]?.schema;
  return { mimeType, params: [], text: redactedText(value, { schema, document, secrets }) };
}

function content({ raw: { received, status }, document, secrets, match }: Scene): Json {
  const { size } = received;
  const mimeType = received.mimeType || "x-unknown";
  const value = jsonOf(received);
  if (value === undefined) return { size, mimeType, ...(size > 0 && { comment: notKept(received) }) };
  const answers = match && operationOf(document, match.endpoint).responses[String(status)];
  const schema = answers?.content?.["application/json"]?.schema;
  const isSecret = match !== undefined && SECRET_ANSWERS.has(match.endpoint.id);
  return { size, mimeType, text: redactedText(value, { schema, document, secrets, isSecret }) };
}

interface TextRedaction {
  readonly schema: SchemaNode | undefined;
  readonly document: ApiDocument;
  readonly secrets: KnownSecrets;
  readonly isSecret?: boolean;
}

function redactedText(value: unknown, { schema, document, secrets, isSecret = false }: TextRedaction): string {
  const placed = schema && { node: schema, target: jsonPath() };
  const { schemas: components } = document.components;
  return JSON.stringify(
    secrets.redacted(redactJson(value, { schema: placed, components, learn: secrets.learn, isSecret })),
  );
}

/** @returns undefined for what is no JSON. */
function jsonOf({ mimeType, text }: RawBody): unknown {
  if (text === undefined || !/\bjson$/.test(mimeType)) return undefined;
  try {
    return parseLenientJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function notKept({ sha256 }: RawBody): string {
  return sha256 === undefined ? "Not kept" : `Not kept; SHA-256 ${sha256}`;
}

function learnHeaders(headers: Headers, learn: (value: string) => void): void {
  for (const [name, value] of headers) {
    if (/^(?:proxy-)?authorization$/i.test(name)) for (const secret of credentialsIn(value)) learn(secret);
    if (/^cookie$/i.test(name)) for (const each of value.split(";")) learn(each.slice(each.indexOf("=") + 1).trim());
  }
}

/** What stands behind the scheme, and for `Basic` the password in it. */
function credentialsIn(value: string): readonly string[] {
  const [, scheme = "", rest = ""] = /^(\S+)\s+(.*)$/s.exec(value) ?? ["", "", value];
  if (scheme.toLowerCase() !== "basic") return [rest];
  const account = Buffer.from(rest, "base64").toString("utf8");
  return [rest, account.slice(account.indexOf(":") + 1)];
}

function redactHeaders(headers: Headers, scene: Scene): readonly Json[] {
  return headers.map(([name, value]) => {
    const lower = name.toLowerCase();
    if (lower === "content-type") return { name, value: value.split(";", 1)[0] };
    if (lower === "location") return { name, value: redactLocation(value, scene) };
    return { name: shownName(name), value: SHOWN_HEADERS.has(lower) ? value : "[redacted]" };
  });
}

/** Where an answer leads, as the request for it is shown. */
function redactLocation(location: string, { raw, secrets }: Scene): string {
  const url = location === "" ? undefined : findUrl(location, raw.url);
  if (!url) return "";
  return redactUrl(url, findEndpoint({ method: "GET", url }), secrets.learn).href;
}

/** A whole HAR of these entries. */
export function formatHar(entries: readonly Json[], version: string): string {
  const head = { version: "1.2", creator: { name: "roboport", version } };
  const rest = entries.map((entry) => JSON.stringify(entry)).join(",\n");
  return `{"log":${JSON.stringify(head).slice(0, -1)},"entries":[\n${rest}\n]}}\n`;
}
