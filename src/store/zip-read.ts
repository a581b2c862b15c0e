import type { ZipBytes } from "./zip-bytes.ts";
import { zipInvalid } from "./zip-fault.ts";
import {
  type ExtraFields,
  NO_FIELDS,
  readExtraFields,
  readName,
  readUInt64,
  viewOf,
  wideFields,
} from "./zip-fields.ts";

/** One entry of the central directory. */
export interface ZipEntry {
  /** As written, with forward slashes for backslashes. */
  readonly name: string;
  readonly rawName: Buffer;
  readonly flags: number;
  /** 0 stored, 8 deflated; anything else is refused when it is read or proved. */
  readonly method: number;
  readonly crc: number;
  /** Bytes. */
  readonly compressedSize: number;
  /** Bytes. */
  readonly size: number;
  /** Of its local header. */
  readonly offset: number;
  /** Unix file type and permissions, 0 when the writer had none. */
  readonly mode: number;
  /** Attributes of MS-DOS and Windows: 16 bits. */
  readonly attributes: number;
}

/** A zip whose directory can be read; nothing else of it is proved. */
export interface Zip {
  readonly bytes: ZipBytes;
  readonly entries: readonly ZipEntry[];
  /** Where the central directory begins and the entries have to end. */
  readonly directoryOffset: number;
  /** After the end record. */
  readonly comment: Buffer;
}

const END = 0x06054b50;
const END_LENGTH = 22;
const COMMENT_MAX = 0xffff;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_LENGTH = 20;
const ZIP64_END = 0x06064b50;
const ZIP64_END_LENGTH = 56;
const HEADER = 0x02014b50;
const HEADER_LENGTH = 46;
const MAX16 = 0xffff;
const MAX32 = 0xffffffff;
/** The largest mod known has some ten thousand. */
const ENTRIES_MAX = 65_535;
const DIRECTORY_MAX = 32 * 1024 * 1024;
/** Room for a comment of usual length and for the directory of a small mod. */
const FIRST_TAIL = 2048;
/** Where to look for an end record that does not stand at the end. */
const JUNK_REACH = 4096;

/**
 * Read the central directory, in one piece and within limits.
 *
 * @throws {RoboportError} `ZIP_INVALID`.
 * @see APPNOTE.TXT §4.3, rules ZIP-1 and ZIP-2
 */
export function readZip(bytes: ZipBytes): Zip {
  const { directory, count, offset, comment } = readDirectory(bytes);
  return { bytes, directoryOffset: offset, comment, entries: [...walkEntries(directory, count)] };
}

/**
 * Walk over the entries in the order of the central directory. Whoever stops early does not learn of damage behind.
 *
 * @throws {RoboportError} `ZIP_INVALID`.
 */
export function walkZip(bytes: ZipBytes): Generator<ZipEntry, void, undefined> {
  const { directory, count } = readDirectory(bytes);
  return walkEntries(directory, count);
}

function readDirectory(bytes: ZipBytes): End & { readonly directory: Buffer } {
  const end = findEnd(bytes);
  const { count, size, offset } = end;
  if (count > ENTRIES_MAX) throw zipInvalid("too-many-entries", `it has ${count} entries`);
  if (size > DIRECTORY_MAX) throw zipInvalid("directory", `its directory takes ${size} bytes`);
  if (offset + size !== end.start) throw zipInvalid("junk", "its directory does not end where the end record begins");
  return { ...end, directory: bytes.at(offset, size) };
}

interface End {
  /** Where the first of the end records stands. */
  readonly start: number;
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  readonly comment: Buffer;
}

/** The end record whose comment reaches exactly to the end of the file. */
function findEnd(bytes: ZipBytes): End {
  for (const reach of [FIRST_TAIL, END_LENGTH + COMMENT_MAX]) {
    const length = Math.min(bytes.size, reach);
    const tail = bytes.at(bytes.size - length, length);
    const view = viewOf(tail);
    for (let at = length - END_LENGTH; at >= 0; at--) {
      if (view.getUint32(at, true) !== END || at + END_LENGTH + view.getUint16(at + 20, true) !== length) continue;
      return readEnd(bytes, tail.subarray(at), bytes.size - length + at);
    }
  }
  const tail = bytes.at(Math.max(0, bytes.size - JUNK_REACH), Math.min(bytes.size, JUNK_REACH));
  if (tail.includes("PK\x05\x06", 0, "latin1")) throw zipInvalid("junk", "its end record does not stand at its end");
  throw zipInvalid("not-a-zip", "it has no end record, so it is cut off or no zip at all");
}

function readEnd(bytes: ZipBytes, end: Buffer, start: number): End {
  const view = viewOf(end);
  const disk = view.getUint16(4, true);
  const count = view.getUint16(10, true);
  const size = view.getUint32(12, true);
  const offset = view.getUint32(16, true);
  const isWhole = disk === view.getUint16(6, true) && (disk === 0 || disk === MAX16);
  if (!isWhole || view.getUint16(8, true) !== count) {
    throw zipInvalid("multi-disk", "it is one part of several");
  }
  const plain = { start, count, size, offset, comment: end.subarray(END_LENGTH) };
  const locatorStart = start - ZIP64_LOCATOR_LENGTH;
  const locator = locatorStart >= 0 ? bytes.at(locatorStart, ZIP64_LOCATOR_LENGTH) : undefined;
  if (locator?.readUInt32LE(0) === ZIP64_LOCATOR) return readZip64End(bytes, plain, locator);
  if (count === MAX16 || size === MAX32 || offset === MAX32)
    throw zipInvalid("zip64", "its 64-bit end record is missing");
  return plain;
}

function readZip64End(bytes: ZipBytes, plain: End, locator: Buffer): End {
  const start = readUInt64(locator, 8);
  if (start + ZIP64_END_LENGTH + ZIP64_LOCATOR_LENGTH !== plain.start) {
    throw zipInvalid("zip64", "its 64-bit end record is not where it has to be");
  }
  const end = bytes.at(start, ZIP64_END_LENGTH);
  const [count, size, offset] = [readUInt64(end, 32), readUInt64(end, 40), readUInt64(end, 48)];
  const agrees =
    end.readUInt32LE(0) === ZIP64_END &&
    readUInt64(end, 4) === ZIP64_END_LENGTH - 12 &&
    end.readUInt32LE(16) === 0 &&
    end.readUInt32LE(20) === 0 &&
    readUInt64(end, 24) === count &&
    (plain.count === MAX16 || plain.count === count) &&
    (plain.size === MAX32 || plain.size === size) &&
    (plain.offset === MAX32 || plain.offset === offset);
  if (!agrees) throw zipInvalid("zip64", "its 64-bit end record contradicts itself or the plain one");
  return { start, count, size, offset, comment: plain.comment };
}

function* walkEntries(directory: Buffer, count: number): Generator<ZipEntry, void, undefined> {
  const view = viewOf(directory);
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + HEADER_LENGTH > directory.byteLength || view.getUint32(at, true) !== HEADER) {
      throw zipInvalid("directory", `entry ${index + 1} of ${count} is missing in its directory`);
    }
    const nameEnd = at + HEADER_LENGTH + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const end = extraEnd + view.getUint16(at + 32, true);
    if (end > directory.byteLength) throw zipInvalid("directory", `entry ${index + 1} reaches past its directory`);
    const extra = nameEnd === extraEnd ? NO_FIELDS : readExtraFields(directory.subarray(nameEnd, extraEnd));
    yield readEntry(view, at, { rawName: directory.subarray(at + HEADER_LENGTH, nameEnd), extra });
    at = end;
  }
  if (at !== directory.byteLength) throw zipInvalid("directory", "its directory holds more than its entries");
}

interface HeaderTail {
  readonly rawName: Buffer;
  readonly extra: ExtraFields;
}

function readEntry(header: DataView, at: number, { rawName, extra }: HeaderTail): ZipEntry {
  const disk = header.getUint16(at + 34, true);
  if (disk !== 0 && disk !== MAX16) throw zipInvalid("multi-disk", "an entry is in another part");
  const flags = header.getUint16(at + 8, true);
  const narrow = [header.getUint32(at + 24, true), header.getUint32(at + 20, true), header.getUint32(at + 42, true)];
  const wide = wideFields(narrow, extra);
  return {
    name: readName(rawName, flags, extra),
    rawName,
    flags,
    method: header.getUint16(at + 10, true),
    crc: header.getUint32(at + 16, true),
    compressedSize: wide[1] ?? 0,
    size: wide[0] ?? 0,
    offset: wide[2] ?? 0,
    mode: header.getUint16(at + 40, true),
    attributes: header.getUint16(at + 38, true),
  };
}
