import * as z from "zod/mini";
import type { Parameter } from "./endpoint.ts";
import { type Confidence, FACTS } from "./fact.ts";

/** One line of a table of fields or parameters. */
export interface Field {
  readonly name: string;
  /** In words a reader of JSON knows: `string`, `number or null`, `list of Release`. */
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  readonly confidence: Confidence | undefined;
  readonly source: string | undefined;
}

/** A shape that answers share, with its fields. */
export interface Shape {
  readonly name: string;
  /** In words; an object's fields say the rest. */
  readonly type: string;
  readonly fields: readonly Field[];
}

/** What of a JSON Schema is read here. */
interface Node {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly prefixItems?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly format?: string;
  readonly description?: string;
  readonly "x-confidence"?: Confidence;
  readonly "x-source"?: string;
}

const WORDS: Readonly<Record<string, string>> = { array: "list", boolean: "truth" };

/** Read a parameter as a line. */
export function parameterField({ name, schema, required = false }: Parameter): Field {
  return field(name, nodesOf(schema).root, required);
}

/** Read the shapes a schema is made of, the outermost first; one without a name is called by `name`. */
export function shapesOf(schema: z.ZodMiniType, name: string): readonly Shape[] {
  const { root, shapes } = nodesOf(schema);
  const own = root.$ref === undefined && root.properties ? [shape(name, root)] : [];
  return [...own, ...Object.entries(shapes).map(([id, node]) => shape(id, node))];
}

function shape(name: string, node: Node): Shape {
  return { name, type: words(node), fields: fieldsOf(node) };
}

/** The type of a whole body, in words. */
export function typeOf(schema: z.ZodMiniType): string {
  return words(nodesOf(schema).root);
}

function nodesOf(schema: z.ZodMiniType): { readonly root: Node; readonly shapes: Readonly<Record<string, Node>> } {
  const { $defs, ...root } = z.toJSONSchema(schema, { metadata: FACTS, io: "input", unrepresentable: "any" });
  return { root: root as Node, shapes: ($defs ?? {}) as Readonly<Record<string, Node>> };
}

function fieldsOf({ properties = {}, required = [] }: Node, prefix = ""): readonly Field[] {
  return Object.entries(properties).flatMap(([name, node]) => [
    field(prefix + name, node, required.includes(name)),
    ...fieldsOf(objectIn(node), `${prefix}${name}.`),
  ]);
}

/** The object a field holds, when it is one that has no name of its own. */
function objectIn(node: Node): Node {
  return node.properties ? node : (node.anyOf?.find(({ properties }) => properties) ?? {});
}

function field(name: string, node: Node, required: boolean): Field {
  return {
    name,
    type: words(node),
    required,
    description: node.description ?? "",
    confidence: node["x-confidence"],
    source: node["x-source"],
  };
}

function words(node: Node): string {
  if (node.$ref !== undefined) return node.$ref.replace(/^.*\//, "");
  if (node.anyOf) return [...new Set(openChoice(node.anyOf).map(words))].join(" or ");
  if (node.enum) return node.enum.map((value) => `"${String(value)}"`).join(", ");
  if (node.type === "array") return node.prefixItems ? "list of one" : `list of ${words(node.items ?? {})}`;
  if (node.format === "binary") return "file";
  const types = typeof node.type === "string" ? [node.type] : (node.type ?? ["anything"]);
  return types.map((type) => WORDS[type] ?? type).join(" or ");
}

/** Known values and any text: the known ones say enough. */
function openChoice(nodes: readonly Node[]): readonly Node[] {
  return nodes.some((node) => node.enum)
    ? nodes.map((node) => (node.type === "string" && !node.enum ? { type: "other" } : node))
    : nodes;
}
