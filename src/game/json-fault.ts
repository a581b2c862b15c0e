/** Where a text stops being JSON, and why. Never quotes the text, which may hold a token. */
export interface JsonFault {
  /** Index into the text. */
  readonly at: number;
  /** What should stand there, or what may not. */
  readonly why: string;
}

type Expected =
  | "a value"
  | 'a value or "]"'
  | "a name in quotes"
  | 'a name in quotes or "}"'
  | '":"'
  | "more"
  | "the end";

/** A string, any other value, a mark (one character), or the fault that keeps it from being one. */
type Token = { readonly kind: string; readonly end: number } | JsonFault;

const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Find the first fault of a JSON text, raw control characters inside strings aside.
 *
 * The engine's own messages differ between Node versions, often lack the place, and quote the text around it.
 *
 * @returns undefined for a text that is JSON.
 * @see rules JSON-3 and JSON-4
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const closers: string[] = [];
  let expected: Expected = "a value";
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const token = tokenAt(text, at);
    if ("why" in token) return token;
    const next = follow(expected, token.kind, closers);
    if (!next) return { at, why: odd(text[at]) ?? `expected ${describe(expected, closers)}` };
    expected = next;
    at = skipSpace(text, token.end);
  }
  if (expected === "the end") return undefined;
  return { at, why: text === "" ? "it is empty" : `it ends where ${describe(expected, closers)} should come` };
}

/** What may come after a token; undefined when the token may not stand here. `closers` are those of the open brackets. */
function follow(expected: Expected, kind: string, closers: string[]): Expected | undefined {
  switch (expected) {
    case "a value":
    case 'a value or "]"':
      if (kind === "string" || kind === "scalar") return afterValue(closers);
      if (kind === "{") return open("}", closers);
      if (kind === "[") return open("]", closers);
      return expected === "a value" ? undefined : close(kind, closers);
    case "a name in quotes":
    case 'a name in quotes or "}"':
      if (kind === "string") return '":"';
      return expected === "a name in quotes" ? undefined : close(kind, closers);
    case '":"':
      return kind === ":" ? "a value" : undefined;
    case "more":
      if (kind === ",") return closers.at(-1) === "}" ? "a name in quotes" : "a value";
      return close(kind, closers);
    case "the end":
      return undefined;
  }
}

function open(closer: "}" | "]", closers: string[]): Expected {
  closers.push(closer);
  return closer === "}" ? 'a name in quotes or "}"' : 'a value or "]"';
}

function close(kind: string, closers: string[]): Expected | undefined {
  if (kind !== closers.at(-1)) return undefined;
  closers.pop();
  return afterValue(closers);
}

function afterValue(closers: readonly string[]): Expected {
  return closers.length === 0 ? "the end" : "more";
}

function tokenAt(text: string, at: number): Token {
  if (text[at] === '"') return stringAt(text, at);
  SCALAR.lastIndex = at;
  if (SCALAR.test(text)) return { kind: "scalar", end: SCALAR.lastIndex };
  return { kind: text.charAt(at), end: at + 1 };
}

function stringAt(text: string, from: number): Token {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '"') return { kind: "string", end: at + 1 };
    if (text[at] !== "\\") continue;
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text))
      return { at, why: 'a backslash may only begin one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000' };
    at = ESCAPE.lastIndex - 1;
  }
  return { at: from, why: "this string is never closed" };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return at;
}

function describe(expected: Expected, closers: readonly string[]): string {
  return expected === "more" ? `"," or "${closers.at(-1)}"` : expected;
}

/** What damaged and foreign files hold where JSON should be. */
function odd(character: string | undefined): string | undefined {
  if (character === "\0") return "a NUL character: the file is damaged, or UTF-16";
  if (character === "\ufffd") return "a byte that is not UTF-8";
  return undefined;
}
