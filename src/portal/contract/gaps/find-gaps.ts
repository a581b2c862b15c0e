import { type Endpoint, type ServiceName, SERVICES } from "../endpoint.ts";
import { fieldNames, findEndpoint, serviceOf } from "../match-request.ts";
import { type ApiDocument, type Operation, operationOf } from "./api-document.ts";
import { compareShape, type ShapeGap } from "./compare-shape.ts";
import type { Exchange } from "./exchange.ts";
import { jsonPath, stepInto, takes } from "./schema-node.ts";
import { mergeSchemas, schemaOfJson, schemaOfText, type SeenSchema } from "./seen-schema.ts";
import { pathTemplate, shownName } from "./shown-name.ts";

/** Something that was seen and the contract does not have. */
export interface Gap {
  /**
   * A request to a place or by a method nobody knows; a parameter of a query or form; a status, or JSON where none was
   * known; a field of JSON; a value of another type or out of a closed list; a field that should have been there.
   */
  readonly what: "endpoint" | "parameter" | "status" | "field" | "type" | "missing";
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
  /** `https://mods.factorio.com` */
  readonly origin: string;
  /** Its operation in the contract; undefined when the whole endpoint is unknown. */
  readonly endpoint: string | undefined;
  readonly in: "path" | "query" | "form" | "body" | "answer";
  /** The parameter, the field's path such as `results[].owner`, or the status. */
  readonly name: string;
  /** The last part of the name. */
  readonly key: string;
  readonly schema: SeenSchema;
  /** What of the OpenAPI document is to be changed, as a normalised JSONPath. */
  readonly target: string;
  /** Requests in which it was seen. */
  readonly requests: number;
}

/** What one request showed. */
export interface Finding {
  readonly endpoint: Endpoint | undefined;
  readonly gaps: readonly Gap[];
}

/** What all requests showed. */
export interface GapReport {
  /** To the services of the contract. */
  readonly requests: number;
  /** Those in which nothing was unknown. */
  readonly explained: number;
  /** Requests to hosts that are none of the contract's, by host. */
  readonly others: Readonly<Record<string, number>>;
  readonly gaps: readonly Gap[];
}

/** Collects what the contract does not know. */
export interface GapFinder {
  /** @returns undefined for a request to another host, or one that asks for nothing (CONNECT, OPTIONS). */
  add(exchange: Exchange): Finding | undefined;
  report(): GapReport;
}

/** Kinds of gaps; beyond that many, requests are still counted. */
const GAPS_MAX = 5_000;
/** What any server, or what stands in front of it, may answer. */
const ANY_SERVER = new Set([304, 416, 429, 500, 502, 503, 504]);
const ASKS_NOTHING = new Set(["CONNECT", "OPTIONS"]);

/**
 * Start to collect.
 *
 * @param portals hosts that are mod portals too, such as `registry.example:8080`
 * @see rules GAP-1 to GAP-6
 */
export function openGapFinder(document: ApiDocument, portals: ReadonlySet<string> = new Set()): GapFinder {
  const found = new Map<string, Gap>();
  const others = new Map<string, number>();
  const counts = { requests: 0, explained: 0 };
  return {
    add(exchange) {
      const service = serviceOf(exchange.url) ?? (portals.has(exchange.url.host) ? "portal" : undefined);
      if (ASKS_NOTHING.has(exchange.method)) return undefined;
      if (!service) {
        others.set(exchange.url.host, (others.get(exchange.url.host) ?? 0) + 1);
        return undefined;
      }
      const finding = compare(exchange, service, document);
      counts.requests++;
      if (finding.gaps.length === 0) counts.explained++;
      for (const gap of finding.gaps) keep(found, gap);
      return finding;
    },
    report: () => ({ ...counts, others: Object.fromEntries(others), gaps: [...found.values()] }),
  };
}

function keep(found: Map<string, Gap>, gap: Gap): void {
  const key = JSON.stringify([gap.what, gap.method, gap.origin, gap.path, gap.in, gap.name]);
  const known = found.get(key);
  if (known) {
    found.set(key, { ...known, schema: mergeSchemas(known.schema, gap.schema), requests: known.requests + 1 });
  } else if (found.size < GAPS_MAX) found.set(key, gap);
}

function compare(exchange: Exchange, service: ServiceName, document: ApiDocument): Finding {
  const { method, url, form } = exchange;
  const match = findEndpoint({ method, url, fields: form.map(([name]) => name) }, service);
  const asked = method === "HEAD" ? "GET" : method;
  if (!match || match.endpoint.method !== asked) {
    return { endpoint: undefined, gaps: unknownEndpoint(exchange, match?.endpoint.path ?? pathTemplate(url.pathname)) };
  }
  const { endpoint } = match;
  const place: Place = {
    ...exchange,
    document,
    endpoint,
    operation: operationOf(document, endpoint),
    target: jsonPath("paths", endpoint.path, endpoint.method.toLowerCase()),
  };
  const gaps = [...parameterGaps(place, match.unknown), ...bodyGaps(place), ...answerGaps(place)];
  return { endpoint, gaps: onceEach(gaps) };
}

/** The same field of many items counts once. */
function onceEach(gaps: readonly Gap[]): readonly Gap[] {
  const found = new Map<string, Gap>();
  for (const gap of gaps) keep(found, gap);
  return [...found.values()].map((gap) => ({ ...gap, requests: 1 }));
}

/** A request whose endpoint is known. */
interface Place extends Exchange {
  readonly document: ApiDocument;
  readonly endpoint: Endpoint;
  readonly operation: Operation;
  readonly target: string;
}

function gapAt({ endpoint, method, target }: Place, gap: Pick<Gap, "what" | "in" | "name" | "schema"> & Partial<Gap>) {
  const { id, path, service } = endpoint;
  return { method, path, origin: SERVICES[service].origin, endpoint: id, target, requests: 1, key: gap.name, ...gap };
}

function parameterGaps(place: Place, unknown: readonly string[]): Gap[] {
  return textsOf(place).flatMap(({ name, value, in: where }) => {
    const gap = { in: where, name: shownName(name), schema: schemaOfText(value) };
    if (unknown.includes(name))
      return [gapAt(place, { ...gap, what: "parameter", target: additionTarget(place, where) })];
    const known = place.operation.parameters?.find((each) => each.in === where && each.name === name);
    return known && !takes(known.schema, value) ? [gapAt(place, { ...gap, what: "type" })] : [];
  });
}

function additionTarget({ endpoint, operation, target }: Place, where: "query" | "form"): string {
  if (where === "query" || !operation.requestBody) return target;
  return stepInto(target, "requestBody", "content", endpoint.body?.types[0] ?? "", "schema");
}

/** Fields of JSON that was sent; forms have names alone. */
function bodyGaps(place: Place): Gap[] {
  const schema = place.operation.requestBody?.content["application/json"]?.schema;
  if (place.json === undefined) return [];
  if (!schema) {
    const names = new Set(fieldNames(place.endpoint));
    const sent = typeof place.json === "object" && place.json !== null ? Object.entries(place.json) : [];
    return sent
      .filter(([name]) => !names.has(name))
      .map(([name, value]) =>
        gapAt(place, { what: "field", in: "body", name: shownName(name), schema: schemaOfJson(value) }),
      );
  }
  const target = stepInto(place.target, "requestBody", "content", "application/json", "schema");
  return compareShape(place.json, { node: schema, target }, place.document.components.schemas).map((gap) =>
    shapeGap(place, "body", gap),
  );
}

function answerGaps(place: Place): Gap[] {
  const { status, answer, operation, target } = place;
  if (status === 0 || ANY_SERVER.has(status)) return [];
  const content = operation.responses[String(status)]?.content;
  const schema = content?.["application/json"]?.schema;
  if (!operation.responses[String(status)] || (answer !== undefined && !schema)) {
    const name = String(status);
    return [gapAt(place, { what: "status", in: "answer", name, schema: schemaOfAnswer(answer) })];
  }
  if (answer === undefined || !schema) return [];
  const at = stepInto(target, "responses", String(status), "content", "application/json", "schema");
  return compareShape(answer, { node: schema, target: at }, place.document.components.schemas).map((gap) =>
    shapeGap(place, "answer", gap),
  );
}

function schemaOfAnswer(answer: unknown): SeenSchema {
  return answer === undefined ? { type: [] } : schemaOfJson(answer);
}

function shapeGap(place: Place, where: "body" | "answer", { what, name, key, value, target }: ShapeGap): Gap {
  const schema = what === "missing" ? { type: [] } : schemaOfJson(value);
  return gapAt(place, { what, in: where, name, key, schema, target });
}

/** An endpoint nobody knows, with everything about it. */
function unknownEndpoint(exchange: Exchange, path: string): readonly Gap[] {
  const { method, url, json, status, answer } = exchange;
  const gap = (what: Gap["what"], where: Gap["in"], name: string, schema: SeenSchema): Gap => {
    const [endpoint, target] = [undefined, jsonPath("paths")];
    return {
      what,
      method,
      path,
      origin: url.origin,
      endpoint,
      in: where,
      name,
      key: name,
      schema,
      target,
      requests: 1,
    };
  };
  return onceEach([
    gap("endpoint", "path", "", { type: [] }),
    ...textsOf(exchange).map(({ name, value, in: where }) =>
      gap("parameter", where, shownName(name), schemaOfText(value)),
    ),
    ...(json === undefined ? [] : [gap("field", "body", "", schemaOfJson(json))]),
    ...(status === 0 ? [] : [gap("status", "answer", String(status), schemaOfAnswer(answer))]),
  ]);
}

interface SentText {
  readonly name: string;
  readonly value: string;
  readonly in: "query" | "form";
}

function textsOf({ url, form }: Exchange): readonly SentText[] {
  return [
    ...[...url.searchParams].map(([name, value]): SentText => ({ name, value, in: "query" })),
    ...form.map(([name, value]): SentText => ({ name, value, in: "form" })),
  ];
}
