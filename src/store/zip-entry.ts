import { crc32, inflateRawSync } from "node:zlib";
import { zipInvalid } from "./zip-fault.ts";
import { readExtraFields, wideFields } from "./zip-fields.ts";
import type { Zip, ZipEntry } from "./zip-read.ts";

const LOCAL = 0x04034b50;
const LOCAL_LENGTH = 30;
/** Sizes and checksum stand after the data. */
export const DESCRIPTOR_FLAG = 0x0008;
/** Encrypted in one of three ways, or patched. */
const UNREADABLE_FLAGS = 0x0001 | 0x0020 | 0x0040 | 0x2000;
/** How hard the compressor tried: of no meaning to readers. */
const EFFORT_FLAGS = 0x0006;
const MAX32 = 0xffffffff;
const USUAL_EXTRA = 64;

/**
 * Where an entry's data begins, after its local header was found to say the same as the central directory.
 *
 * @throws {RoboportError} `ZIP_INVALID`.
 * @see APPNOTE.TXT §4.3.7, rule ZIP-3
 */
export function dataStart(zip: Zip, entry: ZipEntry): number {
  if (entry.flags & UNREADABLE_FLAGS) throw zipInvalid("encrypted", `${quote(entry)} is encrypted or a patch`);
  if (entry.method !== 0 && entry.method !== 8)
    throw zipInvalid("method", `${quote(entry)} is packed by method ${entry.method}`);
  const header = readLocalHeader(zip, entry);
  const nameEnd = LOCAL_LENGTH + header.readUInt16LE(26);
  const agrees =
    header.readUInt32LE(0) === LOCAL &&
    header.subarray(LOCAL_LENGTH, nameEnd).equals(entry.rawName) &&
    ((header.readUInt16LE(6) ^ entry.flags) & ~EFFORT_FLAGS) === 0 &&
    header.readUInt16LE(8) === entry.method &&
    sizesAgree(header, header.subarray(nameEnd), entry);
  if (!agrees) throw zipInvalid("local-header", `the two headers of ${quote(entry)} differ`);
  return entry.offset + header.byteLength;
}

/** The header with its name and extra fields: one read nearly always, and it counts, for there are thousands. */
function readLocalHeader({ bytes, directoryOffset }: Zip, entry: ZipEntry): Buffer {
  const guess = LOCAL_LENGTH + entry.rawName.byteLength + USUAL_EXTRA;
  const first = bytes.at(entry.offset, Math.min(guess, directoryOffset - entry.offset));
  if (first.byteLength < LOCAL_LENGTH) throw zipInvalid("local-header", `the header of ${quote(entry)} is cut off`);
  const length = LOCAL_LENGTH + first.readUInt16LE(26) + first.readUInt16LE(28);
  return length <= first.byteLength ? first.subarray(0, length) : bytes.at(entry.offset, length);
}

function sizesAgree(header: Buffer, extra: Buffer, entry: ZipEntry): boolean {
  const written = [header.readUInt32LE(22), header.readUInt32LE(18)];
  const [size, compressedSize] = written.includes(MAX32) ? wideFields(written, readExtraFields(extra)) : written;
  // A writer that streams leaves zero what it does not know yet.
  const mayBeZero = (entry.flags & DESCRIPTOR_FLAG) !== 0;
  const agrees = (local: number | undefined, central: number) => local === central || (mayBeZero && local === 0);
  const crc = header.readUInt32LE(14);
  return agrees(crc, entry.crc) && agrees(size, entry.size) && agrees(compressedSize, entry.compressedSize);
}

/**
 * The bytes of one entry, inflated in memory and checked.
 *
 * @param limit bytes that are accepted at most, packed and unpacked
 * @throws {RoboportError} `ZIP_INVALID`.
 * @see rule ZIP-4
 */
export function readZipEntry(zip: Zip, entry: ZipEntry, limit: number): Buffer {
  if (entry.size > limit || entry.compressedSize > limit) {
    throw zipInvalid("info-too-large", `${quote(entry)} takes more than ${limit} bytes`);
  }
  const data = zip.bytes.at(dataStart(zip, entry), entry.compressedSize);
  const content = entry.method === 0 ? data : inflate(data, entry);
  if (content.byteLength === entry.size && crc32(content) === entry.crc) return content;
  throw zipInvalid("info-damaged", `${quote(entry)} is damaged`);
}

function inflate(data: Buffer, entry: ZipEntry): Buffer {
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, entry.size) });
  } catch (error) {
    throw zipInvalid("info-damaged", `${quote(entry)} cannot be inflated`, error);
  }
}

/** A name for a message: strangers chose it. */
export function quote(entry: ZipEntry): string {
  return JSON.stringify(entry.name.slice(0, 120));
}
