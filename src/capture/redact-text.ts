import { placeholderOf } from "../portal/contract/gaps/placeholder.ts";
import { isSecretName } from "./secret-names.ts";

/** A field of a form or query. */
export interface SentField {
  readonly name: string;
  /** By the contract. */
  readonly isKnown: boolean;
  /** Told of secrets. */
  readonly learn: (value: string) => void;
}

/** Query parameters whose values tell nothing of anybody, wherever an address stands. */
const HARMLESS = new Set(["page", "page_size", "version", "lang", "sort", "sort_order", "hide_deprecated", "full"]);

/** A text of a form or query: shown when its field is known, and not one of those that are secret. */
export function redactText(text: string, { name, isKnown, learn }: SentField): string {
  const isSecret = isSecretName(name);
  if (isSecret) learn(text);
  return isKnown && !isSecret ? redactAddresses(text) : placeholderOf(text);
}

/** A text whose addresses carry neither users nor values of parameters, but for a few that are harmless. */
export function redactAddresses(text: string): string {
  return text
    .replace(/(https?:\/\/)[^/\s@"'<>]{1,500}@/gi, "$1[redacted]@")
    .replace(/([?&])([\w.~%+-]{1,100})=([^&\s"'<>#]*)/g, (all, mark: string, name: string, value: string) =>
      HARMLESS.has(name) || value === "" ? all : `${mark}${name}=[redacted]`,
    );
}
