import type * as z from "zod/mini";
import { RoboportError } from "../errors.ts";
import type { SafeUrl } from "./secret.ts";

/**
 * The value in a JSON answer.
 *
 * @throws {RoboportError} `PORTAL_SHAPE` that names the field.
 * @see rules SHAPE-1, SHAPE-2 and SHAPE-6
 */
export function decode<Schema extends z.ZodMiniType>(text: string, schema: Schema, url: SafeUrl): z.output<Schema> {
  if (/^\s*</.test(text)) throw webPageError(url);
  const result = schema.safeParse(parseJson(text, url));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = formatPath(issue?.path ?? []);
  throw shapeError(url, issue ? `${field} ${describe(issue)}` : "it is of no known shape", { field });
}

/** The error for HTML where JSON was promised. */
export function webPageError(url: SafeUrl): RoboportError {
  return shapeError(url, "it is a web page");
}

/** Deeper than any portal nests; what walks through an answer, as printing does, can go far deeper. */
const DEPTH_MAX = 64;

function parseJson(text: string, url: SafeUrl): unknown {
  if (isTooDeep(text)) throw shapeError(url, `it is nested more than ${DEPTH_MAX} levels deep`);
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's message quotes the answer, which nobody has checked for what it may hold.
    if (error instanceof SyntaxError) throw shapeError(url, "it is not JSON");
    throw error;
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}

/** Where the string that begins at a quotation mark ends. */
function endOfString(text: string, begin: number): number {
  let at = begin + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === "custom") return issue.message;
  return "expected" in issue ? `is not of type ${issue.expected}` : "has none of the known shapes";
}

/** `results[3].info_json.dependencies`, as one would write it in code. */
function formatPath(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return text === "" ? "the whole" : text.replace(/^\./, "");
}

function shapeError(url: SafeUrl, why: string, data: Readonly<Record<string, unknown>> = {}): RoboportError {
  return new RoboportError("PORTAL_SHAPE", `Cannot read the answer of ${url}: ${why}`, {
    hint: "Check that the address is that of a mod portal and that no proxy or login page answers in its place.",
    data: { url, ...data },
  });
}
