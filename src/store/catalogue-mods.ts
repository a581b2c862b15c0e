import { readSync } from "node:fs";
import type { Mod } from "../resolve/universe.ts";
import { type CatalogueHead, checksumOf, ENTRY, hashOf, type LinePlace, WORD } from "./catalogue-format.ts";
import { readModLine } from "./catalogue-line.ts";

/** A catalogue's bytes are not those that were written; it has to be made again. */
export class CatalogueDamage extends Error {
  override readonly name = "CatalogueDamage";
}

export interface CatalogueParts {
  /** An open catalogue. */
  readonly fd: number;
  readonly head: CatalogueHead;
  readonly index: Int32Array;
}

/**
 * All mods of a catalogue, each read from its open file when it is first asked for.
 *
 * Nobody changes a catalogue once it is in its place, so what is read late is what was there from the beginning.
 *
 * Every method throws {@link CatalogueDamage} when a line is not what was written.
 */
export class CatalogueMods implements ReadonlyMap<string, Mod> {
  readonly size: number;
  private readonly parts: CatalogueParts;
  private readonly known = new Map<string, Mod | undefined>();
  private names: readonly string[] | undefined;
  private isProved = false;
  /** What was read last, and its bytes. */
  private words = new Int32Array(4096);
  private bytes = Buffer.from(this.words.buffer);

  constructor(parts: CatalogueParts) {
    this.parts = parts;
    this.size = parts.index.length / ENTRY.size;
  }

  get(name: string): Mod | undefined {
    const known = this.known.get(name);
    if (known || this.known.has(name)) return known;
    const mod = this.findMod(name);
    this.known.set(name, mod);
    return mod;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  keys(): MapIterator<string> {
    this.names ??= JSON.parse(this.readLine(this.parts.head.names)) as readonly string[];
    return this.names.values();
  }

  *entries(): MapIterator<[string, Mod]> {
    for (const name of this.keys()) {
      const mod = this.get(name);
      if (mod) yield [name, mod];
    }
  }

  *values(): MapIterator<Mod> {
    for (const [, mod] of this.entries()) yield mod;
  }

  forEach(each: (mod: Mod, name: string, mods: ReadonlyMap<string, Mod>) => void): void {
    for (const [name, mod] of this.entries()) each(mod, name, this);
  }

  [Symbol.iterator](): MapIterator<[string, Mod]> {
    return this.entries();
  }

  /**
   * Names that share a hash stand next to each other. A line that is found proves itself; that there is none is only
   * believed of an index that is proved.
   */
  private findMod(name: string): Mod | undefined {
    const { index } = this.parts;
    const hash = hashOf(name);
    for (let at = firstWith(index, hash); index[at + ENTRY.hash] === hash; at += ENTRY.size) {
      const mod = readModLine(this.readLine(placeAt(index, at)));
      if (mod.name === name) return mod;
    }
    this.proveIndex();
    return undefined;
  }

  /** @throws {CatalogueDamage} */
  private proveIndex(): void {
    this.isProved ||= checksumOf(this.parts.index) === this.parts.head.index;
    if (!this.isProved) throw new CatalogueDamage("The index was not written so");
  }

  /** @throws {CatalogueDamage} */
  private readLine({ at, words, checksum }: LinePlace): string {
    const { names } = this.parts.head;
    const isInside = at >= 0 && words >= 0 && at + words <= names.at + names.words;
    if (isInside && this.readWords(at, words) && checksumOf(this.words, words) === checksum) {
      return this.bytes.toString("utf8", 0, words * WORD);
    }
    throw new CatalogueDamage(`The line at word ${at} was not written so`);
  }

  /** Fill {@link words} from a place in the file; false when they are not all there. */
  private readWords(at: number, count: number): boolean {
    if (count > this.words.length) {
      this.words = new Int32Array(count * 2);
      this.bytes = Buffer.from(this.words.buffer);
    }
    return readSync(this.parts.fd, this.bytes, 0, count * WORD, at * WORD) === count * WORD;
  }
}

function placeAt(index: Int32Array, at: number): LinePlace {
  const word = (part: number) => index[at + part] ?? 0;
  return { at: word(ENTRY.at), words: word(ENTRY.words), checksum: word(ENTRY.checksum) };
}

/** Where the first entry with this hash is, or would be. */
function firstWith(index: Int32Array, hash: number): number {
  let [low, high] = [0, index.length / ENTRY.size];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((index[middle * ENTRY.size + ENTRY.hash] ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return low * ENTRY.size;
}
