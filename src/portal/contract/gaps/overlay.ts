import type { Gap } from "./gap.ts";
import { groupGaps } from "./group-gaps.ts";
import { plainSchema, type SeenSchema } from "./seen-schema.ts";

type Json = Readonly<Record<string, unknown>>;

/** One change of an OpenAPI Overlay. */
interface OverlayAction {
  /** A normalised JSONPath into the document of `roboport api openapi`. */
  readonly target: string;
  readonly update: Json;
}

const OBSERVED = { "x-confidence": "observed", "x-source": "a capture" } as const;

/**
 * What is missing as an OpenAPI Overlay 1.0 for the document of `roboport api openapi`.
 *
 * A value of another type and a field that was not there stand in `x-seen-types` and `x-seen-without`: what follows from
 * them is for a person to decide.
 *
 * @param version the version of that document, ours
 * @see rule GAP-7
 */
export function formatOverlay(gaps: readonly Gap[], version: string): Json {
  const known = gaps.filter(({ endpoint }) => endpoint !== undefined);
  const unknown = groupGaps(
    gaps.filter(({ endpoint }) => endpoint === undefined),
    ({ method, origin, path }) => `${method} ${origin}${path}`,
  );
  return {
    overlay: "1.0.0",
    info: { title: "What was seen of Factorio's web APIs, and is not in the document yet", version },
    actions: [...known.map(actionOf), ...unknown.flatMap(([, each]) => newEndpoint(each))],
  };
}

function actionOf({ what, key, target, in: where, schema }: Gap): OverlayAction {
  if (what === "parameter" && where === "query") return { target, update: { parameters: [parameter(key, schema)] } };
  if (what === "parameter") return { target, update: { properties: { [key]: described(schema) } } };
  if (what === "field") return { target, update: { [key]: described(schema) } };
  if (what === "status") return { target, update: { responses: { [key]: response(schema) } } };
  if (what === "missing") return { target, update: { "x-seen-without": [key] } };
  return { target, update: { "x-seen-types": schema.type } };
}

function described(schema: SeenSchema): Json {
  return { ...OBSERVED, ...plainSchema(schema) };
}

function parameter(name: string, schema: SeenSchema): Json {
  return { name, in: "query", ...OBSERVED, schema: plainSchema(schema) };
}

function response(schema: SeenSchema): Json {
  const content = { "application/json": { schema: plainSchema(schema) } };
  return { description: "Seen; when it comes is not known.", ...(schema.type.length > 0 && { content }) };
}

function newEndpoint(gaps: readonly Gap[]): readonly OverlayAction[] {
  const [first] = gaps;
  if (!first) return [];
  const { method, origin, path, target } = first;
  const pick = (what: Gap["what"], where: Gap["in"]) => gaps.filter((gap) => gap.what === what && gap.in === where);
  const operation = {
    summary: "Seen, and not described yet",
    ...OBSERVED,
    parameters: [
      ...pathParameters(path),
      ...pick("parameter", "query").map(({ name, schema }) => parameter(name, schema)),
    ],
    ...bodyOf(pick("parameter", "form"), pick("field", "body")),
    responses: Object.fromEntries(pick("status", "answer").map(({ name, schema }) => [name, response(schema)])),
  };
  return [{ target, update: { [path]: { servers: [{ url: origin }], [method.toLowerCase()]: operation } } }];
}

function pathParameters(path: string): readonly Json[] {
  const names = new Set([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  return [...names].map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }));
}

function bodyOf(form: readonly Gap[], [json]: readonly Gap[]): Json {
  if (json) return { requestBody: { content: { "application/json": { schema: plainSchema(json.schema) } } } };
  if (form.length === 0) return {};
  const properties = Object.fromEntries(form.map(({ name, schema }) => [name, plainSchema(schema)]));
  const content = { "application/x-www-form-urlencoded": { schema: { type: "object", properties } } };
  return { requestBody: { content } };
}
