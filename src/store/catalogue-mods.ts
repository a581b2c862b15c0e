import { readSync } from "node:fs";
import type { Mod } from "../resolve/universe.ts";
import { checksumOf, ENTRY, hashOf, type LinePlace, WORD } from "./catalogue-format.ts";
import { readModLine } from "./catalogue-line.ts";

/** A catalogue's bytes are not those that were written; it has to be made again. */
export class CatalogueDamage extends Error {
  override readonly name = "CatalogueDamage";
}

export interface CatalogueParts {
  /** An open catalogue. */
  readonly fd: number;
  /** Its index, checked. */
  readonly index: Uint32Array;
  readonly names: LinePlace;
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
  private words = new Uint32Array(4096);

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
    this.names ??= JSON.parse(this.readLine(this.parts.names)) as readonly string[];
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

  /** Names that share a hash stand next to each other. */
  private findMod(name: string): Mod | undefined {
    const { index } = this.parts;
    const hash = hashOf(name);
    for (let at = firstWith(index, hash); index[at + ENTRY.hash] === hash; at += ENTRY.size) {
      const mod = readModLine(this.readLine(placeAt(index, at)));
      if (mod.name === name) return mod;
    }
    return undefined;
  }

  /** @throws {CatalogueDamage} */
  private readLine({ at, words, checksum }: LinePlace): string {
    if (words > this.words.length) this.words = new Uint32Array(words * 2);
    const bytes = Buffer.from(this.words.buffer, 0, words * WORD);
    const isWhole = readSync(this.parts.fd, bytes, 0, bytes.length, at * WORD) === bytes.length;
    if (isWhole && checksumOf(this.words.subarray(0, words)) === checksum) return bytes.toString("utf8");
    throw new CatalogueDamage(`The line at word ${at} was not written so`);
  }
}

function placeAt(index: Uint32Array, at: number): LinePlace {
  const word = (part: number) => index[at + part] ?? 0;
  return { at: word(ENTRY.at), words: word(ENTRY.words), checksum: word(ENTRY.checksum) };
}

/** Where the first entry with this hash is, or would be. */
function firstWith(index: Uint32Array, hash: number): number {
  let [low, high] = [0, index.length / ENTRY.size];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((index[middle * ENTRY.size + ENTRY.hash] ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return low * ENTRY.size;
}
