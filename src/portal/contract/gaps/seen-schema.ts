import { shownName } from "./shown-name.ts";
import { typeOfJson, typeOfText, type ValueType } from "./placeholder.ts";

/** As much of a JSON Schema as values that were seen can tell. */
export interface SeenSchema {
  /** In the order in which they were seen. */
  readonly type: readonly ValueType[];
  readonly properties?: Readonly<Record<string, SeenSchema>>;
  readonly items?: SeenSchema;
}

const DEPTH_MAX = 8;
/** More fields than that are the keys of a map. */
const FIELDS_MAX = 200;

/** The schema of one value. */
export function schemaOfJson(value: unknown, depth = 0): SeenSchema {
  const type = [typeOfJson(value)];
  if (depth === DEPTH_MAX || typeof value !== "object" || value === null) return { type };
  if (Array.isArray(value)) {
    const items = value.map((item) => schemaOfJson(item, depth + 1)).reduce<SeenSchema | undefined>(merged, undefined);
    return { type, ...(items && { items }) };
  }
  const fields = Object.entries(value).slice(0, FIELDS_MAX);
  const properties = Object.fromEntries(
    fields.map(([name, inner]) => [shownName(name), schemaOfJson(inner, depth + 1)]),
  );
  return { type, ...(fields.length > 0 && { properties }) };
}

/** The schema of a text in a query or form. */
export function schemaOfText(text: string): SeenSchema {
  return { type: [typeOfText(text)] };
}

/** One schema for what both describe. */
export function mergeSchemas(a: SeenSchema, b: SeenSchema): SeenSchema {
  const items = a.items && b.items ? mergeSchemas(a.items, b.items) : (a.items ?? b.items);
  const properties = mergeProperties(a.properties, b.properties);
  return {
    type: [...new Set([...a.type, ...b.type])],
    ...(properties && { properties }),
    ...(items && { items }),
  };
}

function merged(a: SeenSchema | undefined, b: SeenSchema): SeenSchema {
  return a ? mergeSchemas(a, b) : b;
}

function mergeProperties(a: SeenSchema["properties"], b: SeenSchema["properties"]): SeenSchema["properties"] {
  if (!a || !b) return a ?? b;
  const all = new Map(Object.entries(a));
  for (const [name, schema] of Object.entries(b)) {
    if (all.has(name) || all.size < FIELDS_MAX) all.set(name, merged(all.get(name), schema));
  }
  return Object.fromEntries(all);
}

/** A schema that OpenAPI takes: a single type stands by itself. */
export function plainSchema({ type, properties, items }: SeenSchema): Readonly<Record<string, unknown>> {
  return {
    type: type.length === 1 ? type[0] : type,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, plainSchema(each)])),
    }),
    ...(items && { items: plainSchema(items) }),
  };
}
