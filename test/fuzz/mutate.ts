import type { Random } from "../faults/seeded-random.ts";

/** What parsers trip over, put in anywhere. */
const WORDS = [
  "",
  "\0",
  "\n",
  "\r\n",
  "\ufeff",
  '"',
  "\\",
  "\\u0000",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "null",
  "true",
  "NaN",
  "-0",
  "1e999",
  "9007199254740993",
  "__proto__",
  "constructor",
  "toString",
  "../",
  "/",
  "~",
  ">=",
  "<",
  "!",
  "?",
  "(?)",
  "_",
  ".",
  "0.0.0",
  "65536",
  "99999999999999999999",
  "\ud800",
  "\u202e",
  "é",
  "모",
  "[".repeat(300),
  '{"a":'.repeat(300),
  "a".repeat(5000),
  "; ",
  "=",
  "  ",
  "\t",
].map((word) => Buffer.from(word));

/** Another input made of a seed: bits flipped, pieces cut, doubled, moved, put in, or taken from another seed. */
export function mutate(seeds: readonly Buffer[], random: Random): Buffer {
  let bytes: Buffer = one(seeds, random);
  const times = 1 + upTo(random, 6);
  for (let each = 0; each < times; each++) bytes = change(bytes, seeds, random);
  return bytes.subarray(0, 64 * 1024);
}

function change(bytes: Buffer, seeds: readonly Buffer[], random: Random): Buffer {
  const [a, b] = [upTo(random, bytes.byteLength + 1), upTo(random, bytes.byteLength + 1)];
  const [from, to] = a < b ? [a, b] : [b, a];
  const [head, piece, tail] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
  switch (upTo(random, 8)) {
    case 0:
      return flipped(bytes, random);
    case 1:
      return Buffer.concat([head, tail]);
    case 2:
      return Buffer.concat([head, piece, piece, tail]);
    case 3:
      return Buffer.concat([head, one(WORDS, random), bytes.subarray(from)]);
    case 4:
      return Buffer.concat([head, one(WORDS, random), tail]);
    case 5:
      return Buffer.concat([tail, piece, head]);
    case 6: {
      const other = one(seeds, random);
      return Buffer.concat([head, other.subarray(upTo(random, other.byteLength + 1))]);
    }
    default:
      return numbered(bytes, random);
  }
}

function flipped(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes);
  for (let each = 0; each <= upTo(random, 8) && changed.byteLength > 0; each++) {
    const at = upTo(random, changed.byteLength);
    changed[at] = (changed[at] ?? 0) ^ (1 << upTo(random, 8));
  }
  return changed;
}

/** Lengths and offsets at their limits. */
function numbered(bytes: Buffer, random: Random): Buffer {
  if (bytes.byteLength < 4) return bytes;
  const changed = Buffer.from(bytes);
  changed.writeUInt32LE(
    one([0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff, 0xffffffff, bytes.byteLength], random),
    upTo(random, bytes.byteLength - 3),
  );
  return changed;
}

function one<T>(from: readonly T[], random: Random): T {
  const picked = from[upTo(random, from.length)];
  if (picked === undefined) throw new Error("There is no seed");
  return picked;
}

function upTo(random: Random, below: number): number {
  return Math.floor(random() * below);
}
