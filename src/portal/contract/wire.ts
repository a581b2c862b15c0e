import * as z from "zod/mini";

/** What a schema lets through, never to be changed. */
export type Wire<Schema extends z.core.$ZodType> = DeepReadonly<z.output<Schema>>;

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/** A list of values that may grow at any time: known ones are named, every other text passes too. */
export function openEnum<const Values extends readonly string[]>(values: Values) {
  return z.union([z.enum(values), z.string()]);
}

/** A field that is left out, or sent as null, when there is nothing to say. */
export const optionalText = z.nullish(z.string());
