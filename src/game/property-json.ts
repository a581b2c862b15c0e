import type { PropertyEntry, PropertyTree } from "./property-tree.ts";

/** A value of a tree as JSON shows it: how a number is stored is not seen, and what is no JSON number is null. */
export type PropertyJson = null | boolean | number | string | readonly PropertyJson[] | PropertyJsonObject;

/** A dictionary as JSON shows it. */
export interface PropertyJsonObject {
  readonly [key: string]: PropertyJson;
}

/**
 * A tree as plain JSON, for people and programs that do not care how it is stored.
 *
 * @see rule PTREE-5
 */
export function propertyToJson(tree: PropertyTree): PropertyJson {
  switch (tree.type) {
    case "none":
      return null;
    case "bool":
      return tree.value;
    case "string":
      return tree.value ?? "";
    case "number":
      // Adding 0 takes the sign from a negative zero, as JSON does.
      return Number.isFinite(tree.value) ? tree.value + 0 : null;
    case "signed":
    case "unsigned":
      return Number(tree.value);
    case "list":
      return tree.entries.map((entry) => propertyToJson(entry.tree));
    case "dictionary":
      return Object.fromEntries(tree.entries.map(({ key = "", tree: value }) => [key, propertyToJson(value)]));
  }
}

/** How whole numbers of JSON are stored: the game has integers since 2.0. */
export type WholeNumbers = "signed" | "number";

/**
 * The tree for a plain JSON value: the value itself as `whole` says, the numbers inside of lists and dictionaries as
 * doubles, as the game stores colours.
 *
 * @see rule PTREE-6
 */
export function jsonToProperty(json: PropertyJson, whole: WholeNumbers): PropertyTree {
  if (json === null) return { type: "none", flag: 0 };
  if (typeof json === "boolean") return { type: "bool", flag: 0, value: json };
  if (typeof json === "string") return { type: "string", flag: 0, value: json };
  if (typeof json === "number") {
    const isWhole = whole === "signed" && Number.isSafeInteger(json);
    return isWhole ? { type: "signed", flag: 0, value: BigInt(json) } : { type: "number", flag: 0, value: json };
  }
  const inner = (value: PropertyJson) => jsonToProperty(value, "number");
  if (isList(json))
    return { type: "list", flag: 0, entries: json.map((each) => ({ key: undefined, tree: inner(each) })) };
  const entries = Object.entries(json).map(([key, value]): PropertyEntry => ({ key, tree: inner(value) }));
  return { type: "dictionary", flag: 0, entries };
}

function isList(json: readonly PropertyJson[] | PropertyJsonObject): json is readonly PropertyJson[] {
  return Array.isArray(json);
}
