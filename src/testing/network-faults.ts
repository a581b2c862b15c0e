import type { Service } from "./chaos-request.ts";
import type { Fault } from "./fault.ts";

/** A fault with a name of its own. */
export interface NamedFault {
  /** In half a sentence. */
  readonly name: string;
  /** Row of the threat model. */
  readonly threat: string;
  /** Whose answers can have it. */
  readonly on: readonly Service[];
  readonly fault: Fault;
  /** True when an earlier answer about the same file has to break off before it can strike. */
  readonly onResume?: boolean;
}

const JSON_ANSWERS = ["list", "mod", "full", "search", "bookmarks"] as const;
const FILES = ["file"] as const;
const ALL = [...JSON_ANSWERS, "download", ...FILES] as const;
const WITH_BODY = [...JSON_ANSWERS, ...FILES] as const;

const HTML = "text/html; charset=utf-8";
const LOGIN_PAGE = "<!DOCTYPE html><html><title>Log in</title><form></form></html>";
const MARK = Buffer.from("\ufeff");
const DEEP = "[".repeat(100_000) + "]".repeat(100_000);

/**
 * Every fault of the threat model that an answer can have, with plain values.
 *
 * @see reference/reliability.md §2, N3 to N24, M1, M8 and M11
 */
export const NETWORK_FAULTS: readonly NamedFault[] = [
  named("N3", "silence", ALL, { fault: "silent" }),
  named("N3", "the end of the connection", ALL, { fault: "hang-up" }),
  named("N4", "headers that trickle in", ALL, { fault: "slow-head" }),
  named("N5", "a body that trickles in", WITH_BODY, { fault: "slow-body" }),
  named("N5", "a body that stops", WITH_BODY, { fault: "stall" }),
  ...limits("429", 429, ALL),
  ...limits("503", 503, ALL).slice(0, 2),
  named("N7", "500", ALL, { fault: "status", status: 500 }),
  named("N7", "502", ALL, { fault: "status", status: 502 }),
  named("N7", "504", ALL, { fault: "status", status: 504 }),
  named("N8", "a web page", ALL, { fault: "replace", body: LOGIN_PAGE, type: HTML }),
  named("N8", "a web page that calls itself a zip", FILES, page("application/zip")),
  named("N8", "a web page that calls itself JSON", JSON_ANSWERS, page("application/json")),
  named("N8", "the login page", ALL, { fault: "redirect", to: "/login" }),
  named("N9", "an error in JSON with status 200", ALL, json('{"message":"Internal error"}')),
  named("N10", "fewer bytes than announced", WITH_BODY, { fault: "cut" }),
  named("N11", "fewer bytes, none announced", WITH_BODY, { fault: "cut", framing: "none" }),
  named("N12", "chunks that break off", WITH_BODY, { fault: "cut", framing: "chunked" }),
  named("N13", "a reset in the body", WITH_BODY, { fault: "reset" }),
  named("N13", "a reset before the body", ALL, { fault: "reset", at: 0 }),
  named("N14", "a flipped bit", FILES, { fault: "flip" }),
  named("N16", "a redirect to itself", ALL, { fault: "redirect" }),
  named("N16", "a redirect to itself with a growing query", ALL, { fault: "redirects" }),
  named("N16", "21 redirects", ALL, { fault: "redirects", hops: 21 }),
  named("N16", "a redirect to a file", ALL, { fault: "redirect", to: "file:///etc/passwd" }),
  named("N16", "a redirect to the metadata of a cloud", ALL, {
    fault: "redirect",
    to: "http://169.254.169.254/latest/",
  }),
  named("N16", "a redirect to an address with a password", ALL, { fault: "redirect", to: "http://a:b@127.0.0.1:9/" }),
  named("N16", "a redirect to nowhere", ALL, { fault: "redirect", to: "" }),
  named("N16", "a redirect to a host that is not known", ALL, { fault: "redirect", to: "http://portal.invalid/" }),
  named("N22", "the page of a captive network", ALL, { fault: "redirect", to: "{elsewhere}/welcome", status: 307 }),
  named("N17", "a body that is compressed all the same", FILES, { fault: "gzip" }),
  named("N17", "a body that inflates to a gibibyte", WITH_BODY, { fault: "bomb" }),
  named("N17", "two lengths", WITH_BODY, { fault: "headers", add: ["content-length: 4"] }),
  named("N24", "a length and chunks", WITH_BODY, { fault: "headers", add: ["transfer-encoding: chunked"] }),
  named("N17", "70 KB of headers", ALL, { fault: "headers", add: [`x-large: ${"x".repeat(70_000)}`] }),
  named("N17", "a part nobody asked for", FILES, { fault: "part" }),
  resumed("another part than was asked for", { fault: "headers", set: { "content-range": "bytes 0-9/10" } }),
  resumed("416", { fault: "status", status: 416 }),
  resumed("all of it instead of the rest", { fault: "whole" }),
  resumed("another ETag", { fault: "headers", set: { etag: '"another"' } }),
  named("N17", "a link that has expired", FILES, { fault: "status", status: 410 }),
  named("N20", "what is not HTTP", ALL, { fault: "bytes", bytes: "\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64" }),
  named("N24", "a header line without an end", ALL, { fault: "bytes", bytes: "HTTP/1.1 200 OK\nx: y" }),
  named("M1", "other bytes of the same length", FILES, { fault: "change", change: (body) => body.slice().reverse() }),
  named("M1", "more bytes than there are", FILES, { fault: "change", change: (body) => Buffer.concat([body, body]) }),
  named("M1", "nothing", WITH_BODY, { fault: "change", change: () => "" }),
  named("M8", "a body without an end", FILES, { fault: "endless", begin: "PK\x03\x04", type: "application/zip" }),
  named("M8", "JSON without an end", JSON_ANSWERS, { fault: "endless", begin: "[", type: "application/json" }),
  named("M8", "JSON 100,000 levels deep", JSON_ANSWERS, json(DEEP)),
  named("M8", "a field 100,000 levels deep", JSON_ANSWERS, { fault: "change", change: withDeepField }),
  named("M8", "JSON of another shape", JSON_ANSWERS, json('{"results":{"name":7},"name":null,"releases":"none"}')),
  named("M11", "a cookie", ALL, { fault: "headers", set: { "set-cookie": "session=1; Path=/" } }),
  named("M11", "a charset that is none", JSON_ANSWERS, {
    fault: "headers",
    set: { "content-type": "application/json; charset=klingon" },
  }),
  named("M11", "a byte order mark", JSON_ANSWERS, { fault: "change", change: (body) => Buffer.concat([MARK, body]) }),
  named("M8", "half a JSON text", JSON_ANSWERS, json('{"results":[{"name":')),
  named("N7", "404 in JSON", ALL, { fault: "status", status: 404 }),
  named("N7", "403", ALL, { fault: "status", status: 403 }),
  named("N7", "401", ALL, { fault: "status", status: 401 }),
];

function named(threat: string, name: string, on: readonly Service[], fault: Fault): NamedFault {
  return { threat, name, on, fault };
}

function resumed(name: string, fault: Fault): NamedFault {
  return { threat: "N17", name: `on resuming ${name}`, on: FILES, fault, onResume: true };
}

function page(type: string): Fault {
  return { fault: "replace", body: LOGIN_PAGE, type };
}

function json(body: string): Fault {
  return { fault: "replace", body, type: "application/json" };
}

/** An object with a field that no client knows; a list stays as it is. */
function withDeepField(body: Uint8Array): string {
  return Buffer.from(body).toString().replace(/^\{/, `{"unknown":${DEEP},`);
}

/** Asked to slow down in every way there is. */
function limits(label: string, status: number, on: readonly Service[]): readonly NamedFault[] {
  const limit = (name: string, further: object) =>
    named("N6", `${label} ${name}`, on, { fault: "status", status, ...further });
  return [
    limit("for a second", { retryAfter: "1" }),
    limit("for an hour", { retryAfter: "3600" }),
    limit("until a date by a clock that is ahead", { retryAfter: { inSeconds: 1 }, clockAhead: 86_400 }),
    limit("until a date that is over", { retryAfter: "Fri, 01 Jan 2016 00:00:00 GMT" }),
    limit("until an absurd date", { retryAfter: "Fri, 01 Jan 2100 00:00:00 GMT" }),
    limit("with nonsense", { retryAfter: "soon" }),
    limit("without a word", {}),
  ];
}
