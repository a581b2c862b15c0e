/** How a body can be packed for the way. */
export type ContentCoding = "br" | "gzip";

/** Clients come in few kinds, so what they accept is read once. */
const READ = new Map<string, ContentCoding | undefined>();
const READ_MAX = 1_000;

/**
 * The coding a client likes best of those there are, undefined for a body as it is.
 *
 * @param header `Accept-Encoding`
 * @see RFC 9110 §12.5.3, rule HTTP-20
 */
export function chooseCoding(header: string | null | undefined): ContentCoding | undefined {
  if (header === null || header === undefined) return undefined;
  if (READ.has(header)) return READ.get(header);
  const coding = readChoice(header);
  if (READ.size < READ_MAX) READ.set(header, coding);
  return coding;
}

function readChoice(header: string): ContentCoding | undefined {
  const weights = new Map(header.split(",").map(readWeight));
  const weightOf = (coding: string, otherwise: number) => weights.get(coding) ?? otherwise;
  const others = weightOf("*", 0);
  const [br, gzip] = [weightOf("br", others), Math.max(weightOf("gzip", others), weightOf("x-gzip", 0))];
  const best = Math.max(br, gzip);
  if (best === 0 || best < weightOf("identity", 0)) return undefined;
  return br === best ? "br" : "gzip";
}

function readWeight(text: string): readonly [coding: string, weight: number] {
  const [coding = "", ...parameters] = text
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  const weight = parameters.find((each) => each.startsWith("q="))?.slice(2);
  const number = weight === undefined ? 1 : Number(weight);
  return [coding, number >= 0 && number <= 1 ? number : 0];
}
