import { isJsonObject } from "./json-text.ts";
import type { PropertyEntry, PropertyTree } from "./property-tree.ts";

/**
 * A tree as JSON that loses nothing: its type, its flag unless 0, and its value. Numbers that JSON has not are texts.
 *
 * @see rule PTREE-7
 */
export interface StoredProperty {
  readonly type: PropertyTree["type"];
  readonly flag?: number;
  readonly value?: boolean | number | string;
  readonly entries?: readonly { readonly key?: string; readonly tree: StoredProperty }[];
}

/** The lossless JSON of a tree. */
export function propertyToStored(tree: PropertyTree): StoredProperty {
  const head = { type: tree.type, ...(tree.flag !== 0 && { flag: tree.flag }) };
  switch (tree.type) {
    case "none":
      return head;
    case "bool":
      return { ...head, value: tree.value };
    case "string":
      return { ...head, ...(tree.value !== undefined && { value: tree.value }) };
    case "number":
      return {
        ...head,
        value: Number.isFinite(tree.value) && !Object.is(tree.value, -0) ? tree.value : nameOf(tree.value),
      };
    case "signed":
    case "unsigned":
      return { ...head, value: String(tree.value) };
    case "list":
    case "dictionary":
      return {
        ...head,
        entries: tree.entries.map(({ key, tree: inner }) => ({
          ...(key !== undefined && { key }),
          tree: propertyToStored(inner),
        })),
      };
  }
}

function nameOf(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

const DEPTH_MAX = 64;

/**
 * The tree of a lossless JSON, undefined when it is none.
 *
 * @see rule PTREE-7
 */
export function findStoredProperty(json: unknown, depth = 0): PropertyTree | undefined {
  if (!isJsonObject(json) || depth > DEPTH_MAX) return undefined;
  const { type, flag = 0, value, entries } = json;
  if (typeof flag !== "number" || !Number.isInteger(flag) || flag < 0 || flag > 255) return undefined;
  switch (type) {
    case "none":
      return { type, flag };
    case "bool":
      return typeof value === "boolean" ? { type, flag, value } : undefined;
    case "string":
      return typeof value === "string" || value === undefined ? { type, flag, value } : undefined;
    case "number": {
      const number = typeof value === "string" ? Number(value) : value;
      return typeof number === "number" ? { type, flag, value: number } : undefined;
    }
    case "signed":
    case "unsigned": {
      const whole = findInteger(value, type);
      return whole === undefined ? undefined : { type, flag, value: whole };
    }
    case "list":
    case "dictionary": {
      const inner = Array.isArray(entries) ? entries.map((each) => findEntry(each, depth)) : [undefined];
      return inner.every((each) => each !== undefined) ? { type, flag, entries: inner } : undefined;
    }
    default:
      return undefined;
  }
}

function findEntry(json: unknown, depth: number): PropertyEntry | undefined {
  if (!isJsonObject(json)) return undefined;
  const { key } = json;
  const tree = findStoredProperty(json["tree"], depth + 1);
  return tree && (key === undefined || typeof key === "string") ? { key, tree } : undefined;
}

/** A whole number of 64 bits. */
function findInteger(value: unknown, type: "signed" | "unsigned"): bigint | undefined {
  if (typeof value !== "string" || !/^-?\d{1,20}$/.test(value)) return undefined;
  const number = BigInt(value);
  const fits = type === "signed" ? BigInt.asIntN(64, number) : BigInt.asUintN(64, number);
  return fits === number ? number : undefined;
}
