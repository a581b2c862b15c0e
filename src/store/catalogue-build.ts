import { dirname } from "node:path";
import type { UniverseFile } from "../resolve/universe-file.ts";
import { writeAtomic } from "./atomic-file.ts";
import { type CatalogueHead, checksumOf, ENTRY, hashOf, type LinePlace, MAGIC, WORD } from "./catalogue-format.ts";
import { formatModLine } from "./catalogue-line.ts";
import { nodeFileSystem } from "./file-system.ts";
import { makeFolder } from "./ownership.ts";

/**
 * Put a catalogue of a universe file in its place, over an older one. Whoever has that open keeps reading it; of several
 * that build at the same time the last one stays.
 *
 * @param source what `sourceOf` said of the file when it was read
 * @throws {RoboportError} `PERMISSION`, `DISK_FULL` or `DISK_ERROR`.
 * @see rules CAT-4 and CAT-6
 */
export async function writeCatalogue(path: string, file: UniverseFile, source: string): Promise<void> {
  await makeFolder(nodeFileSystem, dirname(path));
  await writeAtomic(path, formatCatalogue(file, source), { durable: false });
}

/** The bytes of a catalogue. */
export function formatCatalogue({ mods, ...about }: UniverseFile, source: string): Uint8Array {
  const lines: Int32Array[] = [];
  let next = 0;
  const place = (text: string): LinePlace => {
    const words = wordsOf(text);
    const at = next;
    next += words.length;
    lines.push(words);
    return { at, words: words.length, checksum: checksumOf(words) };
  };
  const entries = [...mods.values()].map((mod) => ({ hash: hashOf(mod.name), ...place(formatModLine(mod)) }));
  const names = place(JSON.stringify([...mods.keys()].sort()));
  const index = formatIndex(entries);
  const head = wordsOf(JSON.stringify({ source, about, names, index: checksumOf(index) } satisfies CatalogueHead));
  const trailer = Int32Array.of(MAGIC, head.length, index.length, checksumOf(head));
  return bytesOf([...lines, head, index, trailer]);
}

interface Entry extends LinePlace {
  readonly hash: number;
}

function formatIndex(entries: readonly Entry[]): Int32Array {
  const index = new Int32Array(entries.length * ENTRY.size);
  entries
    .toSorted((a, b) => a.hash - b.hash)
    .forEach(({ hash, at, words, checksum }, place) => index.set([hash, at, words, checksum], place * ENTRY.size));
  return index;
}

/** A text with a line break at its end, filled up with blanks before it. */
function wordsOf(text: string): Int32Array<ArrayBuffer> {
  const words = new Int32Array(Math.ceil((Buffer.byteLength(text) + 1) / WORD));
  Buffer.from(words.buffer).fill(" ").write(text);
  Buffer.from(words.buffer).write("\n", words.byteLength - 1);
  return words;
}

function bytesOf(parts: readonly Int32Array[]): Uint8Array {
  return Buffer.concat(parts.map(({ buffer }) => new Uint8Array(buffer)));
}
