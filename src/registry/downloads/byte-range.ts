import type { ByteRange } from "../world.ts";

/**
 * What a `Range` header asks of a file of this size.
 *
 * @returns undefined for the whole file (no header, several ranges, or one that cannot be read), "unsatisfiable" when it
 * begins past the end
 * @see RFC 9110 §14, rule REG-34
 */
export function findByteRange(header: string | null, size: number): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "")
    return Number(last) === 0 ? "unsatisfiable" : { start: Math.max(0, size - Number(last)), end: size - 1 };
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return undefined;
  return start >= size ? "unsatisfiable" : { start, end };
}
