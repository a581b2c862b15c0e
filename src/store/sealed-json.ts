import { createHash } from "node:crypto";
import { isJsonObject } from "../game/json-text.ts";

/**
 * A value as JSON that carries the SHA-256 of itself, so that a damaged file is recognised as such.
 *
 * The value must survive `JSON.parse(JSON.stringify(value))` unchanged, and have no keys that are numbers.
 */
export function formatSealed(value: unknown): string {
  const text = JSON.stringify(value);
  return `{"sha256":"${digest(text)}","value":${text}}\n`;
}

/** The value of a text that {@link formatSealed} made; undefined for every other text. */
export function findSealed(text: string): { readonly value: unknown } | undefined {
  let sealed: unknown;
  try {
    sealed = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!isJsonObject(sealed) || sealed["sha256"] !== digest(JSON.stringify(sealed["value"]))) return undefined;
  return { value: sealed["value"] };
}

function digest(text: string | undefined): string {
  return createHash("sha256")
    .update(text ?? "")
    .digest("hex");
}
