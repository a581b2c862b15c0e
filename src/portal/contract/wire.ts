import * as z from "zod/mini";

/** What a schema lets through, never to be changed. */
export type Wire<Schema extends z.core.$ZodType> = DeepReadonly<z.output<Schema>>;

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/** A list of values that may grow at any time: known ones are named, every other text passes too. */
export function openEnum<const Values extends readonly string[]>(values: Values) {
  return z.union([z.enum(values), z.string()]);
}

/** A text that is left out, or sent as null, when there is nothing to say. */
export function optionalText() {
  return z.nullish(z.string());
}

/** A number that is left out, or sent as null, when there is nothing to say. */
export function optionalNumber() {
  return z.nullish(z.number());
}

/** A truth that is left out, or sent as null, when there is nothing to say. */
export function optionalTruth() {
  return z.nullish(z.boolean());
}

/** Texts that are left out, or sent as null, when there are none. */
export function optionalTexts() {
  return z.nullish(z.array(z.string()));
}
