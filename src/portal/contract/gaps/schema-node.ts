import { isPlaceholder, typeOfJson, type ValueType } from "./placeholder.ts";

/** What of a JSON Schema in the OpenAPI document is read here. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode | false;
  readonly prefixItems?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | boolean;
}

/** A schema, and where it stands in the document. */
export interface PlacedSchema {
  readonly node: SchemaNode;
  /** A normalised JSONPath (RFC 9535). */
  readonly target: string;
}

/** The schemas that the document shares, by name. */
export type Components = Readonly<Record<string, SchemaNode>>;

const COMPONENT = "#/components/schemas/";

/** `$['a']['b'][0]` */
export function jsonPath(...steps: readonly (string | number)[]): string {
  return `$${steps.map(step).join("")}`;
}

/** The same, further down. */
export function stepInto(target: string, ...steps: readonly (string | number)[]): string {
  return target + steps.map(step).join("");
}

function step(name: string | number): string {
  if (typeof name === "number") return `[${name}]`;
  return `['${name.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}']`;
}

/** The alternatives that a schema allows, with references followed. */
export function alternativesOf(schema: PlacedSchema, components: Components): readonly PlacedSchema[] {
  const { node, target } = schema;
  const name = node.$ref?.startsWith(COMPONENT) ? node.$ref.slice(COMPONENT.length) : undefined;
  const shared = name === undefined ? undefined : components[name];
  if (name !== undefined && shared) {
    return alternativesOf({ node: shared, target: jsonPath("components", "schemas", name) }, components);
  }
  if (!node.anyOf) return [schema];
  return node.anyOf.flatMap((each, at) =>
    alternativesOf({ node: each, target: stepInto(target, "anyOf", at) }, components),
  );
}

/** True for a schema that lets everything through, because nothing is known. */
export function isOpen({ type, properties, items, prefixItems, enum: values }: SchemaNode): boolean {
  return type === undefined && !properties && !items && !prefixItems && !values;
}

/** True when a value has the type, and is one of the words, that a schema without alternatives asks for. */
export function takes(node: SchemaNode, value: unknown): boolean {
  if (isOpen(node)) return true;
  if (typeof value === "string" && isPlaceholder(value)) return typesOf(node).includes(typeOfJson(value));
  if (node.enum) return node.enum.includes(value);
  if (typeof value === "string" && node.pattern !== undefined && !new RegExp(node.pattern).test(value)) return false;
  return typesOf(node).includes(typeOfJson(value));
}

function typesOf({ type, properties, items, prefixItems }: SchemaNode): readonly ValueType[] {
  if (type === undefined) return properties ? ["object"] : items || prefixItems ? ["array"] : ["string"];
  const types = typeof type === "string" ? [type] : type;
  return types.map((each) => (each === "integer" ? "number" : (each as ValueType)));
}

/** The schema of a field, for a map that of every value; undefined when there is none. */
export function propertyOf({ node, target }: PlacedSchema, name: string): PlacedSchema | undefined {
  const { properties, additionalProperties: rest } = node;
  const own = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (own) return { node: own, target: stepInto(target, "properties", name) };
  if (typeof rest !== "object" || (properties && Object.keys(rest).length === 0)) return undefined;
  return { node: rest, target: stepInto(target, "additionalProperties") };
}

/** The schema of the item at a place of a list; undefined when nothing is known of it. */
export function itemOf({ node, target }: PlacedSchema, at: number): PlacedSchema | undefined {
  const own = node.prefixItems?.[at];
  if (own) return { node: own, target: stepInto(target, "prefixItems", at) };
  return node.items ? { node: node.items, target: stepInto(target, "items") } : undefined;
}
