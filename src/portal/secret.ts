import { findUrl } from "./url.ts";

/**
 * A token or password that prints as `[redacted]` wherever a value can be printed by accident.
 *
 * @see DESIGN.md §4 "Secrets", rule SECRET-1
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself; call it only where it is sent or stored. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  /** What `util.inspect` and `console.log` of Node, Deno and Bun print. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }
}

const REDACTED = "[redacted]";

/** Origin and path of a URL, without user, query and fragment: the only form that errors, events and logs carry. */
export type SafeUrl = string & { readonly SafeUrl: unique symbol };

/** The part of a URL that may be shown; `(invalid URL)` when it is none, because its text could hold anything. */
export function safeUrl(url: string | URL): SafeUrl {
  const parsed = typeof url === "string" ? findUrl(url) : url;
  return (parsed ? `${parsed.origin}${parsed.pathname}` : "(invalid URL)") as SafeUrl;
}

/**
 * Text with every secret taken out: as it is, in either case, percent-encoded, JSON-escaped once or twice, in hex and in base64.
 *
 * @see rule SECRET-3
 */
export function redact(text: string, secrets: readonly Secret[]): string {
  const variants = secrets.flatMap((secret) => variantsOf(secret.reveal()));
  // Longest first, so that no variant leaves the tail of a longer one behind.
  const ordered = [...new Set(variants)].sort((a, b) => b.length - a.length);
  return ordered.reduce((rest, variant) => rest.replaceAll(variant, REDACTED), text);
}

function variantsOf(value: string): string[] {
  if (value === "") return [];
  const cases = [value, value.toUpperCase(), value.toLowerCase()];
  return [...cases.flatMap(encodingsOf), encodeURIComponent(value).toLowerCase()];
}

function encodingsOf(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  const percent = encodeURIComponent(value);
  return [
    value,
    percent,
    percent.replaceAll("%20", "+"),
    encodeURIComponent(percent),
    inJson(value),
    inJson(inJson(value)),
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    ...base64Of(bytes),
  ];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The characters that bytes become in base64 at each of the three places they can have in what is encoded. */
function base64Of(bytes: Uint8Array): string[] {
  const standard = [0, 1, 2].map((offset) => {
    const text = btoa(String.fromCharCode(...new Uint8Array(offset), ...bytes)).replace(/=+$/, "");
    // The first and the last character also hold bits of the neighbours.
    const from = offset === 0 ? 0 : offset + 1;
    const to = (offset + bytes.length) % 3 === 0 ? text.length : text.length - 1;
    return text.slice(from, to);
  });
  const long = standard.filter((each) => each.length >= 8);
  return [...long, ...long.map((each) => each.replaceAll("+", "-").replaceAll("/", "_"))];
}
