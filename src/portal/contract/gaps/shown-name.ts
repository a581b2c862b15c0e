const LENGTH_MAX = 64;
/** Tokens and digests: long, without a break, and with digits among the letters. */
const OPAQUE = /^(?=.*\d)(?=.*[a-z])[\w.~+/=-]{20,}$/i;

/** True for what can only be an id, a digest or a secret. */
export function isOpaque(text: string): boolean {
  return text.length > LENGTH_MAX || OPAQUE.test(text);
}

/** The name of a parameter or field as it may be shown: a program's mistake can put a secret there. */
export function shownName(name: string): string {
  return isOpaque(name) ? "[redacted]" : name;
}

/**
 * A path nobody knows as a template: parts that only an id, a digest or a secret can be are left open.
 *
 * @see rule GAP-6
 */
export function pathTemplate(pathname: string): string {
  return pathname
    .split("/")
    .slice(0, 32)
    .map((part) =>
      /^\d+$/.test(part) || isOpaque(part) || part.includes("[redacted") || part.includes("%5Bredacted")
        ? "{id}"
        : part,
    )
    .join("/");
}
