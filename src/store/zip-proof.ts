import { dataStart, DESCRIPTOR_FLAG, type EntryReading, quote, readZipEntry } from "./zip-entry.ts";
import { zipInvalid } from "./zip-fault.ts";
import type { Zip, ZipEntry } from "./zip-read.ts";

const SIZE_MAX = 4 * 1024 ** 3;
/** Below this, a file is too small to hurt however well it packs. */
const RATIO_FROM = 1024 * 1024;
const RATIO_MAX = 200;
const END_SIGNATURE = Buffer.from("PK\x05\x06", "latin1");
const DESCRIPTOR_SIGNATURE = 0x08074b50;

/** Names of old code pages are read as Latin-1, so what stands above ASCII may be anything. */
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const CONTROL = /[\0-\x1f\x7f]/;
const TYPE_MASK = 0o170000;
/** None, and plain file. Folders go by their names: old writers give them any type. */
const FILE_TYPES = [0, 0o100000];
const PIPE = 0o010000;
const SET_ID = 0o6000;
/** Of Windows: a volume's label, a folder, and what links are made of. */
const NO_FILE_ATTRIBUTES = 0x0008 | 0x0010 | 0x0400;

/** What the game runs or reads as text. */
const TEXT = /\.(?:lua|json|cfg|txt)$/i;
const TEXT_READING: EntryReading = { limit: 64 * 1024 * 1024, tooLarge: "bomb", damaged: "damaged" };

/** What macOS adds beside the one folder. */
const MACOS_FOLDER = "__MACOSX";

/**
 * Prove that a zip means the same to every reader and harms none: its headers agree, its entries lie one after the other
 * with nothing between, and its names are plain.
 *
 * @returns the name of its one folder
 * @throws {RoboportError} `ZIP_INVALID`.
 * @see reference/reliability.md §2 Z, rules ZIP-3 to ZIP-6
 */
export function proveZip(zip: Zip): string {
  if (zip.comment.includes(END_SIGNATURE)) throw zipInvalid("junk", "its comment holds another end record");
  proveSizes(zip.entries);
  proveLayout(zip);
  proveNames(zip.entries);
  for (const entry of zip.entries) proveKind(entry);
  const root = proveRoot(zip.entries);
  proveTexts(zip, root);
  return root;
}

/** What a reader that goes by the headers finds in a text is what one that goes by the data finds. */
function proveTexts(zip: Zip, root: string): void {
  for (const entry of zip.entries) {
    const isText = TEXT.test(entry.name) && isBelow(entry.name, root);
    if (isText && entry.name !== `${root}/info.json`) readZipEntry(zip, entry, TEXT_READING);
  }
}

/** Every byte belongs to exactly one entry: what a reader that streams finds is what one that seeks finds. */
function proveLayout(zip: Zip): void {
  const entries = [...zip.entries].sort((a, b) => a.offset - b.offset);
  let end = 0;
  entries.forEach((entry, index) => {
    if (entry.offset < end) throw zipInvalid("overlap", `${quote(entry)} overlaps another entry`);
    if (entry.offset > end) throw zipInvalid("junk", `there are bytes of no entry before ${quote(entry)}`);
    const dataEnd = dataStart(zip, entry) + entry.compressedSize;
    end = entries[index + 1]?.offset ?? zip.directoryOffset;
    if (dataEnd > end) throw zipInvalid("overlap", `${quote(entry)} overlaps what follows it`);
    proveDescriptor(entry, zip.bytes.at(dataEnd, Math.min(end - dataEnd, 25)));
  });
  if (end !== zip.directoryOffset) throw zipInvalid("junk", "there are bytes of no entry before its directory");
}

/** Between an entry's data and what follows stands its descriptor, in one of four forms, or nothing. */
function proveDescriptor(entry: ZipEntry, between: Buffer): void {
  if (!(entry.flags & DESCRIPTOR_FLAG)) {
    if (between.byteLength > 0) throw zipInvalid("junk", `there are bytes of no entry after ${quote(entry)}`);
    return;
  }
  if (formatDescriptor(entry, between.byteLength)?.equals(between)) return;
  throw zipInvalid("data-descriptor", `what follows the data of ${quote(entry)} contradicts its header`);
}

/** With or without a signature, with 32 or 64 bits for each size: four forms, told apart by their length. */
function formatDescriptor(entry: ZipEntry, length: number): Buffer | undefined {
  if (![12, 16, 20, 24].includes(length)) return undefined;
  const form = Buffer.alloc(length);
  const isSigned = length % 8 === 0;
  if (isSigned) form.writeUInt32LE(DESCRIPTOR_SIGNATURE);
  let at = form.writeUInt32LE(entry.crc, isSigned ? 4 : 0);
  for (const size of [entry.compressedSize, entry.size]) {
    if (length >= 20) at = form.writeBigUInt64LE(BigInt(size), at);
    else at = form.writeUInt32LE(size % 2 ** 32, at);
  }
  return form;
}

function proveSizes(entries: readonly ZipEntry[]): void {
  const total = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (total > SIZE_MAX) throw zipInvalid("bomb", `it inflates to ${total} bytes`);
  for (const entry of entries) {
    if (entry.method === 0 && entry.size !== entry.compressedSize) {
      throw zipInvalid("directory", `${quote(entry)} is stored in another size than it has`);
    }
    if (entry.size > RATIO_FROM && entry.size > entry.compressedSize * RATIO_MAX) {
      throw zipInvalid("bomb", `${quote(entry)} inflates to ${entry.size} bytes from ${entry.compressedSize}`);
    }
  }
}

function proveKind(entry: ZipEntry): void {
  if (entry.name.endsWith("/")) {
    if (entry.size > 0) throw zipInvalid("file-as-folder", `${quote(entry)} is a folder that holds bytes`);
    return;
  }
  const type = entry.mode & TYPE_MASK;
  // 7-Zip and Info-ZIP call bytes that came through a pipe a pipe.
  const isFile = FILE_TYPES.includes(type) || (type === PIPE && entry.size > 0);
  if (!isFile || (entry.mode & SET_ID) !== 0 || (entry.attributes & NO_FILE_ATTRIBUTES) !== 0) {
    throw zipInvalid("special-entry", `${quote(entry)} is a link, a device or a set-id program`);
  }
}

function proveNames(entries: readonly ZipEntry[]): void {
  const files = new Set<string>();
  const names = new Set<string>();
  for (const entry of entries) {
    if (!isSafeName(entry.name)) throw zipInvalid("unsafe-name", `${quote(entry)} is no safe name`);
    const key = foldName(entry.name);
    if (names.has(key)) throw zipInvalid("duplicate", `${quote(entry)} is there twice`);
    names.add(key);
    if (!entry.name.endsWith("/")) files.add(key);
  }
  proveFolders(entries, files);
}

/** No file is also the folder of another one. */
function proveFolders(entries: readonly ZipEntry[], files: ReadonlySet<string>): void {
  const folders = new Set<string>();
  for (const entry of entries) {
    let folder = parentOf(foldName(entry.name));
    while (folder !== "" && !folders.has(folder)) {
      if (files.has(folder)) throw zipInvalid("file-as-folder", `${quote(entry)} lies in a file`);
      folders.add(folder);
      folder = parentOf(folder);
    }
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** What two names have in common that some disk or reader takes for one: letter case, accents, and what is not seen. */
function foldName(name: string): string {
  const path = name.endsWith("/") ? name.slice(0, -1) : name;
  if (!/[^\x20-\x7e]/.test(path)) return path.toLowerCase();
  return path
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .normalize("NFC")
    .toUpperCase()
    .toLowerCase()
    .normalize("NFC");
}

function isSafeName(name: string): boolean {
  const path = name.endsWith("/") ? name.slice(0, -1) : name;
  if (CONTROL.test(path) || /^[A-Za-z]:/.test(path)) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

function proveRoot(entries: readonly ZipEntry[]): string {
  const root = rootOf(entries);
  if (root === "") throw zipInvalid("info-missing", "it has no folder that everything lies in");
  const stranger = entries.find(({ name }) => !isBelow(name, root) && !isBelow(name, MACOS_FOLDER));
  if (stranger) throw zipInvalid("several-roots", `${quote(stranger)} lies outside its folder ${JSON.stringify(root)}`);
  return root;
}

function isBelow(name: string, folder: string): boolean {
  return name.startsWith(`${folder}/`);
}

/**
 * The first folder of the first entry, as the game takes it; empty when that lies in none.
 *
 * @see reference/formats.md §1, rule ZIP-7
 */
export function rootOf(entries: readonly ZipEntry[]): string {
  return /^([^/]+)\//.exec(entries[0]?.name ?? "")?.[1] ?? "";
}
