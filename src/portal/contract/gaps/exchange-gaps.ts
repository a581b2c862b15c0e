import { type Endpoint, type ServiceName, SERVICES } from "../endpoint.ts";
import { fieldNames, findEndpoint } from "../match-request.ts";
import { type ApiDocument, type Operation, operationOf } from "./api-document.ts";
import { compareShape, type ShapeGap } from "./compare-shape.ts";
import type { Exchange } from "./exchange.ts";
import { type Gap, onceEach } from "./gap.ts";
import { jsonPath, stepInto, takes } from "./schema-node.ts";
import { schemaOfJson, schemaOfText, type SeenSchema } from "./seen-schema.ts";
import { pathTemplate, shownName } from "./shown-name.ts";

/** What one request showed. */
export interface Finding {
  readonly endpoint: Endpoint | undefined;
  readonly gaps: readonly Gap[];
}

/** What any server, or what stands in front of it, may answer. */
const ANY_SERVER = new Set([304, 416, 429, 500, 502, 503, 504]);
/**
 * What a request and its answer have that the contract does not.
 *
 * @param service undefined for a host of none
 *
 * @see rules GAP-1 to GAP-6
 */
export function findExchangeGaps(exchange: Exchange, service: ServiceName | undefined, document: ApiDocument): Finding {
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
