import type { ZipBytes } from "./zip-bytes.ts";
import { zipInvalid } from "./zip-fault.ts";
import { type ExtraFields, readExtraFields, readName, readUInt64, wideFields } from "./zip-fields.ts";

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
const FIRST_TAIL = 4096;

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
    for (let at = length - END_LENGTH; at >= 0; at--) {
      if (tail.readUInt32LE(at) !== END || at + END_LENGTH + tail.readUInt16LE(at + 20) !== length) continue;
      return readEnd(bytes, tail.subarray(at), bytes.size - length + at);
    }
  }
  const tail = bytes.at(Math.max(0, bytes.size - FIRST_TAIL), Math.min(bytes.size, FIRST_TAIL));
  if (tail.includes("PK\x05\x06", 0, "latin1")) throw zipInvalid("junk", "its end record does not stand at its end");
  throw zipInvalid("not-a-zip", "it has no end record, so it is cut off or no zip at all");
}

function readEnd(bytes: ZipBytes, end: Buffer, start: number): End {
  const [disk, directoryDisk, onDisk] = [end.readUInt16LE(4), end.readUInt16LE(6), end.readUInt16LE(8)];
  const [count, size, offset] = [end.readUInt16LE(10), end.readUInt32LE(12), end.readUInt32LE(16)];
  if (disk !== directoryDisk || (disk !== 0 && disk !== MAX16) || onDisk !== count) {
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
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + HEADER_LENGTH > directory.byteLength || directory.readUInt32LE(at) !== HEADER) {
      throw zipInvalid("directory", `entry ${index + 1} of ${count} is missing in its directory`);
    }
    const nameEnd = at + HEADER_LENGTH + directory.readUInt16LE(at + 28);
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
    const end = extraEnd + directory.readUInt16LE(at + 32);
    if (end > directory.byteLength) throw zipInvalid("directory", `entry ${index + 1} reaches past its directory`);
    const header = directory.subarray(at, at + HEADER_LENGTH);
    const rawName = directory.subarray(at + HEADER_LENGTH, nameEnd);
    yield readEntry(header, rawName, readExtraFields(directory.subarray(nameEnd, extraEnd)));
    at = end;
  }
  if (at !== directory.byteLength) throw zipInvalid("directory", "its directory holds more than its entries");
}

function readEntry(header: Buffer, rawName: Buffer, extra: ExtraFields): ZipEntry {
  const disk = header.readUInt16LE(34);
  if (disk !== 0 && disk !== MAX16) throw zipInvalid("multi-disk", "an entry is in another part");
  const flags = header.readUInt16LE(8);
  const wide = wideFields([header.readUInt32LE(24), header.readUInt32LE(20), header.readUInt32LE(42)], extra);
  const [size = 0, compressedSize = 0, offset = 0] = wide;
  return {
    name: readName(rawName, flags, extra),
    rawName,
    flags,
    method: header.readUInt16LE(10),
    crc: header.readUInt32LE(16),
    compressedSize,
    size,
    offset,
    mode: header.readUInt16LE(40),
    attributes: header.readUInt16LE(38),
  };
}
