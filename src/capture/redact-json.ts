import {
  alternativesOf,
  type Components,
  itemOf,
  type PlacedSchema,
  propertyOf,
} from "../portal/contract/gaps/schema-node.ts";
import { shownName } from "../portal/contract/gaps/shown-name.ts";
import { redactAddresses } from "./redact-text.ts";
import { isSecretName } from "./secret-names.ts";

/** How a JSON value is to be redacted. */
export interface JsonRedaction {
  /** What is known of it; undefined when nothing is. */
  readonly schema: PlacedSchema | undefined;
  readonly components: Components;
  /** Told of every secret. */
  readonly learn: (value: string) => void;
  /** True for an answer whose every text may be a secret, such as that to a login. */
  readonly isSecret?: boolean;
}

/** Items of a list that are kept. */
const ITEMS_MAX = 100;
const TEXT_MAX = 10_000;

/**
 * A JSON value without secrets: of what the contract does not know only the types stay.
 *
 * @see rules CAPTURE-4 and CAPTURE-6
 */
export function redactJson(value: unknown, { schema, ...options }: JsonRedaction): unknown {
  const known = schema ? alternativesOf(schema, options.components) : [];
  return redactValue(value, { ...options, known, name: "" });
}

interface Here extends Omit<JsonRedaction, "schema"> {
  /** What may stand here. */
  readonly known: readonly PlacedSchema[];
  /** Of the field. */
  readonly name: string;
}

function redactValue(value: unknown, here: Here): unknown {
  if (typeof value === "string") return redactString(value, here);
  if (typeof value === "number") return isSecretName(here.name) ? "[redacted number]" : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return value.slice(0, ITEMS_MAX).map((item, at) =>
      redactValue(
        item,
        inside(here, here.name, (each) => itemOf(each, at)),
      ),
    );
  }
  const fields = Object.entries(value).map(([name, inner]): [string, unknown] => {
    const next = inside(here, isSecretName(here.name) ? here.name : name, (each) => propertyOf(each, name));
    return [next.known.length > 0 ? name : shownName(name), redactValue(inner, next)];
  });
  return Object.fromEntries(fields);
}

function inside(here: Here, name: string, find: (schema: PlacedSchema) => PlacedSchema | undefined): Here {
  const found = here.known.map(find).filter((each) => each !== undefined);
  return { ...here, name, known: found.flatMap((each) => alternativesOf(each, here.components)) };
}

function redactString(text: string, { known, name, learn, isSecret = false }: Here): string {
  if (known.some(({ node }) => node.enum?.includes(text))) return text;
  const isNamed = isSecretName(name);
  if (isNamed || (isSecret && name === "")) learn(text);
  const isKnown = known.some(
    ({ node }) => node.type === "string" || (Array.isArray(node.type) && node.type.includes("string")),
  );
  if (isNamed || isSecret || !isKnown) return text === "" ? "" : `[redacted string]`;
  const shown = redactAddresses(text);
  return shown.length > TEXT_MAX ? `${shown.slice(0, TEXT_MAX)}…` : shown;
}
