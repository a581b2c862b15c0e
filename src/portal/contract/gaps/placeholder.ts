/** What a value is, in the words of JSON Schema. */
export type ValueType = "null" | "boolean" | "number" | "string" | "array" | "object";

const PLACEHOLDER = /^\[redacted(?: (number|boolean|string))?\]$/;

/** The type of a JSON value; what stands in for a value that is not shown has the type of that value. */
export function typeOfJson(value: unknown): ValueType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "string") return (PLACEHOLDER.exec(value)?.[1] as ValueType | undefined) ?? "string";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "object";
}

/** The type that a text of a query or form stands for. */
export function typeOfText(text: string): ValueType {
  const hidden = PLACEHOLDER.exec(text);
  if (hidden) return (hidden[1] as ValueType | undefined) ?? "string";
  if (/^(?:true|false)$/i.test(text)) return "boolean";
  return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? "number" : "string";
}

/** Stands in for a text whose value must not be seen, though its type may. */
export function placeholderOf(text: string): string {
  return `[redacted ${typeOfText(text)}]`;
}

/** True for what stands in for a value. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}
