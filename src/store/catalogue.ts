import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { UniverseFile } from "../resolve/universe-file.ts";
import { type CatalogueHead, checksumOf, ENTRY, MAGIC, TRAILER_WORDS, WORD } from "./catalogue-format.ts";
import { CatalogueMods } from "./catalogue-mods.ts";

/** A universe file that was read before: its mods are found without reading the others. */
export interface Catalogue {
  /** Good until the catalogue is closed. Its mods throw `CatalogueDamage` when they are not what was written. */
  readonly file: UniverseFile;
  close(): void;
}

/**
 * Open a catalogue of exactly this state of a universe file.
 *
 * @param source what `sourceOf` says of the file
 * @returns undefined when there is none, or it is of another state, or damaged
 * @see rules CAT-4 and CAT-5
 */
export function openCatalogue(path: string, source: string): Catalogue | undefined {
  const fd = findFile(path);
  if (fd === undefined) return undefined;
  const close = () => closeSync(fd);
  const tail = findTail(fd);
  if (tail?.head.source !== source) {
    close();
    return undefined;
  }
  const { head, index } = tail;
  return { file: { ...head.about, mods: new CatalogueMods({ fd, index, head }) }, close };
}

function findFile(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "syscall" in error) return undefined;
    throw error;
  }
}

interface Tail {
  readonly head: CatalogueHead;
  /** As it is: most of it is never looked at. */
  readonly index: Int32Array;
}

/** Head and index, if this is a catalogue and the head is as it was written. */
function findTail(fd: number): Tail | undefined {
  const end = Math.floor(fstatSync(fd).size / WORD) - TRAILER_WORDS;
  const [magic, headWords = 0, indexWords = 0, checksum] = findWords(fd, end, TRAILER_WORDS) ?? [];
  const start = end - headWords - indexWords;
  const isPossible = headWords >= 0 && indexWords >= 0 && indexWords % ENTRY.size === 0 && start >= 0;
  if (magic !== MAGIC || !isPossible) return undefined;
  const words = findWords(fd, start, headWords + indexWords);
  if (!words || checksumOf(words, headWords) !== checksum) return undefined;
  const head: CatalogueHead = JSON.parse(Buffer.from(words.buffer, 0, headWords * WORD).toString("utf8"));
  return { head, index: words.subarray(headWords) };
}

/** Words from a place in a file; undefined when they are not all there. */
function findWords(fd: number, at: number, count: number): Int32Array<ArrayBuffer> | undefined {
  if (at < 0) return undefined;
  const words = new Int32Array(count);
  return readSync(fd, words, 0, words.byteLength, at * WORD) === words.byteLength ? words : undefined;
}
