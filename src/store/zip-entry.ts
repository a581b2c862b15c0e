import { crc32, inflateRawSync } from "node:zlib";
import { type ZipFault, zipInvalid } from "./zip-fault.ts";
import { NO_FIELDS, readExtraFields, readName, viewOf, wideFields } from "./zip-fields.ts";
import type { Zip, ZipEntry } from "./zip-read.ts";

const LOCAL = 0x04034b50;
const LOCAL_LENGTH = 30;
/** Sizes and checksum stand after the data. */
export const DESCRIPTOR_FLAG = 0x0008;
/** Encrypted in one of three ways, or patched. */
const UNREADABLE_FLAGS = 0x0001 | 0x0020 | 0x0040 | 0x2000;
/** How hard the compressor tried: of no meaning to readers. */
const EFFORT_FLAGS = 0x0006;
const USUAL_EXTRA = 64;
/** Of so much data it costs nothing to read it together with its header. */
const AHEAD_MAX = 4096;

/**
 * Where an entry's data begins, after its local header was found to say the same as the central directory.
 *
 * @param ahead bytes of the data that are to be read with the header, because they will be needed
 * @throws {RoboportError} `ZIP_INVALID`.
 * @see APPNOTE.TXT §4.3.7, rule ZIP-3
 */
export function dataStart(zip: Zip, entry: ZipEntry, ahead = 0): number {
  if (entry.flags & UNREADABLE_FLAGS) throw zipInvalid("encrypted", `${quote(entry)} is encrypted or a patch`);
  if (entry.method !== 0 && entry.method !== 8)
    throw zipInvalid("method", `${quote(entry)} is packed by method ${entry.method}`);
  const header = readLocalHeader(zip, entry, ahead);
  const view = viewOf(header);
  const nameEnd = LOCAL_LENGTH + view.getUint16(26, true);
  const agrees =
    view.getUint32(0, true) === LOCAL &&
    header.compare(entry.rawName, 0, entry.rawName.byteLength, LOCAL_LENGTH, nameEnd) === 0 &&
    ((view.getUint16(6, true) ^ entry.flags) & ~EFFORT_FLAGS) === 0 &&
    view.getUint16(8, true) === entry.method &&
    factsAgree(view, nameEnd === header.byteLength ? undefined : header.subarray(nameEnd), entry);
  if (!agrees) throw zipInvalid("local-header", `the two headers of ${quote(entry)} differ`);
  return entry.offset + header.byteLength;
}

/** The header with its name and extra fields: one read nearly always, and it counts, for there are thousands. */
function readLocalHeader({ bytes, directoryOffset }: Zip, entry: ZipEntry, ahead: number): Buffer {
  const guess = LOCAL_LENGTH + entry.rawName.byteLength + USUAL_EXTRA + ahead;
  const first = bytes.at(entry.offset, Math.min(guess, directoryOffset - entry.offset));
  if (first.byteLength < LOCAL_LENGTH) throw zipInvalid("local-header", `the header of ${quote(entry)} is cut off`);
  const view = viewOf(first);
  const length = LOCAL_LENGTH + view.getUint16(26, true) + view.getUint16(28, true);
  return length <= first.byteLength ? first.subarray(0, length) : bytes.at(entry.offset, length);
}

function factsAgree(header: DataView, extraBytes: Buffer | undefined, entry: ZipEntry): boolean {
  const extra = extraBytes ? readExtraFields(extraBytes) : NO_FIELDS;
  const wide = wideFields([header.getUint32(22, true), header.getUint32(18, true)], extra);
  // A writer that streams leaves zero what it does not know yet.
  const mayBeZero = (entry.flags & DESCRIPTOR_FLAG) !== 0;
  const agrees = (local: number | undefined, central: number) => local === central || (mayBeZero && local === 0);
  return (
    agrees(header.getUint32(14, true), entry.crc) &&
    agrees(wide[0], entry.size) &&
    agrees(wide[1], entry.compressedSize) &&
    (extra === NO_FIELDS || readName(entry.rawName, entry.flags, extra) === entry.name)
  );
}

/** How to read an entry, and what to call it when that fails. */
export interface EntryReading {
  /** Bytes that are accepted at most, packed and unpacked. */
  readonly limit: number;
  readonly tooLarge: ZipFault;
  readonly damaged: ZipFault;
}

/**
 * The bytes of one entry, inflated in memory and checked: as many as it says, made of all that is packed.
 *
 * @throws {RoboportError} `ZIP_INVALID`.
 * @see rule ZIP-4
 */
export function readZipEntry(zip: Zip, entry: ZipEntry, reading: EntryReading): Buffer {
  const { limit, tooLarge, damaged } = reading;
  if (entry.size > limit || entry.compressedSize > limit) {
    throw zipInvalid(tooLarge, `${quote(entry)} takes more than ${limit} bytes`);
  }
  const ahead = entry.compressedSize <= AHEAD_MAX ? entry.compressedSize : 0;
  const data = zip.bytes.at(dataStart(zip, entry, ahead), entry.compressedSize);
  const content = entry.method === 0 ? data : inflate(data, entry, damaged);
  if (content.byteLength === entry.size && crc32(content) === entry.crc) return content;
  throw zipInvalid(damaged, `${quote(entry)} is damaged`);
}

interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function inflate(data: Buffer, entry: ZipEntry, damaged: ZipFault): Buffer {
  try {
    // The types know of no `info`, which tells how much of the data was read.
    const options = { maxOutputLength: Math.max(1, entry.size), info: true };
    const { buffer, engine } = inflateRawSync(data, options) as unknown as Inflated;
    if (engine.bytesWritten === data.byteLength) return buffer;
  } catch (error) {
    throw zipInvalid(damaged, `${quote(entry)} cannot be inflated`, error);
  }
  throw zipInvalid(damaged, `${quote(entry)} holds more than it inflates to`);
}

/** A name for a message: strangers chose it. */
export function quote(entry: ZipEntry): string {
  return JSON.stringify(entry.name.slice(0, 120));
}
