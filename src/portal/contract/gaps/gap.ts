import { mergeSchemas, type SeenSchema } from "./seen-schema.ts";

/** Something that was seen and the contract does not have. */
export interface Gap {
  /**
   * A request to a place or by a method nobody knows; a parameter of a query or form; a status, or JSON where none was
   * known; a field of JSON; a value of another type or out of a closed list; a field that should have been there.
   */
  readonly what: "endpoint" | "parameter" | "status" | "field" | "type" | "missing";
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
  /** `https://mods.factorio.com` */
  readonly origin: string;
  /** Its operation in the contract; undefined when the whole endpoint is unknown. */
  readonly endpoint: string | undefined;
  readonly in: "path" | "query" | "form" | "body" | "answer";
  /** The parameter, the field's path such as `results[].owner`, or the status. */
  readonly name: string;
  /** The last part of the name. */
  readonly key: string;
  readonly schema: SeenSchema;
  /** What of the OpenAPI document is to be changed, as a normalised JSONPath. */
  readonly target: string;
  /** Requests in which it was seen. */
  readonly requests: number;
}

/** Kinds of gaps; beyond that many, requests are still counted. */
const GAPS_MAX = 5_000;

/** Put a gap to the others; the same one is counted once more. */
export function keepGap(found: Map<string, Gap>, gap: Gap): void {
  const key = JSON.stringify([gap.what, gap.method, gap.origin, gap.path, gap.in, gap.name]);
  const known = found.get(key);
  if (known) {
    found.set(key, { ...known, schema: mergeSchemas(known.schema, gap.schema), requests: known.requests + 1 });
  } else if (found.size < GAPS_MAX) found.set(key, gap);
}

/** Gaps of one request: the same field of many items counts once. */
export function onceEach(gaps: readonly Gap[]): readonly Gap[] {
  const found = new Map<string, Gap>();
  for (const gap of gaps) keepGap(found, gap);
  return [...found.values()].map((gap) => ({ ...gap, requests: 1 }));
}
