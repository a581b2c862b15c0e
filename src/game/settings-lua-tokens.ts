/** A piece of Lua source: strings without their quotes, everything else as written. */
export interface LuaToken {
  readonly kind: "name" | "number" | "string" | "mark" | "end";
  readonly text: string;
}

const TEXT_MAX = 1024 * 1024;
const SPACE = /\s+/y;
const COMMENT = /--(?!\[=*\[).*/y;
const LONG_COMMENT = /--\[(=*)\[/y;
const LONG_STRING = /\[(=*)\[\r?\n?/y;
const NAME = /[A-Za-z_]\w*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const SHORT_STRING = /"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)'/y;
const MARK = /\.\.\.?|[=~<>]=|[\s\S]/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
const OPENERS: ReadonlySet<string> = new Set(["{", "(", "["]);
const CLOSERS: ReadonlySet<string> = new Set(["}", ")", "]"]);
const END: LuaToken = { kind: "end", text: "" };

/** True for what comes behind a value of a table. */
export function isAtRest({ kind, text }: LuaToken): boolean {
  return kind === "end" || (kind === "mark" && (text === "," || text === ";" || text === "}"));
}

/** Walks over the tokens of a Lua source. */
export class LuaCursor {
  readonly #tokens: readonly LuaToken[];
  #at = 0;

  constructor(source: string) {
    this.#tokens = tokenise(source);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** True where a bracket closes or the text ends. */
  get isAtClose(): boolean {
    const { kind, text } = this.peek();
    return kind === "end" || (kind === "mark" && CLOSERS.has(text));
  }

  peek(): LuaToken {
    return this.#tokens[this.#at] ?? END;
  }

  ahead(count: number): readonly LuaToken[] {
    return this.#tokens.slice(this.#at, this.#at + count);
  }

  next(): LuaToken {
    const token = this.peek();
    this.#at++;
    return token;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** Go past these words if they come now. */
  skipWords(...words: readonly string[]): boolean {
    const isHere = words.every((word, index) => this.#isWord(this.#tokens[this.#at + index], word));
    if (isHere) this.#at += words.length;
    return isHere;
  }

  #isWord(token: LuaToken | undefined, word: string): boolean {
    return token?.text === word && token.kind !== "string";
  }

  /** Go to the end of a table's value, past whatever brackets it has. */
  skipExpression(): void {
    for (let depth = 0; !this.isAtEnd; this.#at++) {
      const token = this.peek();
      if (depth === 0 && isAtRest(token)) return;
      if (token.kind !== "mark") continue;
      if (OPENERS.has(token.text)) depth++;
      else if (CLOSERS.has(token.text)) depth--;
      if (depth < 0) return;
    }
  }
}

/** A string of a Lua source. */
export interface LuaText {
  readonly text: string;
  /** True when something is joined to its end with `..`. */
  readonly isJoined: boolean;
}

/** Every string of a Lua source of at most a megabyte. */
export function listLuaTexts(source: string): readonly LuaText[] {
  const tokens = tokenise(source);
  return tokens.flatMap(({ kind, text }, at) =>
    kind === "string" ? [{ text, isJoined: tokens[at + 1]?.text === ".." && tokens[at + 1]?.kind === "mark" }] : [],
  );
}

function tokenise(source: string): readonly LuaToken[] {
  const tokens: LuaToken[] = [];
  if (source.length > TEXT_MAX) return tokens;
  for (let at = 0; at < source.length; ) {
    const { token, end } = tokenAt(source, at);
    if (token) tokens.push(token);
    at = end;
  }
  return tokens;
}

interface Found {
  readonly token?: LuaToken;
  readonly end: number;
}

function tokenAt(source: string, at: number): Found {
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  const blank = match(SPACE) ?? match(COMMENT);
  if (blank) return { end: at + blank[0].length };
  const comment = match(LONG_COMMENT);
  if (comment) return { end: closeLong(source, at + comment[0].length, comment[1]).end };
  const long = match(LONG_STRING);
  if (long) {
    const { text, end } = closeLong(source, at + long[0].length, long[1]);
    return { token: { kind: "string", text }, end };
  }
  const short = match(SHORT_STRING);
  if (short) return found("string", unescape(short[1] ?? short[2] ?? ""), at + short[0].length);
  for (const [kind, pattern] of [
    ["name", NAME],
    ["number", NUMBER],
    ["mark", MARK],
  ] as const) {
    const text = match(pattern)?.[0];
    if (text !== undefined) return found(kind, text, at + text.length);
  }
  return { end: source.length };
}

function found(kind: LuaToken["kind"], text: string, end: number): Found {
  return { token: { kind, text }, end };
}

/** Up to the closing brackets of the same level, or to the end. */
function closeLong(source: string, start: number, level = ""): { readonly text: string; readonly end: number } {
  const closer = `]${level}]`;
  const close = source.indexOf(closer, start);
  if (close < 0) return { text: source.slice(start), end: source.length };
  return { text: source.slice(start, close), end: close + closer.length };
}

function unescape(text: string): string {
  return text.replace(/\\(\d{1,3}|[\s\S])/g, (_, escaped: string) =>
    /^\d/.test(escaped) ? String.fromCharCode(Number(escaped)) : (ESCAPES.get(escaped) ?? escaped),
  );
}
