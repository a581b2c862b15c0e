import { typeOfJson } from "./placeholder.ts";
import {
  alternativesOf,
  type Components,
  isOpen,
  itemOf,
  type PlacedSchema,
  propertyOf,
  stepInto,
  takes,
} from "./schema-node.ts";
import { shownName } from "./shown-name.ts";

/** One place at which a value and its schema differ. */
export interface ShapeGap {
  /** A field the schema does not have, a value of another type, or a field that should be there. */
  readonly what: "field" | "type" | "missing";
  /** `results[].latest_release.sha1`; empty for the value itself. */
  readonly name: string;
  /** The last part of the name. */
  readonly key: string;
  readonly value: unknown;
  /** What of the document is to be changed. */
  readonly target: string;
}

/**
 * Where a JSON value goes beyond its schema. Of alternatives the one counts that fits best.
 *
 * @see rules GAP-3 and GAP-4
 */
export function compareShape(value: unknown, schema: PlacedSchema, components: Components, name = ""): ShapeGap[] {
  const alternatives = alternativesOf(schema, components);
  const fitting = alternatives.filter(({ node }) => takes(node, value));
  if (fitting.length === 0) return [{ what: "type", name, key: "", value, target: schema.target }];
  const found = fitting.map((each) => within(value, each, components, name));
  return found.reduce((best, other) => (other.length < best.length ? other : best));
}

function within(value: unknown, schema: PlacedSchema, components: Components, name: string): ShapeGap[] {
  if (isOpen(schema.node)) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => {
      const own = itemOf(schema, at);
      return own ? compareShape(item, own, components, `${name}[]`) : [];
    });
  }
  if (typeOfJson(value) !== "object") return [];
  const fields = Object.entries(value as object);
  const present = new Set(fields.map(([field]) => field));
  const missing = (schema.node.required ?? []).filter((field) => !present.has(field));
  return [
    ...fields.flatMap(([field, inner]) => fieldGaps({ field, inner, schema, name, components })),
    ...missing.map((field): ShapeGap => {
      return { what: "missing", name: joinNames(name, field), key: field, value: undefined, target: schema.target };
    }),
  ];
}

interface SeenField {
  readonly field: string;
  readonly inner: unknown;
  readonly schema: PlacedSchema;
  readonly name: string;
  readonly components: Components;
}

function fieldGaps({ field, inner, schema, name, components }: SeenField): ShapeGap[] {
  const own = propertyOf(schema, field);
  if (!own) {
    if (!schema.node.properties) return [];
    const target = stepInto(schema.target, "properties");
    const key = shownName(field);
    return [{ what: "field", name: joinNames(name, key), key, value: inner, target }];
  }
  const isMap = own.target.endsWith("['additionalProperties']");
  return compareShape(inner, own, components, joinNames(name, isMap ? "*" : field));
}

function joinNames(outer: string, inner: string): string {
  return outer === "" ? inner : `${outer}.${inner}`;
}
