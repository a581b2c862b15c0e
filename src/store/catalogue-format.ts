import type { BigIntStats } from "node:fs";
import { join } from "node:path";
import type { UniverseFile } from "../resolve/universe-file.ts";

/**
 * How a catalogue lies in its file, in words of four bytes of this machine: the lines, the head (JSON), the index, the
 * trailer.
 *
 * - A line is text, filled up with blanks to whole words: one for each mod, then one with the names of all as JSON.
 * - The index has an {@link ENTRY} for each mod, in the order of the hashes of their names.
 * - The trailer is the {@link MAGIC}, the words of the head, the words of the index, and the checksum of the head.
 *
 * Words are signed, because V8 keeps those as they are and makes an object of every large unsigned one.
 */
export const MAGIC = 0x43_41_54_32;
export const WORD = 4;
export const TRAILER_WORDS = 4;

/** What stands where in an entry of the index: hash of the name, first word and words of the line, its checksum. */
export const ENTRY = { hash: 0, at: 1, words: 2, checksum: 3, size: 4 } as const;

/** Where a line is and what it adds up to. */
export interface LinePlace {
  readonly at: number;
  readonly words: number;
  readonly checksum: number;
}

/** The part of a catalogue that every run reads whole. */
export interface CatalogueHead {
  /** The state of the universe file it was made from, as {@link sourceOf} says it. */
  readonly source: string;
  readonly about: Omit<UniverseFile, "mods">;
  /** The line with the names of all mods. */
  readonly names: LinePlace;
  /** The checksum of the index. */
  readonly index: number;
}

/** One state of one file: any change to it changes this text. */
export function sourceOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}

/** Where the catalogue of a universe file lies; two files that share the place only take it from each other. */
export function cataloguePath(cacheDir: string, universe: string): string {
  return join(cacheDir, "catalogue-v2", (hashOf(universe) >>> 0).toString(16).padStart(8, "0"));
}

/** 32 bits of FNV-1a, signed. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/**
 * FNV-1a over the first words, signed: one that is damaged always shows, more than one but for a chance of 2^-32.
 *
 * @param count how many, if not all
 */
export function checksumOf(words: Int32Array, count = words.length): number {
  let sum = 0x811c9dc5 ^ count;
  for (let at = 0; at < count; at++) sum = Math.imul(sum ^ (words[at] ?? 0), 0x01000193);
  return sum;
}
