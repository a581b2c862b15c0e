import { createScanner, getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

/** JSON with comments and trailing commas, as people write it. */
export interface Jsonc {
  readonly tree: Node;
  readonly value: unknown;
}

/** Why a text is none. */
export interface JsoncFault {
  readonly why: string;
  /** Where, from 1; undefined when it is about the whole text. */
  readonly line: number | undefined;
  readonly column: number | undefined;
}

/** Far deeper than anything that means something, and shallow enough for every recursive reader. */
const DEPTH_MAX = 64;
/** Kinds of tokens; jsonc-parser has them in a const enum, which isolated modules cannot read. */
const [OPENING, CLOSING, END] = [new Set([1, 3]), new Set([2, 4]), 17];

/** @param text without a byte order mark */
export function readJsonc(text: string): Jsonc | JsoncFault {
  const deep = findTooDeep(text);
  if (deep !== undefined) return { why: "brackets are nested too deep", ...placeOf(text, deep) };
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) return { why: describeFault(first), ...placeOf(text, first.offset) };
  return tree ? { tree, value: getNodeValue(tree) } : { why: "it is empty", line: undefined, column: undefined };
}

/** `comma expected`, of `CommaExpected`. */
function describeFault({ error }: ParseError): string {
  return printParseErrorCode(error)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase();
}

/** Where brackets are nested deeper than any reader has to follow; undefined when they nowhere are. */
export function findTooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let kind: number = scanner.scan(); kind !== END; kind = scanner.scan()) {
    if (OPENING.has(kind)) depth++;
    else if (CLOSING.has(kind)) depth--;
    if (depth > DEPTH_MAX) return scanner.getTokenOffset();
  }
  return undefined;
}

/** The line and column of an index into a text, from 1. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
}
